import Quantities

/// How a language writes numbers; for display only.
struct NumberFormat: Hashable, Sendable, Codable {
    /// Between groups of three digits.
    let grouping: String
    let decimal: String
    /// Around a number, such as marks that keep its digits left to right within a text from right to left.
    let before: String
    let after: String

    init(_ node: LawNode) throws(LawError) {
        try node.allow(only: ["grouping", "decimal", "before", "after"])
        grouping = try node.member("grouping").text()
        decimal = try node.member("decimal").text()
        before = try node.optional("before")?.text() ?? ""
        after = try node.optional("after")?.text() ?? ""
    }

    /// The nearest whole number, with grouping.
    func whole(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e18 else { return wrapped("\(value)") }
        let rounded = Int64(value.rounded(.toNearestOrEven))
        return wrapped((rounded < 0 ? "-" : "") + grouped(String(rounded.magnitude)))
    }

    /// A decimal text such as `-0.1770`, without zeros at its end.
    func decimal(_ text: String) -> String {
        let negative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
        var fraction = parts.count > 1 ? parts[1] : ""
        while fraction.last == "0" { fraction.removeLast() }
        let number = grouped(String(parts[0])) + (fraction.isEmpty ? "" : decimal + fraction)
        return wrapped((negative ? "-" : "") + number)
    }

    func decimal(_ value: FixedPoint) -> String { decimal(value.description) }

    /// An exact number with at most two decimals.
    func amount(_ value: Rational) -> String {
        if let whole = value.wholeNumber { return decimal(String(whole)) }
        guard let hundredths = try? value * Rational(100), let units = try? FixedPoint(rounding: hundredths) else {
            return whole(value.approximation)
        }
        let cents = (Double(units.units) / Double(FixedPoint.unitsPerOne)).rounded(.toNearestOrEven)
        let count = Int64(cents)
        let fraction = String(count.magnitude % 100)
        let sign = count < 0 ? "-" : ""
        return decimal("\(sign)\(count.magnitude / 100).\(fraction.count < 2 ? "0" + fraction : fraction)")
    }

    private func wrapped(_ number: String) -> String { before + number + after }

    private func grouped(_ digits: String) -> String {
        guard digits.count > 3 else { return digits }
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place).isMultiple(of: 3) { text += grouping }
            text.append(digit)
        }
        return text
    }
}
