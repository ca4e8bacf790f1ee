import ColumnRules
import Foundation
import Quantities
import Rules
import StrictJSON

/// Winners, losers, cost, coverage and errors of a reform, by programme and group of households.
struct ReformReport: Sendable {
    struct Counts: Sendable {
        var households = 0, winners = 0, losers = 0
        var coveredBefore = 0, coveredAfter = 0
        /// Whole units of currency a year.
        var costBefore: Int64 = 0, costAfter: Int64 = 0
        /// Covered by the reform though spending is above the threshold's; not covered though it is not.
        var included = 0, excluded = 0
        /// Those whose spending is not above the threshold's.
        var target = 0

        mutating func add(_ other: Counts) {
            households += other.households
            winners += other.winners
            losers += other.losers
            coveredBefore += other.coveredBefore
            coveredAfter += other.coveredAfter
            costBefore += other.costBefore
            costAfter += other.costAfter
            included += other.included
            excluded += other.excluded
            target += other.target
        }
    }

    private(set) var counts: [String: [String: Counts]] = [:]
    private let programmes: [String]

    init(_ law: LawBook) { programmes = law.programmeIDs }

    init(
        _ law: LawBook, _ date: CivilDate, _ old: ColumnEvaluator, _ new: ColumnEvaluator, _ range: Range<Int>,
        _ spending: [Int64], _ tenths: [Int64]
    ) {
        // The spending a person and year, in centimes, that each threshold stands for.
        var limits: [String: Double] = [:]
        for programme in old.plan.programmes {
            if let threshold = try? law.parameter("\(programme.id).threshold", on: date) {
                limits[programme.id] = 100 * exp(threshold.value.approximation)
            }
        }
        self.init(law)
        func results(_ plan: LawPlan) -> [LawPlan.Place] {
            plan.programmes.flatMap { [$0.eligible] + [$0.amount].compactMap(\.self) }
        }
        func column(_ name: String, _ plan: LawPlan) -> (LawPlan.Place, [String])? {
            for (place, step) in plan.steps.enumerated() {
                if case .household(let index) = step, plan.columns[index].name == name,
                    case .choice(let codes) = plan.columns[index].kind
                {
                    return (place, codes)
                }
            }
            return nil
        }
        let groups = ["region", "milieu"].compactMap { name in column(name, old.plan).map { (name, $0.0, $0.1) } }
        let wanted = results(old.plan) + groups.map(\.1)
        let size = ColumnEvaluator.blockSize
        for start in stride(from: range.lowerBound, to: range.upperBound, by: size * 64) {
            let part = start..<min(start + size * 64, range.upperBound)
            var before: [String: (eligible: [Int64], amount: [Int64])] = [:]
            var keys = groups.map { _ in [Int64]() }
            old.evaluate(households: part, only: wanted) { block in
                for (index, group) in groups.enumerated() { keys[index] += block.values(group.1) }
                for programme in old.plan.programmes {
                    before[programme.id, default: ([], [])].eligible += block.values(programme.eligible)
                    if let amount = programme.amount {
                        before[programme.id, default: ([], [])].amount += block.values(amount)
                    }
                }
            }
            var row = 0
            new.evaluate(households: part, only: results(new.plan)) { block in
                for programme in new.plan.programmes {
                    guard let was = before[programme.id] else { continue }
                    let eligible = block.values(programme.eligible)
                    let amounts = programme.amount.map { block.values($0) }
                    let limit = limits[programme.id].map { Int64($0) }
                    var total = Counts()
                    var byGroup: [String: Counts] = [:]
                    for offset in 0..<block.households.count {
                        var one = Counts()
                        let (old, new) = (was.eligible[row + offset], eligible[offset])
                        let oldAmount = amounts == nil ? old : was.amount[row + offset]
                        let newAmount = amounts.map { $0[offset] } ?? new
                        one.households = 1
                        one.winners = newAmount > oldAmount ? 1 : 0
                        one.losers = newAmount < oldAmount ? 1 : 0
                        (one.coveredBefore, one.coveredAfter) = (Int(old), Int(new))
                        if amounts != nil { (one.costBefore, one.costAfter) = (oldAmount * 12, newAmount * 12) }
                        let spent = spending[part.lowerBound + row + offset]
                        if let limit {
                            one.target = spent <= limit ? 1 : 0
                            one.included = new == 1 && spent > limit ? 1 : 0
                            one.excluded = new == 0 && spent <= limit ? 1 : 0
                        }
                        total.add(one)
                        for (index, group) in groups.enumerated() {
                            byGroup["\(group.0) \(group.2[Int(keys[index][row + offset])])", default: Counts()].add(one)
                        }
                        let tenth = tenths.firstIndex { spent <= $0 } ?? tenths.count
                        byGroup["tenth \(tenth + 1 < 10 ? "0" : "")\(tenth + 1)", default: Counts()].add(one)
                    }
                    counts[programme.id, default: [:]]["nation", default: Counts()].add(total)
                    for (group, values) in byGroup {
                        counts[programme.id, default: [:]][group, default: Counts()].add(values)
                    }
                }
                row += block.households.count
            }
        }
    }

    mutating func add(_ other: ReformReport) {
        for (programme, groups) in other.counts {
            for (group, values) in groups { counts[programme, default: [:]][group, default: Counts()].add(values) }
        }
    }

    /// The nine amounts between the tenths of households by spending a person.
    static func tenths(_ spending: [Int64]) -> [Int64] {
        // A regular sample is enough to part ten groups and keeps ten million households fast.
        let step = max(1, spending.count / 100_000)
        let sorted = stride(from: 0, to: spending.count, by: step).map { spending[$0] }.sorted()
        guard !sorted.isEmpty else { return [] }
        return (1...9).map { sorted[min(sorted.count - 1, sorted.count * $0 / 10)] }
    }

    var table: [String] {
        var lines: [String] = []
        for programme in programmes {
            guard let groups = counts[programme] else { continue }
            lines.append(programme)
            lines.append(
                "group  households  winners  losers  covered before→after  a year before→after  included  excluded")
            for (group, values) in groups.sorted(by: { $0.key < $1.key }) {
                lines.append(
                    "  \(group)  \(values.households)  \(values.winners)  \(values.losers)  "
                        + "\(Self.share(values.coveredBefore, values.households))→\(Self.share(values.coveredAfter, values.households)) %  "
                        + "\(values.costBefore)→\(values.costAfter)  \(Self.share(values.included, values.coveredAfter)) %  "
                        + "\(Self.share(values.excluded, values.target)) %")
            }
        }
        return lines
    }

    var json: JSONValue {
        var object = JSONObject()
        for programme in programmes {
            guard let groups = counts[programme] else { continue }
            var all = JSONObject()
            for (group, values) in groups.sorted(by: { $0.key < $1.key }) {
                all[group] = [
                    "households": .integer(Int64(values.households)), "winners": .integer(Int64(values.winners)),
                    "losers": .integer(Int64(values.losers)), "coveredBefore": .integer(Int64(values.coveredBefore)),
                    "coveredAfter": .integer(Int64(values.coveredAfter)), "costBefore": .integer(values.costBefore),
                    "costAfter": .integer(values.costAfter), "inclusionErrors": .integer(Int64(values.included)),
                    "exclusionErrors": .integer(Int64(values.excluded)), "target": .integer(Int64(values.target)),
                ]
            }
            object[programme] = .object(all)
        }
        return .object(object)
    }

    /// Coverage by tenth of consumption, before and after, as SVG.
    var chart: String {
        var text = ""
        var top = 0
        for programme in programmes {
            guard let groups = counts[programme] else { continue }
            text += "<text x=\"10\" y=\"\(top + 18)\" font-size=\"14\">\(programme)</text>\n"
            for (index, tenth) in groups.filter({ $0.key.hasPrefix("tenth") }).sorted(by: { $0.key < $1.key })
                .enumerated()
            {
                let values = tenth.value
                let x = 10 + index * 46
                for (offset, covered, colour) in [(0, values.coveredBefore, "#888"), (20, values.coveredAfter, "#0a6")]
                {
                    let height = values.households == 0 ? 0 : 100 * covered / values.households
                    text +=
                        "<rect x=\"\(x + offset)\" y=\"\(top + 130 - height)\" width=\"18\" height=\"\(height)\" fill=\"\(colour)\"/>\n"
                }
                text += "<text x=\"\(x + 12)\" y=\"\(top + 146)\" font-size=\"11\">\(index + 1)</text>\n"
            }
            top += 170
        }
        return
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"480\" height=\"\(max(top, 10))\" font-family=\"sans-serif\">\n\(text)</svg>"
    }

    private static func share(_ part: Int, _ whole: Int) -> String {
        whole == 0 ? "–" : String((Double(part) / Double(whole) * 10_000).rounded() / 100)
    }
}
