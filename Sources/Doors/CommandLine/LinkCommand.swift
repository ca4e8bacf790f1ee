import ArgumentParser
import Dispatch
import Foundation
import Installation
import Linkage
import StrictJSON
import Yams

struct LinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link", abstract: "Finds which records are the same person.",
        subcommands: [Deduplicate.self, Explain.self, Index.self, ProbeIndex.self, LearnWeights.self])

    struct Deduplicate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "dedupe",
            abstract: "Finds the duplicates of a file of records.",
            discussion: """
                Writes two comma-separated files: clusters (id,cluster) and pairs (id,id,probability). Weights are learned \
                from the file itself, without labels. What was left out of the search is told on standard error.

                EXAMPLES
                  sijill link dedupe people.csv --config register --clusters clusters.csv --pairs pairs.csv
                """)

        @Argument(help: "A comma-separated file with a header line.") var input: String
        @Option(help: "Where the clusters go.") var clusters: String
        @Option(help: "Where the pairs go.") var pairs: String
        @OptionGroup var options: LinkOptions

        func run() async throws {
            let linker = try options.linker(input)
            let result = linker.run()
            let table = linker.table
            var lines = ["id,cluster"]
            for record in 0..<table.count {
                lines.append("\(csv(table.identifier(record))),\(csv(table.identifier(result.clusters[record])))")
            }
            try write(lines, clusters)
            lines = ["id,id,probability"]
            for pair in result.pairs {
                lines.append(
                    "\(csv(table.identifier(pair.one))),\(csv(table.identifier(pair.other))),\(Linkage.Explanation.short(pair.probability, places: 6))"
                )
            }
            try write(lines, pairs)
            for notice in linker.notices { Output.complain(notice.text) }
            Output.complain(
                "\(table.count) records, \(Set(result.clusters).count) clusters, \(result.pairs.count) pairs")
        }
    }

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tells why two records of a file are held to be one person or not.",
            discussion: """
                Prints the weights in bits, one comparison a line, then the probability and what would settle the pair.

                EXAMPLES
                  sijill link explain people.csv --config register 17 2093
                  sijill link explain people.csv --config register 17 2093 --form svg > waterfall.svg
                """)

        enum Form: String, ExpressibleByArgument, CaseIterable { case text, json, svg }

        @Argument(help: "A comma-separated file with a header line.") var input: String
        @Argument(help: "The identifier of a record.") var one: String
        @Argument(help: "The identifier of the other.") var other: String
        @Option(help: "text, json or svg.") var form: Form = .text
        @OptionGroup var options: LinkOptions

        func run() async throws {
            let explanation = try options.linker(input).explain(one, other)
            switch form {
            case .svg: Output.line(explanation.svg)
            case .json: Output.line(json(explanation).serialized())
            case .text:
                for step in explanation.steps {
                    Output.line("\(Linkage.Explanation.short(step.bits))\t\(step.name)\t\(step.finding)")
                }
                Output.line("probability\t\(Linkage.Explanation.short(explanation.probability, places: 6))")
                if let veto = explanation.veto {
                    Output.line("veto\t\(veto): two different valid values forbid the link")
                }
                for evidence in explanation.wouldSettle.prefix(3) {
                    Output.line(
                        "would settle\t\(evidence.field): \(Linkage.Explanation.short(evidence.ifEqual, places: 4)) if equal, "
                            + "\(Linkage.Explanation.short(evidence.ifDifferent, places: 4)) if different")
                }
            }
        }
    }

    struct Index: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a folder that probes are answered from.",
            discussion: "Checks the records, then copies them and the configuration into the folder.")

        @Argument(help: "A comma-separated file with a header line.") var input: String
        @Option(help: "The folder, made when absent.") var index: String
        @OptionGroup var options: LinkOptions

        func run() async throws {
            let linker = try options.linker(input)
            let bytes = try Data(contentsOf: URL(fileURLWithPath: input), options: .alwaysMapped)
            do {
                try FileManager.default.createDirectory(atPath: index, withIntermediateDirectories: true)
                try bytes.write(to: URL(fileURLWithPath: "\(index)/records.csv"), options: .atomic)
                try Data(try options.text().utf8).write(
                    to: URL(fileURLWithPath: "\(index)/linkage.yaml"), options: .atomic)
            } catch { throw Refused("index: the folder cannot be written") }
            Output.complain("\(linker.table.count) records")
        }
    }

    struct ProbeIndex: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "probe",
            abstract: "Answers which records of an index may be the person of a new one.",
            discussion: """
                Reads one JSON object a line, its members named like the columns, and writes one JSON object a line: \
                candidates (id, probability, steps), compared, microseconds.

                EXAMPLES
                  echo '{"first_name": "SAID", "last_name": "ALAOUI", "dob": "1961"}' | sijill link probe --index people
                """)

        @Option(help: "The folder made by `link index`.") var index: String
        @Option(help: "Leave out candidates less probable than this.") var least = 0.05
        @Option(help: "How many threads load the index; default: one a processor.") var threads: Int?

        func run() async throws {
            let linker = try LinkOptions.linker(
                "\(index)/records.csv", LinkOptions.read("\(index)/linkage.yaml"), threads)
            let probe = try Probe(linker)
            var lines = try LineReader("-")
            while let line = lines.next() {
                guard line.bytes.contains(where: { $0 > 0x20 }) else { continue }
                guard case .object(let object) = try JSONValue(parsing: line.bytes) else {
                    throw Refused("line \(line.number): give a JSON object")
                }
                var values: [String: String] = [:]
                for (name, value) in object { values[name] = value.string ?? value.integer.map { String($0) } }
                let start = DispatchTime.now().uptimeNanoseconds
                let answer = probe.candidates(values, least: min(0.999, max(0.001, least)))
                let taken = (DispatchTime.now().uptimeNanoseconds - start) / 1000
                let candidates = answer.candidates.map { candidate -> JSONValue in
                    var found = JSONObject()
                    found["id"] = .string(candidate.identifier)
                    found["probability"] = .double(candidate.probability)
                    found["explanation"] = json(candidate.explanation)
                    return .object(found)
                }
                var reply = JSONObject()
                reply["candidates"] = .array(candidates)
                reply["compared"] = .integer(Int64(answer.compared))
                reply["microseconds"] = .integer(Int64(taken))
                Output.line(JSONValue.object(reply).serialized())
                Output.flush()
            }
        }
    }
}

/// How a file is read and compared.
struct LinkOptions: ParsableArguments {
    @Option(help: "A configuration: a YAML file, or the name of one in the country's Linkage folder.") var config:
        String
    @Option(help: "The country's folder; default: the only one in Jurisdictions.") var jurisdiction: String?
    @Option(help: "How many threads work; default: one a processor.") var threads: Int?

    func text() throws -> String {
        if FileManager.default.fileExists(atPath: config) { return try Self.read(config) }
        let folder = try Jurisdiction.find(jurisdiction) + "/Linkage"
        let ready = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
        guard ready.contains(config) else {
            throw Refused("config: there is no such file; ready ones are \(ready.joined(separator: ", "))")
        }
        return try Self.read("\(folder)/\(config).yaml")
    }

    func linker(_ input: String) throws -> Linker { try Self.linker(input, try text(), threads) }

    static func read(_ path: String) throws -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Refused("\(path): the file cannot be read")
        }
        return text
    }

    static func linker(_ input: String, _ text: String, _ threads: Int?) throws -> Linker {
        let configuration: LinkageConfiguration
        do { configuration = try YAMLDecoder().decode(LinkageConfiguration.self, from: text) } catch {
            throw Refused("config: it is no linkage configuration: \(Self.reason(error))")
        }
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: input), options: .alwaysMapped) else {
            throw Refused("\(input): the file cannot be read")
        }
        let width = max(1, min(64, threads ?? ProcessInfo.processInfo.activeProcessorCount))
        let parallel = Parallel(width: width) { count, work in
            if width == 1 { return (0..<count).forEach(work) }
            DispatchQueue.concurrentPerform(iterations: count) { work($0) }
        }
        do {
            let valid = try configuration.validated()
            let table = try bytes.withUnsafeBytes { raw throws(LinkageError) in
                try RecordTable(csv: raw.bindMemory(to: UInt8.self), configuration: valid, parallel: parallel)
            }
            return try Linker(table, configuration: valid, parallel: parallel)
        } catch let error as LinkageError { throw Refused("\(error)") }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "\(key.stringValue) is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")): \(context.debugDescription)"
        default: "it is no YAML"
        }
    }
}

private func json(_ explanation: Linkage.Explanation) -> JSONValue {
    var object = JSONObject()
    object["probability"] = .double(explanation.probability)
    if let veto = explanation.veto { object["veto"] = .string(veto) }
    object["steps"] = .array(
        explanation.steps.map { step in
            var row = JSONObject()
            row["name"] = .string(step.name)
            row["finding"] = .string(step.finding)
            row["bits"] = .double(step.bits)
            return .object(row)
        })
    object["wouldSettle"] = .array(
        explanation.wouldSettle.map { evidence in
            var row = JSONObject()
            row["field"] = .string(evidence.field)
            row["ifEqual"] = .double(evidence.ifEqual)
            row["ifDifferent"] = .double(evidence.ifDifferent)
            return .object(row)
        })
    return .object(object)
}

/// A value of a comma-separated file, quoted where it must be.
private func csv(_ value: String) -> String {
    value.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline })
        ? "\"" + value.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : value
}

private func write(_ lines: [String], _ path: String) throws {
    do { try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path)) } catch {
        throw Refused("\(path): the file cannot be written")
    }
}
