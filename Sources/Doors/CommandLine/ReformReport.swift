import ColumnRules
import Quantities
import Rules
import StrictJSON

/// Names of programmes, regions and milieux in one language.
struct ReformNames {
    private let programmes: [String: String]
    private let codes: [String: String]
    let language: String

    init(_ law: LawBook, _ date: CivilDate, language: String) {
        self.language = language
        programmes = Dictionary(
            law.programmeIDs.map { ($0, law.programmeLabels($0, on: date)[language] ?? $0) },
            uniquingKeysWith: { first, _ in first })
        var codes: [String: String] = [:]
        for question in law.questions {
            guard case .choice(let options) = question.answer else { continue }
            for option in options { codes["\(question.name) \(option.code)"] = option.labels[language] }
        }
        self.codes = codes
    }

    func programme(_ id: String) -> String { programmes[id] ?? id }
    func region(_ code: String) -> String { codes["region \(code)"] ?? code }
    func milieu(_ code: String) -> String { codes["milieu \(code)"] ?? code }
}

/// The analysis of a reform as a table and as JSON.
struct ReformReport {
    private let analysis: ReformAnalysis
    private let names: ReformNames
    private let date: CivilDate
    private let changes: [String]

    init(_ analysis: ReformAnalysis, _ names: ReformNames, date: CivilDate, changes: [String]) {
        self.analysis = analysis
        self.names = names
        self.date = date
        self.changes = changes
    }

    private static let heads = [
        "households", "winners", "losers", "entered", "left", "covered %", "→", "million a year", "→", "inclusion %",
        "→", "exclusion %", "→",
    ]

    var table: [String] {
        var lines = ["law of \(date), changed: \(changes.isEmpty ? "nothing" : changes.joined(separator: ", "))"]
        for place in Array(analysis.programmes.indices) + [analysis.programmes.count] {
            let programme = place < analysis.programmes.count ? place : nil
            let title = programme.map {
                "\(analysis.programmes[$0].id): \(names.programme(analysis.programmes[$0].id))"
            }
            lines += ["", (title ?? "all programmes together")]
            lines.append(Self.row("", Self.heads))
            func add(_ name: String, _ counts: ReformCounts) { lines.append(Self.row(name, cells(counts, programme))) }
            add("nation", analysis.counts(programme: programme))
            for (place, code) in analysis.milieux.enumerated() {
                add(names.milieu(code), analysis.counts(programme: programme, milieu: place))
            }
            for (place, code) in analysis.regions.enumerated() {
                add("\(code) \(names.region(code))", analysis.counts(programme: programme, region: place))
            }
            for tenth in 0..<ReformAnalysis.tenths {
                add("tenth \(tenth + 1)", analysis.counts(programme: programme, tenth: tenth))
            }
        }
        return lines
    }

    private func cells(_ counts: ReformCounts, _ programme: Int?) -> [String] {
        let hasErrors = programme.map { analysis.selections[$0] != .none } ?? false
        func share(_ part: Int64, _ whole: Int64) -> String {
            whole == 0 ? "–" : CensusReport.text(100 * Double(part) / Double(whole))
        }
        func error(_ part: Int64, _ whole: Int64) -> String { hasErrors ? share(part, whole) : "–" }
        return [
            String(counts.households), String(counts.winners), String(counts.losers), String(counts.entered),
            String(counts.left), share(counts.coveredBefore, counts.households),
            share(counts.coveredAfter, counts.households), CensusReport.text(Double(counts.costBefore) / 1e6, 1),
            CensusReport.text(Double(counts.costAfter) / 1e6, 1), error(counts.inclusionBefore, counts.coveredBefore),
            error(counts.inclusionAfter, counts.coveredAfter), error(counts.exclusionBefore, counts.targetBefore),
            error(counts.exclusionAfter, counts.targetAfter),
        ]
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
        let name = String(name.prefix(28))
        return name + String(repeating: " ", count: 29 - name.count)
            + cells.map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }.joined()
    }

    var json: JSONValue {
        var programmes = JSONObject()
        for (place, programme) in analysis.programmes.enumerated() {
            var object = JSONObject()
            object["name"] = .string(names.programme(programme.id))
            object["timesAYear"] = .integer(programme.timesAYear)
            object["paidByHousehold"] = .bool(programme.isPaidByHousehold)
            object["selection"] = .string(analysis.selections[place].rawValue)
            groups(place, into: &object)
            programmes[programme.id] = .object(object)
        }
        var all = JSONObject()
        groups(nil, into: &all)
        var root = JSONObject()
        root["lawOf"] = .string(date.description)
        root["changes"] = .array(changes.map { .string($0) })
        root["tenthBoundsCentimes"] = .array(analysis.tenthBounds.map { .integer($0) })
        root["programmes"] = .object(programmes)
        root["all"] = .object(all)
        return .object(root)
    }

    private func groups(_ programme: Int?, into object: inout JSONObject) {
        func counts(_ values: ReformCounts) -> JSONValue { Self.json(values, isOfOne: programme != nil) }
        object["nation"] = counts(analysis.counts(programme: programme))
        var (milieux, regions) = (JSONObject(), JSONObject())
        for (place, code) in analysis.milieux.enumerated() {
            milieux[code] = counts(analysis.counts(programme: programme, milieu: place))
        }
        for (place, code) in analysis.regions.enumerated() {
            regions[code] = counts(analysis.counts(programme: programme, region: place))
        }
        object["milieux"] = .object(milieux)
        object["regions"] = .object(regions)
        object["tenths"] = .array(
            (0..<ReformAnalysis.tenths).map { counts(analysis.counts(programme: programme, tenth: $0)) })
    }

    private static func json(_ counts: ReformCounts, isOfOne: Bool) -> JSONValue {
        var object = JSONObject()
        var members: [(String, Int64)] = [
            ("households", counts.households), ("winners", counts.winners), ("losers", counts.losers),
            ("entered", counts.entered), ("left", counts.left), ("coveredBefore", counts.coveredBefore),
            ("coveredAfter", counts.coveredAfter), ("costBefore", counts.costBefore), ("costAfter", counts.costAfter),
        ]
        if isOfOne {
            members += [
                ("targetBefore", counts.targetBefore), ("targetAfter", counts.targetAfter),
                ("inclusionErrorsBefore", counts.inclusionBefore), ("inclusionErrorsAfter", counts.inclusionAfter),
                ("exclusionErrorsBefore", counts.exclusionBefore), ("exclusionErrorsAfter", counts.exclusionAfter),
            ]
        }
        for (name, value) in members { object[name] = .integer(value) }
        return .object(object)
    }
}
