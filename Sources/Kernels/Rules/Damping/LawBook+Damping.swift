import ExpressionLanguage
public import Quantities
public import StrictJSON

/// How a right above the threshold was kept.
public enum KeptRight: String, Hashable, Sendable, Codable {
    case band
    case grace
}

extension LawBook {
    /// The ids of the damping options on a day, the plain one first; empty where the law has none yet.
    public func dampingOptions(on date: CivilDate) -> [String] { damping(on: date)?.options.map(\.id) ?? [] }

    /// The name of a damping option by language.
    public func dampingLabels(_ id: String, on date: CivilDate) -> [String: String] {
        damping(on: date)?.option(id)?.labels ?? [:]
    }

    /// The programmes whose rights the damping of a day keeps.
    public func dampedProgrammes(on date: CivilDate) -> [String] { damping(on: date)?.programmes ?? [] }

    /// The same law with another damping option than the one its file chooses. Throws `unknownReference`.
    public func damped(by id: String) throws(LawError) -> LawBook {
        guard damping.contains(where: { $0.option(id) != nil }) else {
            throw LawError(
                .unknownReference, field: id,
                "The law has no such damping option; it has "
                    + "\(damping.last?.options.map(\.id).joined(separator: ", ") ?? "none").")
        }
        var copy = self
        copy.chosenDamping = id
        return copy
    }

    func damping(on date: CivilDate) -> DampingRule? { damping.last { $0.from <= date } }

    func dampingOption(on date: CivilDate) -> DampingOption? {
        guard let rule = damping(on: date) else { return nil }
        return rule.option(chosenDamping ?? rule.chosen)
    }

    /// The facts as the option in force sees them: bills averaged, drawn in and deflated, each to a whole centime, half
    /// to even. The plain option leaves them as they are.
    ///
    /// Bills come from the declaration's `history`, the latest last; where it has none for an amount, the declared bills
    /// are the history. Throws `notInForce` for a month that a price level does not reach.
    public func damped(_ facts: Facts) throws(LawError) -> Facts {
        guard !facts.isDamped, let option = dampingOption(on: facts.asOf), option.changesFacts else { return facts }
        var json = facts.json
        for (path, type) in parts.amounts {
            let steps = path.split(separator: ".").map { JSONPathStep.member(String($0)) }
            guard let declared = json.value(at: steps[...]) else { continue }
            let bills = try bills(facts.annexes.history[path] ?? declared.amounts, at: path, facts.asOf, option)
            guard !bills.isEmpty else { continue }
            let value: JSONValue =
                if case .list = type { .array(bills.map(JSONValue.integer)) } else { .integer(try Self.mean(bills)) }
            json = json.replacing(steps[...], by: value)
        }
        do {
            var result = try self.facts(from: json)
            result.isDamped = true
            return result
        } catch {
            throw LawError(.evaluationFailed, field: "history", "The damped amounts are no possible facts.")
        }
    }

    /// The bills up to a day as an option sees them. `rules` is the day whose numbers hold, the bills' own unless told.
    func bills(
        _ all: [Int64], at path: String, _ day: CivilDate, _ option: DampingOption, rules: CivilDate? = nil
    ) throws(LawError) -> [Int64] {
        let date = rules ?? day
        var bills = all
        if let reference = option.months { bills = bills.suffix(try number(reference, on: date)) }
        if let reference = option.prices[path] {
            let base = try reference.parameter.number(on: damping(on: date)?.from ?? date).value
            let latest = bills.count - 1
            for place in bills.indices {
                let then = try reference.parameter.number(on: try Self.month(day, before: latest - place)).value
                bills[place] = try Self.rounded(bills[place]) { () throws(QuantityError) in try base / then }
            }
        }
        if let reference = option.winsorised {
            bills = Self.winsorised(bills, try number(reference, on: date))
        }
        return bills
    }

    private func number(_ reference: ParameterReference, on date: CivilDate) throws(LawError) -> Int {
        let value = try reference.parameter.number(on: date)
        guard let number = value.value.wholeNumber, (0...1200).contains(number) else {
            throw LawError(
                .wrongType, file: reference.parameter.file, field: value.id, "A whole number from 0 is needed here.")
        }
        return Int(number)
    }

    /// The last day of the month that many months earlier, or the day itself.
    static func month(_ date: CivilDate, before months: Int) throws(LawError) -> CivilDate {
        guard months > 0 else { return date }
        let count = date.year * 12 + date.month - 1 - months
        let (year, month) = (count / 12, count % 12 + 1)
        guard count >= 12,
            let day = try? CivilDate(year: year, month: month, day: CivilDate.days(inMonth: month, of: year))
        else { throw LawError(.notInForce, field: "history", "The history reaches too far back.") }
        return day
    }

    /// The `count` highest become as high as the next one, and so the lowest; unchanged where too few would be left.
    static func winsorised(_ bills: [Int64], _ count: Int) -> [Int64] {
        guard bills.count > 2 * count, count > 0 else { return bills }
        let sorted = bills.sorted()
        let (low, high) = (sorted[count], sorted[sorted.count - 1 - count])
        return bills.map { min(max($0, low), high) }
    }

    static func mean(_ bills: [Int64]) throws(LawError) -> Int64 {
        var sum: Int64 = 0
        for bill in bills {
            let (next, overflows) = sum.addingReportingOverflow(bill)
            guard !overflows else { throw LawError(.evaluationFailed, field: "history", "The bills are too large.") }
            sum = next
        }
        return try rounded(sum) { () throws(QuantityError) in try Rational(1) / Rational(Int64(max(1, bills.count))) }
    }

    /// An amount times a factor, to the nearest whole number, half to even.
    private static func rounded(
        _ amount: Int64, times factor: () throws(QuantityError) -> Rational
    ) throws(LawError) -> Int64 {
        do throws(QuantityError) {
            let exact = try Rational(amount) * factor()
            let twice = exact.numerator * 2
            var quotient = exact.numerator / exact.denominator
            let rest = twice - quotient * exact.denominator * 2
            if rest > exact.denominator || (rest == exact.denominator && !quotient.isMultiple(of: 2)) { quotient += 1 }
            guard let whole = Int64(exactly: quotient) else { throw .overflow }
            return whole
        } catch {
            throw LawError(.evaluationFailed, field: "history", "The amount is too large to be damped.")
        }
    }

    /// What keeps a household's right to a programme above the threshold; nil where nothing does.
    func relief(for programme: String, _ facts: Facts) -> ThresholdRelief? {
        guard let option = dampingOption(on: facts.asOf), option.keepsRights,
            damping(on: facts.asOf)?.programmes.contains(programme) ?? false,
            let standing = facts.annexes.standing[programme], standing.isEntitled
        else { return nil }
        var relief = ThresholdRelief()
        if let band = try? option.band?.parameter.number(on: facts.asOf) { relief.band = band.value }
        if let grace = try? option.grace?.parameter.number(on: facts.asOf), let months = grace.value.wholeNumber {
            relief.isGrace = standing.monthsAbove < months
        }
        return relief
    }

    /// How a decision's right was kept although the score is above the threshold; nil where it is not above.
    public func kept(_ decision: Decision, of facts: Facts) -> KeptRight? {
        guard decision.eligible, decision.distance < .zero, let relief = relief(for: decision.programme, facts) else {
            return nil
        }
        guard let band = try? FixedPoint(rounding: relief.band), let rest = try? decision.distance + band else {
            return .grace
        }
        return rest >= .zero ? .band : .grace
    }

    /// That a right was kept, as a whole sentence.
    public func sentence(_ kept: KeptRight, language: String) -> String {
        sentences(kept == .band ? .heldByBand : .heldByGrace, language)
    }

    /// How the household stands with a programme after a decision, to be given with the next declaration.
    public func standing(after decision: Decision, of facts: Facts) -> Standing {
        let before = facts.annexes.standing[decision.programme]
        var isAbove = decision.distance < .zero
        if isAbove, kept(decision, of: facts) == .band { isAbove = false }
        return Standing(isEntitled: decision.eligible, monthsAbove: isAbove ? (before?.monthsAbove ?? 0) + 1 : 0)
    }
}

extension JSONValue {
    /// One amount, or a list of them, as a list.
    fileprivate var amounts: [Int64] { integer.map { [$0] } ?? (array ?? []).compactMap { $0.integer } }

    fileprivate func value(at steps: ArraySlice<JSONPathStep>) -> JSONValue? {
        guard let first = steps.first else { return self }
        guard case .member(let name) = first else { return nil }
        return self[name]?.value(at: steps.dropFirst())
    }

    fileprivate func replacing(_ steps: ArraySlice<JSONPathStep>, by value: JSONValue) -> JSONValue {
        guard let first = steps.first, case .member(let name) = first, var object else { return value }
        guard let inner = object[name] else { return self }
        object[name] = inner.replacing(steps.dropFirst(), by: value)
        return .object(object)
    }
}
