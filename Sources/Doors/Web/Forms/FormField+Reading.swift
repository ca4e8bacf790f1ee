import StrictJSON

extension FormField {
    /// The answer as the document has it; nil where nothing was typed.
    ///
    /// What cannot be understood stays as it was typed, so that the document's reader reports it at its path.
    func answer(_ body: FormBody, places: PlaceFinder) -> JSONValue? {
        switch control {
        case .tick: return .bool(body[name] != nil)
        case .date: return date(body).map(JSONValue.string)
        case .choice(_, let isNullable):
            guard let typed = body.typed(name) else { return nil }
            return isNullable && typed == notApplicable ? .null : .string(typed)
        case .wholeNumber:
            guard let typed = body.typed(name) else { return nil }
            return Int64(Digits.western(typed)).map(JSONValue.integer) ?? .string(typed)
        case .amount(let minorDigits):
            guard let typed = body.typed(name) else { return nil }
            return Digits.minorUnits(typed, digits: minorDigits).map(JSONValue.integer) ?? .string(typed)
        case .place:
            guard let typed = body.typed(name) else { return nil }
            return .string(places.code(typed) ?? typed)
        case .text, .number, .radios, .declarant:
            return body.typed(name).map(JSONValue.string)
        }
    }

    private func date(_ body: FormBody) -> String? {
        let parts = ["year", "month", "day"].map { body.typed("\(name).\($0)").map(Digits.western) }
        guard parts.contains(where: { $0 != nil }) else { return nil }
        guard let year = parts[0] else { return parts.map { $0 ?? "" }.joined(separator: "-") }
        var text = year
        if let month = parts[1] {
            text += "-" + Digits.padded(month)
            if let day = parts[2] { text += "-" + Digits.padded(day) }
        } else if let day = parts[2] {
            text += "--" + day
        }
        return text
    }
}

/// Digits as people type them.
enum Digits {
    /// Arabic-Indic digits become Western ones; everything else stays.
    static func western(_ text: String) -> String {
        String(
            text.map { character in
                guard let value = character.wholeNumberValue, (0...9).contains(value), character.isNumber else {
                    return character
                }
                return Character(String(value))
            })
    }

    static func padded(_ text: String) -> String { text.count == 1 ? "0" + text : text }

    /// `257.72`, `257,7` or `1 200` in the currency's unit as a whole number of its smallest unit.
    static func minorUnits(_ text: String, digits: Int) -> Int64? {
        let plain = western(text).filter { !$0.isWhitespace }.map { $0 == "," || $0 == "٫" ? "." : $0 }
        let parts = String(plain).split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty else { return nil }
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        guard fraction.count <= digits, (String(parts[0]) + fraction).allSatisfy({ ("0"..."9").contains($0) }) else {
            return nil
        }
        return Int64(parts[0] + fraction + String(repeating: "0", count: digits - fraction.count))
    }

    /// The same backwards, with a decimal point where there is a fraction.
    static func majorUnits(_ units: Int64, digits: Int) -> String {
        var text = String(units.magnitude)
        while text.count <= digits { text = "0" + text }
        let whole = text.dropLast(digits)
        let fraction = text.suffix(digits)
        return (units < 0 ? "-" : "") + whole + (fraction.allSatisfy { $0 == "0" } ? "" : "." + fraction)
    }
}

extension [FormSection] {
    var fields: [FormField] { flatMap(\.fields) }

    /// The document that the answers make, upon what `base` has.
    func document(_ body: FormBody, base: JSONValue, places: PlaceFinder) -> JSONValue {
        var document = base
        for field in fields {
            if let answer = field.answer(body, places: places) { document.set(answer, at: field.path.steps) }
        }
        return document.withoutEmptyEntries
    }
}
