import ArgumentParser
import IndexFiles
import Linkage
import StrictJSON

struct LinkListsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lists",
        abstract: "Tells how long the lists of candidates of an index are.",
        discussion: """
            One JSON object a line for each key: lists, records, longest, p99 (the list of 99 in 100 records is no \
            longer), met (how many records a record meets under the key, on average) and leftOut (records whose list \
            was too long and could not be told apart by any further field).

            EXAMPLES
              sijill link lists --index people
            """)

    @Option(help: "The folder made by `link index`.") var index: String

    func run() async throws {
        let configuration = try LinkOptions.configuration(LinkOptions.read("\(index)/linkage.yaml"))
        let segments: [IndexSegment]
        do { segments = try IndexFolder(index, configuration: configuration).snapshot.segments } catch {
            throw Refused("\(error)")
        }
        for (place, key) in configuration.keys.enumerated() {
            let found = segments.map { $0.lengths(configuration)[place] }
            let lengths = found.flatMap(\.lengths).sorted()
            let records = lengths.reduce(0, +)
            var (below, p99) = (0, 0)
            for length in lengths {
                below += length
                p99 = length
                if below * 100 >= records * 99 { break }
            }
            var row = JSONObject()
            row["key"] = .string(key)
            row["lists"] = .integer(Int64(lengths.count))
            row["records"] = .integer(Int64(records))
            row["longest"] = .integer(Int64(lengths.last ?? 0))
            row["p99"] = .integer(Int64(p99))
            row["met"] = .double(
                Double(lengths.reduce(0) { $0 + $1 * ($1 - 1) }) / Double(max(1, segments.reduce(0) { $0 + $1.count })))
            row["leftOut"] = .integer(Int64(found.reduce(0) { $0 + $1.leftOut }))
            Output.line(JSONValue.object(row).serialized())
        }
    }
}
