import ArgumentParser
import Dispatch
import IndexFiles
import Linkage
import StrictJSON

struct LinkProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Answers which records of an index may be the person of a new one.",
        discussion: """
            Reads one JSON object a line, its members named like the columns, and writes one JSON object a line: \
            candidates (id, probability, path, explanation), compared, microseconds.

            EXAMPLES
              echo '{"first_name": "SAID", "last_name": "ALAOUI", "dob": "1961"}' | sijill link probe --index people
            """)

    @Option(help: "The folder made by `link index`.") var index: String
    @Option(help: "Leave out candidates less probable than this, 0.001 to 0.999.") var least = 0.05
    @Option(help: "How many candidates at most.") var most = 20

    func validate() throws {
        guard least >= 0.001, least <= 0.999 else { throw ValidationError("least: give 0.001 to 0.999") }
        guard most >= 1 else { throw ValidationError("most: give 1 or more") }
    }

    func run() async throws {
        let configuration = try LinkOptions.configuration(LinkOptions.read("\(index)/linkage.yaml"))
        let probe: IndexProbe
        do {
            let snapshot = try IndexFolder(index, configuration: configuration).snapshot
            probe = try IndexProbe(snapshot.model, segments: snapshot.segments)
        } catch let error as IndexFilesError { throw Refused("\(error)") } catch let error as LinkageError {
            throw Refused("\(error)")
        }
        let columns = Set(configuration.fields.flatMap(\.columns))
        var lines = try LineReader("-")
        while let line = lines.next() {
            guard line.bytes.contains(where: { $0 > 0x20 }) else { continue }
            let values = try Self.values(line.bytes, line.number, columns)
            let start = DispatchTime.now().uptimeNanoseconds
            let answer = probe.candidates(values, least: least, most: most)
            let taken = (DispatchTime.now().uptimeNanoseconds - start) / 1000
            var reply = JSONObject()
            reply["candidates"] = .array(
                answer.candidates.map { candidate in
                    var found = JSONObject()
                    found["id"] = .string(candidate.identifier)
                    found["probability"] = .double(candidate.probability)
                    found["path"] = .string(configuration.path(candidate.probability).rawValue)
                    found["explanation"] = explained(candidate.explanation)
                    return .object(found)
                })
            reply["compared"] = .integer(Int64(answer.compared))
            reply["microseconds"] = .integer(Int64(taken))
            Output.line(JSONValue.object(reply).serialized())
            Output.flush()
        }
    }

    /// The values of a line by column; a line that names no column of the index is a mistake.
    private static func values(_ bytes: [UInt8], _ number: Int, _ columns: Set<String>) throws -> [String: String] {
        let parsed: JSONValue
        do { parsed = try JSONValue(parsing: bytes) } catch { throw Refused("line \(number): \(error)") }
        guard case .object(let object) = parsed else { throw Refused("line \(number): give a JSON object") }
        var values: [String: String] = [:]
        for (name, value) in object where columns.contains(name) {
            values[name] = value.string ?? value.integer.map { String($0) }
        }
        guard !values.isEmpty else {
            throw Refused(
                "line \(number): no member is a column of the index: \(columns.sorted().joined(separator: ", "))")
        }
        return values
    }
}
