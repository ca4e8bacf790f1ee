import ArgumentParser
import ColumnRules
import Foundation
import Installation
import Quantities
import Rules
import StrictJSON

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Tells what other numbers of the law would do to a synthetic nation.",
        discussion: """
            FILE is written by `sijill synthesize`. For each programme: winners, losers, cost a year, coverage, and errors \
            against the consumption behind the facts (covered though above the threshold's spending; not covered though \
            below), for the nation and by region, milieu and tenth of consumption.

            EXAMPLES
              sijill simulate nation.columns --change formula.urban.cars=0.10
              sijill simulate nation.columns --change formula.urban.cars=0.10 --format json
              sijill simulate nation.columns --change formula.urban.cars=0.10 --format svg > reform.svg
            """)

    enum Format: String, ExpressibleByArgument { case table, json, svg }

    @OptionGroup var country: CountryOptions
    @Argument(help: "A file of columns.") var file: String
    @Option(help: "A number of the law and its value in the reform, as id=value; as often as needed.") var change:
        [String] = []
    @Option(help: "table, json or svg.") var format: Format = .table

    func run() async throws {
        let law = try await country.load().law
        let changes = try changes(law)
        guard let data = try? Data(contentsOf: URL(filePath: file), options: .alwaysMapped) else {
            throw Refused("\(file): the file cannot be read")
        }
        let report = try data.withUnsafeBytes { try Self.simulate($0, law, changes) }
        switch format {
        case .table: for line in report.table { Output.line(line) }
        case .json: Output.line(report.json.serialized())
        case .svg: Output.line(report.chart)
        }
        Output.flush()
    }

    private func changes(_ law: LawBook) throws -> [String: Rational] {
        var changes: [String: Rational] = [:]
        for text in change {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let value = try? Rational(decimal: parts[1]) else {
                throw Refused("--change \(text): write it as formula.urban.cars=0.10")
            }
            changes[parts[0]] = value
        }
        return changes
    }

    private static func simulate(
        _ bytes: UnsafeRawBufferPointer, _ law: LawBook, _ changes: [String: Rational]
    ) throws -> ReformReport {
        guard let day = try Frame.range(of: "declaredOn", in: bytes)?.lowerBound,
            let date = try? CivilDate(year: Int(day / 10_000), month: Int(day / 100 % 100), day: Int(day % 100))
        else {
            throw Refused("the file does not say on which day its households were declared; make it with synthesize")
        }
        let (before, after) = (try law.plan(on: date), try law.plan(on: date, replacing: changes))
        let frame = try Frame(bytes, for: before)
        guard let spending = frame.values("spendingPerPerson") else {
            throw Refused("the file has no consumption; make it with synthesize")
        }
        let old = try ColumnEvaluator(before, frame)
        let new = try ColumnEvaluator(after, try Frame(bytes, for: after))
        let tenths = ReformReport.tenths(spending)
        let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
        var parts = [ReformReport?](repeating: nil, count: cores)
        parts.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let parts = buffer
            DispatchQueue.concurrentPerform(iterations: cores) { core in
                let range = frame.households * core / cores..<frame.households * (core + 1) / cores
                parts[core] = ReformReport(law, date, old, new, range, spending, tenths)
            }
        }
        var report = ReformReport(law)
        for part in parts.compactMap(\.self) { report.add(part) }
        return report
    }
}
