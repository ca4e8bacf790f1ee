extension Rational: CustomStringConvertible, Codable {
    /// Lowest terms, `3/7`; a whole number without denominator, `-5`.
    public var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }

    /// Reads what `description` writes. Throws `QuantityError.malformedNumber` or `.divisionByZero`.
    public init(fraction text: some StringProtocol) throws(QuantityError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let numerator = Int128(parts[0]) else { throw .malformedNumber }
        guard parts.count == 2 else {
            try self.init(numerator, over: 1)
            return
        }
        guard let denominator = Int128(parts[1]) else { throw .malformedNumber }
        try self.init(numerator, over: denominator)
    }

    public init(from decoder: any Decoder) throws {
        try self.init(fraction: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
