import Quantities
public import StrictJSON

/// What stands beside the fields of a declaration, under its own name.
enum FactsAnnex: String, CaseIterable, Sendable {
    /// Who said a fact, by its path.
    case provenance
    /// Amounts of past months, by the path of the fact.
    case history
    /// What was decided last, by programme.
    case standing
}

/// How a household stood with a programme when it was decided last.
public struct Standing: Hashable, Sendable {
    public let isEntitled: Bool
    /// For how many decisions in a row, up to the last one, the index was above threshold and band.
    public let monthsAbove: Int64

    public init(isEntitled: Bool, monthsAbove: Int64 = 0) {
        self.isEntitled = isEntitled
        self.monthsAbove = monthsAbove
    }
}

/// The annexes of one declaration, each empty where it was left out.
struct FactsAnnexes: Sendable {
    /// Codes of sources by path: `assets.cars`, `members[1].healthCover`, or `members[].healthCover` for all of them.
    var provenance: [String: String] = [:]
    /// Whole hundredths of the currency, the latest month last.
    var history: [String: [Int64]] = [:]
    var standing: [String: Standing] = [:]

    static let mostMonths = 120
}

extension Facts {
    /// The code of who said the fact at a path; nil where the law names no sources.
    public func source(of path: String) -> String? {
        if let source = annexes.provenance[path] { return source }
        var general = ""
        var inIndex = false
        for character in path {
            if character == "]" { inIndex = false }
            if !inIndex { general.append(character) }
            if character == "[" { inIndex = true }
        }
        return annexes.provenance[general] ?? declaredSource
    }
}

extension LawBook {
    /// Takes the annexes off a declaration; what is left are its fields.
    func annexes(of json: JSONValue, _ problems: inout [FactProblem]) -> (JSONValue, FactsAnnexes) {
        var annexes = FactsAnnexes()
        let beside = parts.schema.beside
        guard var object = json.object, beside.contains(where: { object[$0.rawValue] != nil }) else {
            return (json, annexes)
        }
        for annex in FactsAnnex.allCases where beside.contains(annex) {
            guard let value = object[annex.rawValue] else { continue }
            object[annex.rawValue] = nil
            guard let entries = value.object else {
                problems.append(messages.problem(.notAnObject, at: annex.rawValue))
                continue
            }
            for (path, entry) in entries {
                let place = JSONPathStep.member(path).appended(to: annex.rawValue)
                switch annex {
                case .provenance: annexes.provenance[path] = source(entry, at: place, &problems)
                case .history: annexes.history[path] = amounts(entry, at: place, &problems)
                case .standing: annexes.standing[path] = standing(entry, at: place, &problems)
                }
            }
        }
        return (.object(object), annexes)
    }

    private func source(_ value: JSONValue, at path: String, _ problems: inout [FactProblem]) -> String? {
        let codes = parts.schema.sources.map(\.code)
        guard let code = value.string, codes.contains(code) else {
            problems.append(messages.problem(.notOnList, at: path, ["options": codes.joined(separator: ", ")]))
            return nil
        }
        return code
    }

    private func amounts(_ value: JSONValue, at path: String, _ problems: inout [FactProblem]) -> [Int64]? {
        guard let list = value.array else {
            problems.append(messages.wrongType(.list(of: .boolean, count: 0...0, unique: nil), at: path))
            return nil
        }
        guard list.count <= FactsAnnexes.mostMonths else {
            problems.append(messages.problem(.tooMany, at: path, ["max": "\(FactsAnnexes.mostMonths)"]))
            return nil
        }
        var amounts: [Int64] = []
        for (index, element) in list.enumerated() {
            guard let amount = element.integer else {
                problems.append(messages.wrongType(.wholeNumber(0...0), at: "\(path)[\(index)]"))
                return nil
            }
            guard amount >= 0 else {
                problems.append(messages.problem(.tooSmall, at: "\(path)[\(index)]", ["min": "0"]))
                return nil
            }
            guard amount <= 1_000_000_000_000 else {
                problems.append(messages.problem(.tooLarge, at: "\(path)[\(index)]", ["max": "1000000000000"]))
                return nil
            }
            amounts.append(amount)
        }
        return amounts
    }

    private func standing(_ value: JSONValue, at path: String, _ problems: inout [FactProblem]) -> Standing? {
        guard let object = value.object else {
            problems.append(messages.problem(.notAnObject, at: path))
            return nil
        }
        guard let entitled = object["entitled"]?.bool else {
            problems.append(messages.wrongType(.boolean, at: "\(path).entitled"))
            return nil
        }
        let months = object["monthsAbove"] ?? 0
        guard let above = months.integer, above >= 0 else {
            problems.append(messages.wrongType(.wholeNumber(0...0), at: "\(path).monthsAbove"))
            return nil
        }
        for key in object.keys where key != "entitled" && key != "monthsAbove" {
            problems.append(messages.problem(.unknownField, at: JSONPathStep.member(key).appended(to: path)))
        }
        return Standing(isEntitled: entitled, monthsAbove: above)
    }
}
