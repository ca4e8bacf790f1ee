import ArgumentParser
import ColumnRules
import Foundation
import Installation
import Quantities
import Rules
import StrictJSON
import SyntheticPopulation

struct SynthesizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synthesize",
        abstract: "Invents households from the census's tables, for planning and for tests of scale.",
        discussion: """
            The same seed gives the same household at the same index, however many are asked for. With --format jsonl \
            the file holds declarations as `sijill score` reads them; with columns, what `sijill simulate` reads. \
            --report compares shares of the households with the census's, for the nation, regions and communes, and \
            writes them to standard output.

            EXAMPLES
              sijill synthesize --households 100000 --seed 1 --output nation.columns
              sijill synthesize --households 1000 --seed 1 --output facts.jsonl --format jsonl
              sijill synthesize --households 300000 --seed 1 --output nation.columns --report
            """)

    enum Format: String, ExpressibleByArgument { case columns, jsonl }

    @OptionGroup var country: CountryOptions
    @Option(help: "How many.") var households: Int
    @Option(help: "The seed.") var seed: UInt64
    @Option(help: "The file to be written.") var output: String
    @Option(help: "columns or jsonl.") var format: Format = .columns
    @Option(help: "The day on which they are declared.") var on: String = "2026-10-01"
    @Flag(help: "Compare with the census.") var report = false

    private static let batch = 4_000

    func validate() throws {
        guard households > 0 else { throw ValidationError("--households: give a number from 1") }
    }

    func run() async throws {
        let country = try await country.load()
        let date = try civilDate(on, "--on")
        let population = try Demonstration.inventedPopulation(country)
        guard FileManager.default.createFile(atPath: output, contents: nil),
            let file = FileHandle(forWritingAtPath: output)
        else { throw Refused("\(output): the file cannot be written") }
        let plan = try country.law.plan(on: date)
        var builder = FrameBuilder(plan, further: NationColumns.names)
        var census = CensusReport()
        let seed = seed
        let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
        for start in stride(from: 0, to: households, by: Self.batch * cores) {
            let batches = (0..<cores).map { core in
                let first = min(start + core * Self.batch, households)
                return first..<min(first + Self.batch, households)
            }
            let made = await withTaskGroup(of: (Int, [SyntheticHousehold]).self) { group in
                for (core, range) in batches.enumerated() {
                    group.addTask {
                        (core, range.map { population.household(UInt64($0), seed: seed, asOf: date) })
                    }
                }
                var ordered: [Int: [SyntheticHousehold]] = [:]
                for await (core, households) in group { ordered[core] = households }
                return batches.indices.flatMap { ordered[$0] ?? [] }
            }
            if format == .jsonl {
                var text = ""
                for household in made { text += household.facts.serialized() + "\n" }
                try file.write(contentsOf: Data(text.utf8))
            } else {
                for household in made {
                    try builder.append(household.facts, further: NationColumns.values(household, plan.packedDate))
                }
            }
            if report { for household in made { census.add(household.facts) } }
        }
        if format == .columns { try file.write(contentsOf: Data(try builder.bytes)) }
        try file.close()
        Output.complain("\(households) households in \(output)")
        guard report else { return }
        let table = try country.census()
        for line in census.lines(comparedWith: table) { Output.line(line) }
        Output.flush()
    }
}

/// The columns of a synthetic nation that no rule reads.
enum NationColumns {
    /// Centimes a year and person, and the day of the declarations.
    static let names = ["spendingPerPerson", "declaredOn"]

    static func values(_ household: SyntheticHousehold, _ date: Int64) -> [Int64] {
        [Int64((household.spendingPerPerson * 100).rounded()), date]
    }
}
