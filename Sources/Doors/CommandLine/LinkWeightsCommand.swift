import ArgumentParser
import Foundation
import Linkage

struct LinkWeightsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weights",
        abstract: "Learns weights from a file and writes them as the data that enrolment compares by.",
        discussion: """
            Writes shares by field and level, and the frequencies of names, keys and years. No record of the file is \
            in them; values that stand in fewer records than --least are left out.

            EXAMPLES
              sijill link weights people.csv --config register --source "a file of invented people" \\
                --weights register-weights.yaml --terms register-terms.tsv
            """)

    @Argument(help: "A comma-separated file with a header line.") var input: String
    @Option(help: "Where the weights go.") var weights: String
    @Option(help: "Where the frequencies go.") var terms: String
    @Option(help: "What the file is; stands in what is written.") var source: String
    @Option(help: "sourced or provisional.") var status = "provisional"
    @Option(help: "Fewest records that a listed value stands in.") var least = 20
    @OptionGroup var options: LinkOptions

    func run() async throws {
        let linker = try options.linker(input)
        let learned = Linker.lines(linker.carriedWeights(source: source, status: status))
            .joined(separator: "\n")
        let head = "# \(source); \(status). Made by `sijill link weights`.\n"
        let lines = linker.termLines(least: max(1, least)).joined(separator: "\n")
        do {
            try Data((head + learned + "\n").utf8).write(to: URL(fileURLWithPath: weights))
            try Data((head + lines + "\n").utf8).write(to: URL(fileURLWithPath: terms))
        } catch { throw Refused("weights, terms: the files cannot be written") }
        Output.complain("\(linker.table.count) records")
    }
}
