import ArgumentParser
import Foundation
import Linkage

struct LinkDedupeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dedupe",
        abstract: "Finds the duplicates of a file of records.",
        discussion: """
            Writes two comma-separated files: clusters (id,cluster) and pairs (id,id,probability). Pairs between the \
            two thresholds of the configuration go to a third one where wanted: a clerk looks at them. What was left \
            out of the search is told on standard error.

            EXAMPLES
              sijill link dedupe people.csv --config register --clusters clusters.csv --pairs pairs.csv
              sijill link dedupe people.csv --config register --clusters c.csv --pairs p.csv --clerical doubtful.csv
            """)

    @Argument(help: "A comma-separated file with a header line.") var input: String
    @Option(help: "Where the clusters go.") var clusters: String
    @Option(help: "Where the pairs go.") var pairs: String
    @Option(help: "Where the pairs go that a clerk should see; default: nowhere.") var clerical: String?
    @OptionGroup var options: LinkOptions

    func run() async throws {
        let linker = try options.linker(input)
        let result = linker.run()
        let table = linker.table
        var lines = CSVLines("id,cluster")
        for record in 0..<table.count {
            lines.add(table.identifierBytes(record), table.identifierBytes(result.clusters[record]))
        }
        try lines.write(clusters)
        lines = CSVLines("id,id,probability")
        var doubtful = CSVLines("id,id,probability")
        var counts: [LinkageConfiguration.Path: Int] = [:]
        for pair in result.pairs {
            let probability = Explanation.short(pair.probability, places: 6)
            let (one, other) = (table.identifierBytes(pair.one), table.identifierBytes(pair.other))
            lines.add(one, other, probability)
            let path = linker.configuration.path(pair.probability)
            counts[path, default: 0] += 1
            if path == .clerical { doubtful.add(one, other, probability) }
        }
        try lines.write(pairs)
        if let clerical { try doubtful.write(clerical) }
        for notice in linker.notices { Output.complain(notice.text) }
        Output.complain(
            "\(table.count) records, \(Set(result.clusters).count) clusters; pairs: "
                + "\(counts[.automatic] ?? 0) automatic, "
                + "\(counts[.clerical] ?? 0) for a clerk, \(counts[.clear] ?? 0) held apart")
    }
}

/// Lines of a comma-separated file, values quoted where they must be.
struct CSVLines {
    private var bytes: [UInt8]

    init(_ header: String) { bytes = Array(header.utf8) + [0x0A] }

    mutating func add(_ one: some Collection<UInt8>, _ other: some Collection<UInt8>, _ last: String? = nil) {
        add(one)
        bytes.append(0x2C)
        add(other)
        if let last {
            bytes.append(0x2C)
            bytes.append(contentsOf: last.utf8)
        }
        bytes.append(0x0A)
    }

    mutating func add(line values: [String]) {
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(0x2C) }
            add(Array(value.utf8))
        }
        bytes.append(0x0A)
    }

    private mutating func add(_ value: some Collection<UInt8>) {
        guard value.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else {
            return bytes.append(contentsOf: value)
        }
        bytes.append(0x22)
        for byte in value {
            if byte == 0x22 { bytes.append(0x22) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }

    func write(_ path: String) throws {
        do { try Data(bytes).write(to: URL(fileURLWithPath: path)) } catch {
            throw Refused("\(path): the file cannot be written")
        }
    }
}
