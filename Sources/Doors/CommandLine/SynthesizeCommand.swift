import ArgumentParser
import ColumnRules
import Foundation
import Installation
import Quantities
import Rules
import SyntheticPopulation

struct SynthesizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synthesize",
        abstract: "Invents a nation of households from the census's tables, for planning and for tests of scale.",
        discussion: """
            Commune by commune, in town and country: size, ages, schooling, work, dwelling, rooms, amenities as the census \
            counted them; spending log-normal over all persons with the published mean and Gini coefficient. The same seed \
            gives the same household at the same index, however many are asked for and on however many cores.

            With --format columns the file holds what `sijill simulate` reads; with jsonl, declarations as `sijill score` \
            reads them. The format follows the file's name unless it is given.

            --report compares what was made with the census: a table, then one line of JSON with the verdict: every figure of \
            the nation and the regions within 1 point, 95 % of the communes' within 3. One standard deviation of chance is \
            told beside each distance.

            EXAMPLES
              sijill synthesize --households 1000000 --seed 1 --output nation.frame --report
              sijill synthesize --households 10000000 --seed 1 --output nation.frame
              sijill synthesize --households 1000 --seed 1 --output facts.jsonl
              sijill synthesize --households 500000 --seed 7 --report | tail -1
            """)

    enum Format: String, ExpressibleByArgument { case columns, jsonl }

    @OptionGroup var country: CountryOptions
    @Option(help: "How many.") var households: Int
    @Option(help: "The seed.") var seed: UInt64
    @Option(help: "The file to be written; without one nothing but the report is made.") var output: String?
    @Option(help: "columns or jsonl; by default jsonl for a file whose name ends in .jsonl.") var format: Format?
    static let usualDay = "2026-10-01"
    @Option(help: "The day on which they are declared.") var on: String = Self.usualDay
    @Flag(help: "Compare with the census.") var report = false

    func validate() throws {
        guard (1...100_000_000).contains(households) else {
            throw ValidationError("--households: give a number from 1 to 100,000,000")
        }
        guard output != nil || report else { throw ValidationError("give --output, --report or both") }
    }

    func run() async throws {
        let country = try await country.load()
        let date = try civilDate(on, "--on")
        let (nation, census, areas) = try Self.refusing { try Demonstration.nation(country) }
        let run = nation.run(seed: seed, asOf: date, workers: max(1, ProcessInfo.processInfo.activeProcessorCount))
        let tally = report ? CensusTally(run) : nil
        if let output {
            let isLines = format.map { $0 == .jsonl } ?? output.hasSuffix(".jsonl")
            if isLines {
                try writeLines(run, tally, output)
            } else {
                try writeColumns(run, tally, output, try country.law.plan(on: date))
            }
            Output.complain("\(households) households in \(output)")
        } else {
            try make(run, tally, capacity: Frame.groupSize) { _ in }
        }
        if let tally {
            let comparison = try Self.refusing {
                try CensusComparison(tally, census: census, areas: areas)
            }
            CensusReport(comparison, households: households, seed: seed, nation).print()
            Output.flush()
        }
    }

    private static func refusing<Value>(_ work: () throws -> Value) throws -> Value {
        do { return try work() } catch let error as SyntheticTableError { throw Refused("\(error)") }
    }

    private func writeColumns(_ run: NationRun, _ tally: CensusTally?, _ path: String, _ plan: LawPlan) throws {
        let columns = try NationColumns(plan, run.nation, capacity: Frame.groupSize)
        var writer = FrameWriter(plan, further: columns.further)
        let file = try GrowingFile(path)
        try file.write(writer.start)
        try make(run, tally, capacity: Frame.groupSize) { try file.write(writer.add(try columns.encoded($0))) }
        try file.write(writer.end)
        try file.finish()
    }

    private func writeLines(_ run: NationRun, _ tally: CensusTally?, _ path: String) throws {
        let lines = NationLines(run)
        let file = try GrowingFile(path)
        let pieces = run.workers
        try make(run, tally, capacity: 8_192) { batch in
            let parts = Parts(pieces)
            DispatchQueue.concurrentPerform(iterations: pieces) { piece in
                parts.bytes[piece] = lines.bytes(
                    batch, batch.count * piece / pieces..<batch.count * (piece + 1) / pieces)
            }
            for piece in 0..<pieces { try file.write(parts.bytes[piece]) }
        }
        try file.finish()
    }

    /// Makes all households, a batch at a time; `body` sees each batch once.
    private func make(
        _ run: NationRun, _ tally: CensusTally?, capacity: Int, _ body: (NationBatch) throws -> Void
    ) throws {
        let batch = NationBatch(capacity: min(capacity, households))
        let bar = ProgressBar("households", total: households)
        var done = 0
        while done < households {
            let count = min(batch.capacity, households - done)
            run.begin(batch, count: count)
            DispatchQueue.concurrentPerform(iterations: run.workers) { worker in
                run.fill(batch, worker: worker)
                tally?.add(batch, run, worker: worker)
            }
            tally?.addSpending(batch)
            try body(batch)
            done += count
            bar.show(done)
        }
        bar.finish()
    }

    /// Each piece writes its own place.
    private final class Parts: @unchecked Sendable {
        let bytes: UnsafeMutablePointer<[UInt8]>
        private let count: Int

        init(_ count: Int) {
            self.count = count
            bytes = .allocate(capacity: count)
            bytes.initialize(repeating: [], count: count)
        }

        deinit {
            bytes.deinitialize(count: count)
            bytes.deallocate()
        }
    }
}
