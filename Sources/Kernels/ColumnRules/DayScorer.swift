public import Quantities
public import Rules

/// The law of one day made ready to answer declarations of that day, many at a time.
public struct DayScorer: Sendable {
    public let plan: LawPlan
    let mapping: ColumnMapping
    let formulas: [Formula]
    let programmes: [Programme]

    struct Formula: Sendable {
        let condition: LawPlan.Place
        /// What stands before each contribution's digits.
        let terms: [(before: [UInt8], place: LawPlan.Place)]
    }

    struct Programme: Sendable {
        let eligible: LawPlan.Place
        let parts: [(before: [UInt8], part: Part)]
    }

    enum Part: Sendable {
        case eligible
        case reasons([(code: [UInt8], place: LawPlan.Place)])
        case amount(LawPlan.Place)
    }

    /// nil for a day or a law whose rules columns cannot express; `LawBook.assess` says why.
    public init?(_ law: LawBook, _ scanner: DeclarationScanner, on date: CivilDate) {
        guard let plan = try? law.plan(on: date, forDeclarations: true), plan.isCertain != nil,
            let mapping = ColumnMapping(plan, scanner)
        else { return nil }
        self.plan = plan
        self.mapping = mapping
        formulas = plan.formulas.map { formula in
            Formula(
                condition: formula.condition,
                terms: formula.terms.enumerated().map { place, term in
                    (Array("\(place == 0 ? "" : "\",")\(Self.quoted(term.code)):\"".utf8), term.contribution)
                })
        }
        programmes = plan.programmes.enumerated().map { order, programme in
            let parts = programme.output.enumerated().map { place, name -> (before: [UInt8], part: Part) in
                let opening = place == 0 ? "\(order == 0 ? "" : ",")\(Self.quoted(programme.id)):{" : ","
                let before = Array("\(opening)\(Self.quoted(name)):".utf8)
                switch name {
                case "eligible": return (before, .eligible)
                case "reasons":
                    return (before, .reasons(programme.reasons.map { (Array(Self.quoted($0.code).utf8), $0.holds) }))
                default: return (before, .amount(programme.amount ?? programme.eligible))
                }
            }
            return Programme(eligible: programme.eligible, parts: parts)
        }
    }

    /// Names of the law are plain words, but nothing is written that was not escaped.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for character in text {
            if character == "\"" || character == "\\" { quoted.append("\\") }
            quoted.append(character)
        }
        return quoted + "\""
    }
}

/// Answers to a batch of declarations, as the bytes of `Assessment.json`.
public struct ScoredLines: Sendable {
    /// The answers in the order in which they were computed, each with a line feed.
    public fileprivate(set) var bytes: [UInt8] = []
    /// By line: where its answer stands; nil for a declaration that is left to `LawBook.assess`.
    public fileprivate(set) var answers: [Range<Int>?]
}

extension DeclarationScanner {
    /// Scores declarations, one a line; `scorer` is asked once for each day that occurs.
    public func score(
        _ lines: [Range<Int>], in bytes: UnsafeBufferPointer<UInt8>, scorer: (CivilDate) -> DayScorer?
    ) -> ScoredLines {
        struct Day {
            let scorer: DayScorer
            var group: FrameGroup
            var rows: [(line: Int, reference: Range<Int>)] = []
        }
        var result = ScoredLines(answers: Array(repeating: nil, count: lines.count))
        var days: [Day] = []
        var places: [Int64: Int?] = [:]
        var declaration = ScannedDeclaration(self)
        for (line, range) in lines.enumerated() {
            let part = UnsafeBufferPointer(rebasing: bytes[range])
            guard scan(part, into: &declaration) else { continue }
            let packed = declaration.packedDate
            if places[packed] == nil {
                var place: Int?
                if let date = try? CivilDate(
                    year: Int(packed / 10_000), month: Int(packed / 100 % 100), day: Int(packed % 100)),
                    let scorer = scorer(date)
                {
                    place = days.count
                    days.append(Day(scorer: scorer, group: FrameGroup(scorer.plan)))
                }
                places[packed] = .some(place)
            }
            guard let known = places[packed], let place = known,
                days[place].scorer.mapping.append(declaration, part, to: &days[place].group.columns)
            else { continue }
            days[place].group.endHousehold(members: declaration.memberCount)
            let reference = declaration.reference
            days[place].rows.append(
                (line, range.lowerBound + reference.lowerBound..<range.lowerBound + reference.upperBound))
        }
        for day in days { day.scorer.answer(day.group, day.rows, bytes, &result) }
        return result
    }
}

extension DayScorer {
    fileprivate func answer(
        _ group: FrameGroup, _ rows: [(line: Int, reference: Range<Int>)], _ bytes: UnsafeBufferPointer<UInt8>,
        _ result: inout ScoredLines
    ) {
        var writer = FrameWriter(plan)
        guard let isCertain = plan.isCertain, let encoded = try? group.encoded() else { return }
        let file = writer.start + writer.add(encoded) + writer.end
        file.withUnsafeBytes { file in
            // A range that cannot be proved leaves the whole batch to the evaluation of one household.
            guard let frame = try? Frame(file, for: plan), let evaluator = try? ColumnEvaluator(plan, frame) else {
                return
            }
            evaluator.evaluate(households: 0..<frame.households) { block in
                for row in 0..<block.households.count where block.values(isCertain)[row] == 1 {
                    let (line, reference) = rows[block.households.lowerBound + row]
                    let start = result.bytes.count
                    guard write(block, row, bytes[reference], to: &result.bytes) else {
                        result.bytes.removeSubrange(start...)
                        continue
                    }
                    result.answers[line] = start..<result.bytes.count
                }
            }
        }
    }

    private func write(
        _ block: ColumnEvaluator.Block, _ row: Int, _ reference: Slice<UnsafeBufferPointer<UInt8>>,
        to bytes: inout [UInt8]
    ) -> Bool {
        guard let formula = formulas.first(where: { block.values($0.condition)[row] == 1 }) else { return false }
        bytes.append(contentsOf: "{\"householdRef\":\"".utf8)
        bytes.append(contentsOf: reference)
        bytes.append(contentsOf: "\",\"score\":\"".utf8)
        Self.write(tenDecimals: block.values(plan.score)[row], to: &bytes)
        bytes.append(contentsOf: "\",\"contributions\":{".utf8)
        for term in formula.terms {
            bytes.append(contentsOf: term.before)
            Self.write(tenDecimals: block.values(term.place)[row], to: &bytes)
        }
        if !formula.terms.isEmpty { bytes.append(UInt8(ascii: "\"")) }
        bytes.append(contentsOf: "},\"decisions\":{".utf8)
        for programme in programmes {
            for (before, part) in programme.parts {
                bytes.append(contentsOf: before)
                switch part {
                case .eligible:
                    let isEligible = block.values(programme.eligible)[row] == 1
                    bytes.append(contentsOf: (isEligible ? "true" : "false").utf8)
                case .reasons(let reasons):
                    bytes.append(UInt8(ascii: "["))
                    var isFirst = true
                    for reason in reasons where block.values(reason.place)[row] == 1 {
                        if !isFirst { bytes.append(UInt8(ascii: ",")) }
                        bytes.append(contentsOf: reason.code)
                        isFirst = false
                    }
                    bytes.append(UInt8(ascii: "]"))
                case .amount(let place): bytes.append(contentsOf: String(block.values(place)[row]).utf8)
                }
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(contentsOf: "}}\n".utf8)
        return true
    }

    /// As `FixedPoint.description` has it.
    static func write(tenDecimals units: Int64, to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { digits in
            var rest = units.magnitude
            var place = 24
            var count = 0
            repeat {
                if count == 10 {
                    place -= 1
                    digits[place] = UInt8(ascii: ".")
                }
                let (quotient, digit) = (rest / 10, rest % 10)
                place -= 1
                digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
                rest = quotient
                count += 1
            } while rest != 0 || count <= 10
            if units < 0 {
                place -= 1
                digits[place] = UInt8(ascii: "-")
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[place..<24]))
        }
    }
}
