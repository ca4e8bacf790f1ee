import ExpressionLanguage
import Quantities
import StrictJSON

extension LawBook {
    /// A fact found in the schema: its names and its type.
    struct NamedFact {
        let labels: [String: String]
        let type: FactsSchema.FieldType
        let isCentimes: Bool
        /// The reference of the list's element it belongs to, such as a member's; nil outside lists of records.
        let element: String?
    }

    /// The fact at a path such as `assets.cars` or `members[1].healthCover`; nil for a path the schema does not have.
    func fact(at path: String, in json: JSONValue) -> NamedFact? {
        var fields = parts.schema.fields
        var value: JSONValue? = json
        var found: NamedFact?
        var element: String?
        for part in path.split(separator: ".") {
            let name = String(part.prefix { $0 != "[" })
            guard let field = fields.first(where: { $0.name == name }) else { return nil }
            value = value?[name]
            var type = field.type
            if case .list(let inner, _, let unique) = type, part.hasSuffix("]") {
                let place = Int(part.dropFirst(name.count + 1).dropLast())
                value = place.flatMap { place in
                    value.flatMap { $0.array }.flatMap { $0.indices.contains(place) ? $0[place] : nil }
                }
                element = unique.flatMap { value?[$0]?.string } ?? place.map { "\($0 + 1)" }
                type = inner
            }
            found = NamedFact(labels: field.labels, type: type, isCentimes: field.isCentimes, element: element)
            fields = if case .record(let inner) = type { inner } else { [] }
        }
        return found
    }

    /// A fact's name, with the member it belongs to.
    func name(of fact: NamedFact, _ language: String) -> String {
        let label = fact.labels[language] ?? ""
        guard let element = fact.element else { return label }
        return sentences(.ofMember, language, ["fact": label, "member": element])
    }

    /// A declared value as a person says it: yes, a choice's name, an amount in the currency.
    func words(_ value: JSONValue, _ fact: NamedFact?, _ language: String) -> String {
        let numbers = wording.languages[language]?.numbers
        switch value {
        case .bool(let flag): return sentences(flag ? .yes : .no, language)
        case .null: return sentences(.nothing, language)
        case .string(let text):
            guard case .choice(let options)? = fact?.type else { return text }
            return options.first { $0.code == text }?.labels[language] ?? text
        case .integer(let number):
            guard fact?.isCentimes == true, let amount = try? Rational(number) / Rational(100) else {
                return numbers?.amount(Rational(number)) ?? "\(number)"
            }
            return sentences(.money, language, ["value": numbers?.amount(amount) ?? amount.decimalText])
        case .array(let elements):
            return elements.map { words($0, fact, language) }.joined(separator: sentences(.separator, language))
        case .object, .double: return ""
        }
    }

    /// A result of an expression; empty for what has no words, such as a whole member.
    func words(_ value: Value, _ language: String) -> String {
        switch value {
        case .bool(let flag): return sentences(flag ? .yes : .no, language)
        case .null: return sentences(.nothing, language)
        case .date(let date): return date.description
        case .string(let text): return text
        case .list(let elements):
            return elements.map { words($0, language) }.filter { !$0.isEmpty }
                .joined(separator: sentences(.separator, language))
        case .map(let map):
            for case .list(_, _, let unique?) in parts.schema.fields.map(\.type) {
                if let reference = map[.string(unique)]?.string { return reference }
            }
            return ""
        default:
            return value.rational.flatMap { wording.languages[language]?.numbers.amount($0) } ?? ""
        }
    }
}

extension Rational {
    fileprivate var decimalText: String { "\(approximation)" }
}
