import ArgumentParser
import ColumnRules
import Foundation
import Installation
import Quantities
import Rules
import StrictJSON
import Synchronization

extension LawCommand {
    struct Measure: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Computes the law over a file of columns and says how long it took.",
            discussion: """
                FILE is written by `sijill synthesize`. One JSON object a line: figure, households, seconds by the clock \
                and of the processor, and a sum of the results for comparison. Figures: scores; every programme's \
                grounds, decisions and amounts; a reform, that is all of it before and after a change, with winners \
                and losers counted. With --variables a second file is written, in which what is drawn from members \
                stands as columns of households, and the scores are computed from it as well; with --steps the \
                arithmetic of that score is written as JSON, for other engines.

                EXAMPLES
                  sijill law measure nation.columns
                  sijill law measure nation.columns --variables variables.columns --steps steps.json
                """)

        @OptionGroup var country: CountryOptions
        @Argument(help: "A file of columns.") var file: String
        @Option(help: "A number of the law and its value in the reform, as id=value.") var change: String?
        @Option(help: "A file to write the variables of each household to.") var variables: String?
        @Option(help: "A file to write the steps of the score to.") var steps: String?

        func validate() throws {
            guard steps == nil || variables != nil else {
                throw ValidationError("--steps needs --variables: the steps read its columns")
            }
        }

        func run() async throws {
            let law = try await country.load().law
            let mapped = try MappedFile(file)
            guard let day = try Frame.range(of: "declaredOn", in: mapped.bytes)?.lowerBound,
                let date = try? CivilDate(year: Int(day / 10_000), month: Int(day / 100 % 100), day: Int(day % 100))
            else { throw Refused("\(file): it does not say of which day it is; make it with synthesize") }
            let plan = try law.plan(on: date)
            let frame = try Frame(mapped.bytes, for: plan)
            let evaluator = try ColumnEvaluator(plan, frame)
            try Self.figure("scores", evaluator, [plan.score]) { $0.values(plan.score).reduce(0, &+) }
            let decisions = Self.decisions(plan)
            try Self.figure("decisions", evaluator, decisions) { block in
                decisions.reduce(0) { sum, place in block.values(place).reduce(sum, &+) }
            }
            if let change { try Self.reform(law, date, plan, frame, change) }
            if let variables { try flat(plan, frame, variables) }
            Output.flush()
        }

        private static func decisions(_ plan: LawPlan) -> [LawPlan.Place] {
            plan.programmes.flatMap { $0.reasons.map(\.holds) + [$0.eligible] + [$0.amount].compactMap(\.self) }
        }

        private static func reform(
            _ law: LawBook, _ date: CivilDate, _ plan: LawPlan, _ frame: Frame, _ change: String
        ) throws {
            let parts = change.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let value = try? Rational(decimal: parts[1]) else {
                throw Refused("--change \(change): write it as id=value")
            }
            let after = try law.plan(on: date, replacing: [parts[0]: value], extending: plan)
            let evaluator = try ColumnEvaluator(after, frame, with: plan)
            let places = [plan.score, after.score] + decisions(plan) + decisions(after)
            try figure("reform", evaluator, places) { block in
                var changed: Int64 = 0
                for (old, new) in zip(plan.programmes, after.programmes) {
                    let before = block.values(old.amount ?? old.eligible)
                    let after = block.values(new.amount ?? new.eligible)
                    for row in before.indices { changed &+= before[row] == after[row] ? 0 : 1 }
                }
                return changed
            }
        }

        private func flat(_ plan: LawPlan, _ frame: Frame, _ path: String) throws {
            let (flat, drawn) = plan.overHouseholds()
            guard FileManager.default.createFile(atPath: path, contents: nil),
                let file = FileHandle(forWritingAtPath: path)
            else { throw Refused("\(path): the file cannot be written") }
            _ = try frame.overHouseholds(plan, flat, drawn) { try file.write(contentsOf: $0) }
            try file.close()
            let mapped = try MappedFile(path)
            let frame = try Frame(mapped.bytes, for: flat)
            let evaluator = try ColumnEvaluator(flat, frame)
            // Twice: the first reads the file into memory, which peers are spared as well.
            for _ in 0..<2 {
                try Self.figure("variables", evaluator, [flat.score]) { $0.values(flat.score).reduce(0, &+) }
            }
            guard let steps else { return }
            try Data(Self.steps(flat, frame).serializedBytes()).write(to: URL(filePath: steps))
        }

        /// Columns with the parts of the file that they stand in, and the steps of the score.
        private static func steps(_ plan: LawPlan, _ frame: Frame) -> JSONValue {
            let columns = plan.columns.indices.map { place -> JSONValue in
                let parts = frame.parts(ofColumn: place).map { part -> JSONValue in
                    .array([part.offset, part.width, part.rows].map { .integer(Int64($0)) })
                }
                return ["name": .string(plan.columns[place].name), "parts": .array(parts)]
            }
            let steps = plan.steps.map { step -> JSONValue in
                func of(_ name: String, _ values: Int...) -> JSONValue {
                    .array([.string(name)] + values.map { .integer(Int64($0)) })
                }
                switch step {
                case .constant(let value): return .array([.string("constant"), .integer(value)])
                case .household(let column): return of("column", column)
                case .add(let a, let b): return of("add", a, b)
                case .subtract(let a, let b): return of("subtract", a, b)
                case .multiply(let a, let b): return of("multiply", a, b)
                case .quotient(let a, let b): return of("divide", a, b)
                case .less(let a, let b): return of("less", a, b)
                case .lessOrEqual(let a, let b): return of("lessOrEqual", a, b)
                case .equal(let a, let b): return of("equal", a, b)
                case .and(let a, let b): return of("and", a, b)
                case .or(let a, let b): return of("or", a, b)
                case .not(let a): return of("not", a)
                case .choose(let condition, let a, let b): return of("choose", condition, a, b)
                default: return of("other")
                }
            }
            return ["columns": .array(columns), "steps": .array(steps), "score": .integer(Int64(plan.score))]
        }

        private static func figure(
            _ name: String, _ evaluator: ColumnEvaluator, _ places: [LawPlan.Place],
            _ body: @escaping @Sendable (ColumnEvaluator.Block) -> Int64
        ) throws {
            let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
            let households = evaluator.frame.households
            let total = Mutex<(sum: Int64, memory: Int)>((0, 0))
            let (start, processor) = (ContinuousClock.now, processorSeconds())
            DispatchQueue.concurrentPerform(iterations: cores) { core in
                let range = households * core / cores..<households * (core + 1) / cores
                var sum: Int64 = 0
                evaluator.evaluate(households: range, only: places) { block in
                    sum &+= body(block)
                    if block.households.upperBound == range.upperBound {
                        let memory = privateMemory()
                        total.withLock { $0.memory = max($0.memory, memory) }
                    }
                }
                total.withLock { $0.sum &+= sum }
            }
            let elapsed = (ContinuousClock.now - start) / .seconds(1)
            let (sum, memory) = total.withLock { $0 }
            let line: JSONValue = [
                "figure": .string(name), "households": .integer(Int64(households)), "seconds": .double(elapsed),
                "processorSeconds": .double(processorSeconds() - processor), "sum": .integer(sum),
                "memoryBeyondFileBytes": .integer(Int64(memory)),
            ]
            Output.line(line.serialized())
        }

        private static func processorSeconds() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }

        /// Memory that is not the mapped file's, as the system counts it.
        private static func privateMemory() -> Int {
            guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
                let line = text.split(separator: "\n").first(where: { $0.hasPrefix("RssAnon:") }),
                let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
            else { return 0 }
            return kilobytes * 1_024
        }
    }
}
