extension CivilNumberScheme {
    /// A number drawn uniformly from all that the scheme admits.
    ///
    /// The random digits are drawn together, without bias, and drawn again where the whole number meets a filter; so
    /// each admissible number has the same probability `1 / capacity`. Pass a cryptographically secure generator
    /// (`SystemRandomNumberGenerator`, perhaps behind a `BufferedRandomNumberGenerator`): numbers must not be
    /// guessable.
    public func draw(using generator: inout some RandomNumberGenerator) -> CivilNumber {
        while true {
            if let number = number(fromPayload: payload(using: &generator)) { return number }
        }
    }

    /// `count` numbers, each drawn uniformly, no two alike, in the order drawn.
    ///
    /// Uniqueness against numbers issued earlier is the store's affair (its unique index). Throws
    /// `CivilNumberDrawError` when `count` is more than half of `capacity`: sparse numbers are what makes guessing
    /// hard.
    public func drawDistinct(
        _ count: Int, using generator: inout some RandomNumberGenerator
    ) throws(CivilNumberDrawError) -> [CivilNumber] {
        guard count >= 0, UInt64(count) <= capacity / 2 else {
            throw CivilNumberDrawError(requested: count, capacity: capacity)
        }
        var seen = DistinctWords(expected: count)
        var numbers: [CivilNumber] = []
        numbers.reserveCapacity(count)
        while numbers.count < count {
            let number = draw(using: &generator)
            if seen.insert(number.rawValue) { numbers.append(number) }
        }
        return numbers
    }

    /// The index of a payload, uniform over `firstDigits.count * 10^(payloadDigits - 1)` values.
    private func payload(using generator: inout some RandomNumberGenerator) -> UInt64 {
        // D. Lemire, "Fast Random Integer Generation in an Interval", ACM TOMACS 29(1), 2019: multiply, and reject the
        // few low words that would favour some values.
        let range = UInt64(firstDigits.count) &* placeValue
        while true {
            let product = generator.next().multipliedFullWidth(by: range)
            if product.low >= range || product.low >= (0 &- range) % range { return product.high }
        }
    }

    /// The whole number, or nil where a filter refuses it.
    private func number(fromPayload index: UInt64) -> CivilNumber? {
        var rest = index
        var place = placeValue
        var value: UInt64 = 0
        var state = 0
        var checksum = 0
        var row = 0
        let payloadDigits = payloadDigits
        return filter.next.withUnsafeBufferPointer { next in
            checks.step.withUnsafeBufferPointer { step in
                var position = 0
                while position < payloadDigits {
                    var digit = Int(truncatingIfNeeded: rest / place)
                    rest = rest % place
                    place = place / 10
                    if position == 0 { digit = Int(firstDigits[digit]) }
                    let following = next[state &* 10 &+ digit]
                    if following == DigitFilter.refused { return nil }
                    state = Int(following)
                    checksum = Int(step[(row &+ digit) &* 10 &+ checksum])
                    value = value &* 10 &+ UInt64(digit)
                    row = row &+ 10
                    position = position &+ 1
                }
                let check = Verhoeff.inverse(checksum)
                if next[state &* 10 &+ check] == DigitFilter.refused { return nil }
                return CivilNumber(admissible: value &* 10 &+ UInt64(check))
            }
        }
    }
}

/// More numbers were asked for at once than a scheme can issue sparsely.
public struct CivilNumberDrawError: Error, Hashable, Sendable {
    /// Stable, for catalogues and tests.
    public let code = "civilNumber.capacity"
    public let requested: Int
    public let capacity: UInt64

    public var message: String {
        "\(requested) numbers were asked for; at most half of the scheme's \(capacity) can be drawn. Use more digits."
    }
}
