import ArgumentParser
import Dispatch
import Foundation
import Installation
import Linkage
import Synchronization
import Yams

/// How a file is read and compared.
struct LinkOptions: ParsableArguments {
    @Option(help: "A configuration: a YAML file, or the name of one in the country's Linkage folder.") var config:
        String
    @Option(help: "The country's folder; default: the only one in Jurisdictions.") var jurisdiction: String?
    @Option(help: "How many threads work; default: one a processor.") var threads: Int?

    func text() throws -> String { try Self.text(config, jurisdiction) }

    /// The text of a configuration by its path or by its name among the country's.
    static func text(_ config: String, _ jurisdiction: String?) throws -> String {
        if FileManager.default.fileExists(atPath: config) { return try read(config) }
        let folder = try Jurisdiction.find(jurisdiction) + "/Linkage"
        let ready = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
        guard ready.contains(config) else {
            throw Refused("config: there is no such file; ready ones are \(ready.joined(separator: ", "))")
        }
        return try read("\(folder)/\(config).yaml")
    }

    func linker(_ input: String) throws -> Linker { try Self.linker(input, Self.configuration(try text()), threads) }

    static func read(_ path: String) throws -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Refused("\(path): the file cannot be read")
        }
        return text
    }

    static func configuration(_ text: String) throws -> LinkageConfiguration {
        do { return try YAMLDecoder().decode(LinkageConfiguration.self, from: text).validated() } catch {
            if let error = error as? LinkageError { throw Refused("\(error)") }
            throw Refused("config: it is no linkage configuration: \(reason(error))")
        }
    }

    static func parallel(_ threads: Int?) throws -> Parallel {
        guard threads.map({ $0 >= 1 && $0 <= 256 }) ?? true else { throw ValidationError("threads: give 1 to 256") }
        let width = threads ?? ProcessInfo.processInfo.activeProcessorCount
        return Parallel(width: width) { count, work in
            if width == 1 { return (0..<count).forEach(work) }
            let next = Atomic(0)
            DispatchQueue.concurrentPerform(iterations: min(width, count)) { _ in
                while true {
                    let piece = next.add(1, ordering: .relaxed).oldValue
                    if piece >= count { break }
                    work(piece)
                }
            }
        }
    }

    static func table(_ input: String, _ configuration: LinkageConfiguration, _ parallel: Parallel) throws
        -> RecordTable
    {
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: input), options: .alwaysMapped) else {
            throw Refused("\(input): the file cannot be read")
        }
        do {
            return try bytes.withUnsafeBytes { raw throws(LinkageError) in
                try RecordTable(csv: raw.bindMemory(to: UInt8.self), configuration: configuration, parallel: parallel)
            }
        } catch { throw Refused("\(error)") }
    }

    static func linker(_ input: String, _ configuration: LinkageConfiguration, _ threads: Int?) throws -> Linker {
        let parallel = try parallel(threads)
        let table = try table(input, configuration, parallel)
        do { return try Linker(table, configuration: configuration, parallel: parallel) } catch {
            throw Refused("\(error)")
        }
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
