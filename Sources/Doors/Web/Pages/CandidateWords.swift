import PopulationRegister
import StrictJSON

/// A candidate in words: how sure, where it leads, and what speaks for and against.
struct CandidateWords: Sendable {
    struct Step: Sendable {
        let label: String
        let finding: String
        /// With its sign; empty for a field that is weighed within the family.
        let bits: String
        let isFor: Bool
        let hasBar: Bool
        /// The bar of the waterfall, in units of a drawing 200 wide.
        let start: String
        let width: String
        let zero: String
    }

    let shortID: String
    let path: String
    let percent: String
    let veto: String?
    let steps: [Step]
    /// The bits of all steps together.
    let sum: String

    init(_ candidate: DuplicateCandidate, _ texts: TextCatalogue) {
        shortID = String(candidate.file.suffix(6))
        path = texts.text("duplicatePath.\(candidate.path.rawValue)")
        percent = Self.percent(candidate.probability, texts)
        veto = candidate.veto.map {
            texts.text("duplicates.veto", ["field": texts.text("comparisonField.\($0)")])
        }
        var (low, high, sum) = (0.0, 0.0, 0.0)
        for bits in candidate.reasons.compactMap(\.bits) {
            sum += bits
            low = min(low, sum)
            high = max(high, sum)
        }
        let scale = 200 / max(1, high - low)
        func place(_ bits: Double) -> Double { ((bits - low) * scale * 10).rounded() / 10 }
        var from = 0.0
        steps = candidate.reasons.map { reason in
            let bits = reason.bits ?? 0
            let to = from + bits
            defer { from = to }
            return Step(
                label: texts.text("comparisonField.\(reason.field)"),
                finding: reason.level.map { texts.text("comparisonLevel.\($0)") } ?? "",
                bits: reason.bits.map { Self.signed($0, texts) } ?? "", isFor: bits >= 0, hasBar: reason.bits != nil,
                start: "\(place(min(from, to)))", width: "\(max(1, place(max(from, to)) - place(min(from, to))))",
                zero: "\(place(0))")
        }
        self.sum = Self.signed(sum, texts)
    }

    /// A probability that is neither quite one nor quite nothing is not shown as if it were.
    static func percent(_ probability: Double, _ texts: TextCatalogue) -> String {
        let tenths = Int((probability * 1000).rounded())
        let shown = probability > 0 ? min(999, max(1, tenths)) : 0
        return "\(shown / 10)\(texts.text("form.decimalMark"))\(shown % 10) %"
    }

    private static func signed(_ bits: Double, _ texts: TextCatalogue) -> String {
        let tenths = Int((bits * 10).rounded())
        let sign = tenths < 0 ? "−" : "+"
        return "\(sign)\(tenths.magnitude / 10)\(texts.text("form.decimalMark"))\(tenths.magnitude % 10)"
    }
}

extension DuplicateCandidate {
    func json(_ texts: TextCatalogue) -> JSONValue {
        var object: JSONObject = [
            "file": .string(file), "probability": .double(probability), "path": .string(path.rawValue),
            "reasons": .array(
                reasons.map { reason in
                    var entry: JSONObject = [
                        "field": .string(reason.field), "label": .string(texts.text("comparisonField.\(reason.field)")),
                    ]
                    if let level = reason.level {
                        entry["level"] = .string(level)
                        entry["finding"] = .string(texts.text("comparisonLevel.\(level)"))
                    }
                    if let bits = reason.bits { entry["bits"] = .double(bits) }
                    return .object(entry)
                }),
        ]
        if let veto { object["veto"] = .string(veto) }
        return .object(object)
    }
}
