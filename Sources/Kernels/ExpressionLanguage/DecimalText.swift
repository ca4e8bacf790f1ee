/// Decimal texts of binary floating-point numbers, without a locale.
enum DecimalText {
    enum Style {
        /// No exponent, no zeros at the end: `1000000`, `0.0045`.
        case plain
        /// An exponent below 10^-4 and from 10^21, else plain: what `string(double)` yields.
        case general
    }

    /// The shortest digits that read back as the same number.
    static func shortest(_ value: Double, style: Style) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        let sign = value.sign == .minus ? "-" : ""
        if value == 0 { return sign + "0" }
        let (digits, point) = shortestDigits(value.magnitude)
        let exponent = point - 1
        if style == .general, exponent < -4 || exponent >= 21 {
            return sign + scientific(digits, exponent: exponent)
        }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        if point >= digits.count { return sign + digits + String(repeating: "0", count: point - digits.count) }
        return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }

    private static func scientific(_ digits: some StringProtocol, exponent: Int) -> String {
        let fraction = digits.dropFirst()
        let power = String(exponent.magnitude)
        let padding = power.count < 2 ? "0" : ""
        return
            "\(digits.prefix(1))\(fraction.isEmpty ? "" : ".\(fraction)")e\(exponent < 0 ? "-" : "+")\(padding)\(power)"
    }

    /// The digits without zeros at either end, and the place of the decimal point counted from their start.
    private static func shortestDigits(_ value: Double) -> (digits: String, point: Int) {
        // Swift prints the shortest digits that read back, as `1.5`, `1e-05` or `1.2e+22`.
        let text = value.description
        let parts = text.split(whereSeparator: { $0 == "e" || $0 == "E" })
        let exponent = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
        let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let fraction = halves.count == 2 ? String(halves[1]) : ""
        var digits = String(halves[0]) + fraction
        var point = halves[0].count + exponent
        while digits.hasPrefix("0"), digits.count > 1 {
            digits.removeFirst()
            point -= 1
        }
        while digits.hasSuffix("0"), digits.count > 1 { digits.removeLast() }
        return (digits, point)
    }

    /// `precision` decimals, rounded half to even on the exact binary value.
    static func fixed(_ value: Double, precision: Int) -> String {
        if !value.isFinite { return shortest(value, style: .plain) }
        let exact = ExactDecimal(value.magnitude).rounded(atDecimal: precision)
        let sign = value.sign == .minus ? "-" : ""
        var digits = exact.digits.map { Character(UnicodeScalar(UInt8(ascii: "0") + $0)) }
        // `rounded` leaves `precision` decimals; fewer digits than that are zeros in front.
        while digits.count <= precision { digits.insert("0", at: 0) }
        let whole = String(digits.dropLast(precision))
        return precision == 0 ? sign + whole : "\(sign)\(whole).\(String(digits.suffix(precision)))"
    }

    /// One digit, `precision` decimals and an exponent of at least two digits, rounded half to even.
    static func scientific(_ value: Double, precision: Int) -> String {
        if !value.isFinite { return shortest(value, style: .plain) }
        let sign = value.sign == .minus ? "-" : ""
        if value == 0 {
            return sign + scientific("0" + String(repeating: "0", count: precision), exponent: 0)
        }
        let exact = ExactDecimal(value.magnitude)
        var exponent = exact.digits.count - exact.decimals - 1
        var rounded = exact.rounded(atDecimal: precision - exponent)
        if rounded.digits.count > precision + 1 {
            exponent += 1
            rounded.digits.removeLast()
        }
        let digits = String(rounded.digits.map { Character(UnicodeScalar(UInt8(ascii: "0") + $0)) })
        return sign + scientific(digits, exponent: exponent)
    }
}

/// All decimal digits of a finite binary number that is not negative; there are at most some 1,100.
struct ExactDecimal {
    /// Most significant first, without zeros in front.
    var digits: [UInt8]
    /// How many of them stand behind the decimal point; negative where zeros follow the digits.
    let decimals: Int

    init(_ value: Double) {
        guard value != 0 else {
            digits = []
            decimals = 0
            return
        }
        // value = significand * 2^exponent with a whole significand.
        let exponent = Int(value.exponent) - 52
        let significand = UInt64((value.significand * 0x1p52).rounded())
        var limbs: [UInt32] = [UInt32(significand % 1_000_000_000)]
        limbs.append(UInt32(significand / 1_000_000_000 % 1_000_000_000))
        limbs.append(UInt32(significand / 1_000_000_000_000_000_000))
        // A division by 2^n is a multiplication by 5^n and n decimals more.
        for _ in 0..<exponent.magnitude { Self.multiply(&limbs, by: exponent < 0 ? 5 : 2) }
        var text: [UInt8] = []
        for limb in limbs.reversed() {
            var part: [UInt8] = []
            var rest = limb
            for _ in 0..<9 {
                part.append(UInt8(rest % 10))
                rest /= 10
            }
            text.append(contentsOf: part.reversed())
        }
        digits = Array(text.drop { $0 == 0 })
        decimals = exponent < 0 ? -exponent : 0
    }

    private init(digits: [UInt8], decimals: Int) {
        self.digits = digits
        self.decimals = decimals
    }

    private static func multiply(_ limbs: inout [UInt32], by factor: UInt64) {
        var carry: UInt64 = 0
        for index in limbs.indices {
            let product = UInt64(limbs[index]) * factor + carry
            limbs[index] = UInt32(product % 1_000_000_000)
            carry = product / 1_000_000_000
        }
        if carry > 0 { limbs.append(UInt32(carry)) }
    }

    /// The number with exactly `places` decimals, half to even; zeros in front are dropped.
    func rounded(atDecimal places: Int) -> ExactDecimal {
        if decimals <= places {
            let zeros = [UInt8](repeating: 0, count: digits.isEmpty ? 0 : places - decimals)
            return ExactDecimal(digits: digits + zeros, decimals: places)
        }
        let dropped = decimals - places
        guard dropped <= digits.count else { return ExactDecimal(digits: [], decimals: places) }
        var kept = Array(digits.dropLast(dropped))
        let rest = digits.suffix(dropped)
        let first = rest.first ?? 0
        let isHalf = first == 5 && rest.dropFirst().allSatisfy { $0 == 0 }
        let up = isHalf ? (kept.last ?? 0) % 2 == 1 : first >= 5
        if up {
            var index = kept.count - 1
            while index >= 0, kept[index] == 9 {
                kept[index] = 0
                index -= 1
            }
            if index >= 0 { kept[index] += 1 } else { kept.insert(1, at: 0) }
        }
        return ExactDecimal(digits: kept, decimals: places)
    }
}
