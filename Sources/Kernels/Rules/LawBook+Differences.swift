public import Quantities

/// One thing of the law that is not the same on two days.
public struct LawDifference: Hashable, Sendable {
    /// The id of the programme, formula or parameter.
    public let id: String
    /// The key of a table's entry or the end of a band.
    public let entry: String?
    /// As the law has it on each day; nil where it does not hold yet, or no longer.
    public let before: String?
    public let after: String?
    /// What changed, by language.
    public let sentences: [String: String]
    /// Of the later number; nil for a rule or what ended.
    public let status: ParameterValue.Status?
    public let source: String?
}

extension LawBook {
    /// What changed from one day to another: programmes and formulas that begin, end or have another version, and every
    /// number with its value before and after.
    public func differences(from: CivilDate, to: CivilDate) -> [LawDifference] {
        var differences: [LawDifference] = []
        for versions in programmes + further {
            guard let id = versions.first?.id else { continue }
            func holding(_ day: CivilDate) -> ProgrammeRule? {
                versions.last { $0.from <= day }.flatMap { rule in rule.until.map { day <= $0 } ?? true ? rule : nil }
            }
            differences += ruleChange(
                id, holding(from).map { ($0.from, $0.labels) }, holding(to).map { ($0.from, $0.labels) })
        }
        for versions in formulas {
            guard let id = versions.first?.id else { continue }
            func holding(_ day: CivilDate) -> ScoreFormula? {
                versions.last { $0.from <= day }.flatMap { rule in rule.until.map { day <= $0 } ?? true ? rule : nil }
            }
            differences += ruleChange(
                id, holding(from).map { ($0.from, $0.labels) }, holding(to).map { ($0.from, $0.labels) })
        }
        for (_, parameter) in parts.parameters.sorted(by: { $0.key < $1.key }) {
            differences += numberChanges(parameter, from, to)
        }
        return differences
    }

    private typealias Held = (from: CivilDate, labels: [String: String])

    private func ruleChange(_ id: String, _ before: Held?, _ after: Held?) -> [LawDifference] {
        guard before?.from != after?.from, let labels = (after ?? before)?.labels else { return [] }
        let kind: ChangeWording.Kind = before == nil ? .ruleBegins : after == nil ? .ruleEnds : .ruleChanges
        return [
            LawDifference(
                id: id, entry: nil, before: before.map { "\($0.from)" }, after: after.map { "\($0.from)" },
                sentences: changeWording.sentences(
                    kind, labels, entry: nil, before: before.map { "\($0.from)" }, after: after.map { "\($0.from)" },
                    unit: ""),
                status: nil, source: nil)
        ]
    }

    private func numberChanges(_ parameter: Parameter, _ from: CivilDate, _ to: CivilDate) -> [LawDifference] {
        func entries(_ day: CivilDate) -> [String: Parameter.Entry] {
            guard let version = try? parameter.version(on: day) else { return [:] }
            switch version.content {
            case .number(let entry): return ["": entry]
            case .table(let table): return table
            case .bands(let bands):
                return Dictionary(
                    bands.map { ($0.upToText.map { "≤ \($0)" } ?? "…", $0.entry) },
                    uniquingKeysWith: { first, _ in first })
            }
        }
        let (old, new) = (entries(from), entries(to))
        return Set(old.keys).union(new.keys).sorted().compactMap { key in
            let (before, after) = (old[key], new[key])
            guard before?.value != after?.value || before?.status != after?.status else { return nil }
            let entry = key.isEmpty ? nil : key
            let kind: ChangeWording.Kind = before == nil ? .numberBegins : after == nil ? .numberEnds : .numberChanges
            return LawDifference(
                id: parameter.id, entry: entry, before: before?.text, after: after?.text,
                sentences: changeWording.sentences(
                    kind, parameter.labels, entry: entry, before: before?.text, after: after?.text, unit: parameter.unit
                ),
                status: after?.status, source: after?.source)
        }
    }
}

/// The sentences that tell what changed in the law: `explanation/changes.yaml`.
struct ChangeWording: Sendable {
    enum Kind: String, CaseIterable { case ruleBegins, ruleEnds, ruleChanges, numberBegins, numberEnds, numberChanges }

    /// By kind and language.
    private let sentences: [String: [String: String]]

    init(_ root: LawNode, languages: [String]) throws(LawError) {
        try root.allow(only: Set(Kind.allCases.map(\.rawValue)))
        var sentences: [String: [String: String]] = [:]
        for kind in Kind.allCases {
            sentences[kind.rawValue] = try root.member(kind.rawValue).labels(
                languages, placeholders: ["name", "before", "after", "unit"])
        }
        self.sentences = sentences
    }

    func sentences(
        _ kind: Kind, _ labels: [String: String], entry: String?, before: String?, after: String?, unit: String
    ) -> [String: String] {
        var filled: [String: String] = [:]
        for (language, template) in sentences[kind.rawValue] ?? [:] {
            let name = (labels[language] ?? "") + (entry.map { " [\($0)]" } ?? "")
            filled[language] = Template.filled(
                template, ["name": name, "before": before ?? "", "after": after ?? "", "unit": unit])
        }
        return filled
    }
}
