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
            FILE is written by `sijill synthesize`. For each programme, and for all together: winners, losers, those who come \
            in and fall out, cost a year, coverage, and errors against simulated consumption, for the nation and by region, \
            milieu and tenth of consumption a person.

            Amounts are counted by the year: a monthly one twelve times, a yearly one and one that is given once as they \
            are; what households pay counts below zero. Errors compare each programme with itself: of the households that \
            nothing but the score keeps out, as many as it covers are its target, the poorest (the richest where it begins \
            above a score). Covered and not of the target is an inclusion error, of the target and not covered an exclusion \
            error.

            --list shows every number that can be changed. --svg writes coverage.svg, winners.svg, cost.svg and errors.svg.

            EXAMPLES
              sijill simulate nation.frame --change formula.urban.cars=0.10 --change formula.rural.car=0.10
              sijill simulate nation.frame --change formula.urban.cars=0.10 --format json
              sijill simulate nation.frame --change formula.urban.cars=0.10 --svg charts
              sijill simulate --list | grep threshold
            """)

    enum Format: String, ExpressibleByArgument { case table, json, svg }

    @OptionGroup var country: CountryOptions
    @Argument(help: "A file of columns.") var file: String?
    @Option(help: "A number of the law and its value in the reform, as id=value; as often as needed.") var change:
        [String] = []
    @Option(help: "The day whose law is changed; by default the day on which the households were declared.") var on:
        String?
    @Option(help: "table, json or svg (one chart with all).") var format: Format = .table
    @Option(help: "A folder for the charts.") var svg: String?
    @Option(help: "The language of names in table and charts.") var language: String?
    @Flag(help: "Show the numbers that can be changed, and end.") var list = false

    func run() async throws {
        let law = try await country.load().law
        if list { return try show(law) }
        guard let file else { throw ValidationError("give the file of the nation, or --list") }
        let mapped = try MappedFile(file)
        let date = try on.map { try civilDate($0, "--on") } ?? Self.date(of: mapped)
        let changes = try changes(law, date)
        let before = try law.plan(on: date)
        let after = try law.plan(on: date, replacing: changes, extending: before)
        if !changes.isEmpty, before.steps == after.steps {
            Output.complain("note: none of the changes reaches what is decided for every household on \(date)")
        }
        let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
        let analysis: ReformAnalysis
        do throws(FrameError) {
            analysis = try ReformAnalysis(
                mapped.bytes, before: before, after: after,
                programmes: before.programmes.map { Self.terms($0.id, law, date) }, pieces: cores
            ) { count, body in DispatchQueue.concurrentPerform(iterations: count, execute: body) }
        } catch { throw Refused("\(file): \(error.message)") }
        let names = ReformNames(law, date, language: language ?? law.languages.last ?? "")
        let report = ReformReport(analysis, names, date: date, changes: change)
        switch format {
        case .table: for line in report.table { Output.line(line) }
        case .json: Output.line(report.json.serialized())
        case .svg: Output.line(ReformChart(analysis, names).overview)
        }
        Output.flush()
        if let svg { try writeCharts(ReformChart(analysis, names), svg) }
    }

    private static func date(of file: MappedFile) throws -> CivilDate {
        let range: ClosedRange<Int64>?
        do throws(FrameError) { range = try Frame.range(of: "declaredOn", in: file.bytes) } catch {
            throw Refused(error.message)
        }
        guard let day = range?.lowerBound,
            let date = try? CivilDate(year: Int(day / 10_000), month: Int(day / 100 % 100), day: Int(day % 100))
        else {
            throw Refused("the file does not say on which day its households were declared; make it with synthesize")
        }
        return date
    }

    private static func terms(_ programme: String, _ law: LawBook, _ date: CivilDate) -> ReformProgramme {
        let terms = law.amountTerms(of: programme, on: date)
        return ReformProgramme(
            id: programme, timesAYear: terms?.unit.hasSuffix("/month") == true ? 12 : 1,
            isPaidByHousehold: terms?.isPaidByHousehold ?? false)
    }

    private func changes(_ law: LawBook, _ date: CivilDate) throws -> [String: Rational] {
        var changes: [String: Rational] = [:]
        let known = law.changeable(on: date).map(\.path)
        for text in change {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let value = try? Rational(decimal: parts[1]) else {
                throw Refused("--change \(text): write it as id=number, like formula.urban.cars=0.10")
            }
            guard known.contains(parts[0]) else {
                let near = Spelling.nearest(to: parts[0], in: known, count: 3).joined(separator: ", ")
                throw Refused(
                    "--change \(parts[0]): the law of \(date) has no such number; near are \(near). "
                        + "`sijill simulate --list` shows all.")
            }
            guard changes.updateValue(value, forKey: parts[0]) == nil else {
                throw Refused("--change \(parts[0]): it is given twice; give it once")
            }
        }
        return changes
    }

    private func show(_ law: LawBook) throws {
        let date: CivilDate
        if on == nil, let file {
            date = try Self.date(of: MappedFile(file))
        } else {
            date = try civilDate(on ?? SynthesizeCommand.usualDay, "--on")
        }
        let language = language ?? law.languages.last ?? ""
        for number in law.changeable(on: date) {
            let status = number.value.status == .provisional ? ", provisional" : ""
            Output.line(
                "\(number.path)=\(number.value.text)\t\(number.value.unit)\t\(number.value.labels[language] ?? "")\(status)"
            )
        }
        Output.flush()
    }

    private func writeCharts(_ chart: ReformChart, _ folder: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (name, text) in chart.files {
                try Data(text.utf8).write(to: URL(filePath: folder).appending(path: name))
            }
        } catch { throw Refused("\(folder): the charts cannot be written there; choose another folder") }
        Output.complain("charts in \(folder)")
    }
}
