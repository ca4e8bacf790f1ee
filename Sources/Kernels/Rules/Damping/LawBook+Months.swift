public import Quantities
import StrictJSON

extension LawBook {
    /// A household's scores in a run of months up to its day, by damping option, while only its amounts vary.
    ///
    /// In each month an amount is the declared one times the factor for that amount and month (counted backwards from
    /// the last) and, where an option knows the price level of the amount, times the level of that month over the last
    /// one. The plain formula sees a month's own amounts and, of a list of bills, as many as were declared. Options
    /// without an effect on facts have the plain scores.
    public func monthlyScores(
        _ facts: Facts, months: Int, varying factor: (_ amount: Int, _ month: Int) -> Double
    ) throws(LawError) -> [String: [FixedPoint]] {
        guard let rule = damping(on: facts.asOf) else { return [:] }
        var series: [(path: String, declared: Int, bills: [Int64])] = []
        let longest = FactsAnnexes.mostMonths / 2
        for (place, amount) in parts.amounts.enumerated() {
            let declared = facts.amounts(at: amount.path)
            guard let level = declared.isEmpty ? nil : Double(declared.reduce(0, +)) / Double(declared.count) else {
                continue
            }
            let price = rule.options.lazy.compactMap { $0.prices[amount.path] }.first?.parameter
            let last = try price?.number(on: facts.asOf).value.approximation ?? 1
            var bills: [Int64] = []
            for back in (0..<(months + longest)).reversed() {
                var amount = level * factor(place, back)
                if let price {
                    amount *= try price.number(on: try Self.month(facts.asOf, before: back)).value.approximation / last
                }
                bills.append(Int64(min(1e12, max(0, amount)).rounded(.toNearestOrEven)))
            }
            series.append((amount.path, declared.count, bills))
        }
        var scores: [String: [FixedPoint]] = [:]
        var plain: [FixedPoint]?
        for option in rule.options {
            if !option.changesFacts, let plain {
                scores[option.id] = plain
                continue
            }
            var sets: [[String: [Int64]]] = []
            for month in (0..<months).reversed() {
                let day = try Self.month(facts.asOf, before: month)
                var set: [String: [Int64]] = [:]
                for (path, declared, all) in series {
                    let until = all.dropLast(month)
                    let known = option.months == nil ? until.suffix(declared) : until[...]
                    var bills = try bills(Array(known), at: path, day, option, rules: facts.asOf)
                    if case .list? = parts.amount(at: path) {} else { bills = [try Self.mean(bills)] }
                    set[path] = bills
                }
                sets.append(set)
            }
            let row = try self.scores(facts, with: sets)
            if !option.changesFacts { plain = row }
            scores[option.id] = row
        }
        return scores
    }
}

extension Facts {
    /// The declared amount at a path, or its list of bills.
    fileprivate func amounts(at path: String) -> [Int64] {
        var value = json
        for name in path.split(separator: ".") {
            guard let next = value[String(name)] else { return [] }
            value = next
        }
        if let amount = value.integer { return [amount] }
        return (value.array ?? []).compactMap { $0.integer }
    }
}
