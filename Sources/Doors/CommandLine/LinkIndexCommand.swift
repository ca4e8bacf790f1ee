import ArgumentParser
import Foundation
import IndexFiles
import Linkage

struct LinkIndexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Makes a folder that probes are answered from, or adds records to it.",
        discussion: """
            Learns the weights from the records and writes them, the records and the lists of candidates into the \
            folder. With --append the records are added to an index: few go to its log, many become a part of their \
            own, and parts of one size are merged. An interrupted command leaves the index as it was.

            EXAMPLES
              sijill link index people.csv --config register --index people
              sijill link index newcomers.csv --index people --append
            """)

    @Argument(help: "A comma-separated file with a header line.") var input: String
    @Option(help: "The folder, made when absent.") var index: String
    @Flag(help: "Add to the index that is in the folder, by its own configuration.") var append = false
    @Option(help: "A configuration: a YAML file, or the name of one in the country's Linkage folder.") var config:
        String?
    @Option(help: "The country's folder; default: the only one in Jurisdictions.") var jurisdiction: String?
    @Option(help: "How many threads work; default: one a processor.") var threads: Int?

    func validate() throws {
        if append == (config != nil) {
            throw ValidationError(append ? "--append uses the configuration of the index" : "give --config")
        }
    }

    func run() async throws {
        let parallel = try LinkOptions.parallel(threads)
        do {
            if append { try add(parallel) } else { try make(parallel) }
        } catch let error as IndexFilesError { throw Refused("\(error)") } catch let error as LinkageError {
            throw Refused("\(error)")
        }
    }

    private func make(_ parallel: Parallel) throws {
        let text = try LinkOptions.text(config ?? "", jurisdiction)
        let linker = try LinkOptions.linker(input, LinkOptions.configuration(text), threads)
        try IndexFolder.make(index, of: linker, parallel: parallel)
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(index)/linkage.yaml"), options: .atomic) } catch {
            throw Refused("index: the folder cannot be written")
        }
        for notice in linker.notices { Output.complain(notice.text) }
        Output.complain("\(linker.table.count) records")
    }

    private func add(_ parallel: Parallel) throws {
        let configuration = try LinkOptions.configuration(LinkOptions.read("\(index)/linkage.yaml"))
        let table = try LinkOptions.table(input, configuration, parallel)
        let folder = try IndexFolder(index, configuration: configuration, parallel: parallel, forWriting: true)
        let columns = configuration.fields.flatMap(\.columns)
        try folder.append(
            (0..<table.count).map { record in
                IndexFolder.Entry(
                    identifier: table.identifier(record),
                    values: Dictionary(
                        columns.map { ($0, table.value($0, record)) }, uniquingKeysWith: { first, _ in first }))
            })
        let merges = try folder.merge()
        Output.complain("\(table.count) records added, \(folder.snapshot.count) in all, \(merges) merges")
    }
}
