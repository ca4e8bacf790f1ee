/// What checking a typed number found.
public enum CivilNumberCheck: Hashable, Sendable {
    /// Well formed: the scheme could have issued it. Whether it was issued only the register knows.
    case wellFormed(CivilNumber)
    case malformed(CivilNumberFault)
}

/// The kind of typing error; carries positions and counts, never the digits typed.
public enum CivilNumberFault: Error, Hashable, Sendable {
    /// Nothing was typed.
    case empty
    /// A character that is no digit; `position` counts characters from 1 as typed, separators included.
    case notADigit(position: Int)
    case wrongLength(found: Int, expected: Int)
    /// The first digit is one that no number begins with.
    case firstDigit
    /// A digit is wrong or two are swapped.
    case checkDigit
    /// Too many digits in a row rise or fall by one; no such number is issued.
    case run
    /// One digit too many times in a row; no such number is issued.
    case repetition

    /// Stable, for catalogues and tests.
    public var code: String {
        switch self {
        case .empty: "civilNumber.empty"
        case .notADigit: "civilNumber.notADigit"
        case .wrongLength: "civilNumber.wrongLength"
        case .firstDigit: "civilNumber.firstDigit"
        case .checkDigit: "civilNumber.checkDigit"
        case .run: "civilNumber.run"
        case .repetition: "civilNumber.repetition"
        }
    }

    /// What is wrong and what to do, in English; the languages of the country are keyed by `code`.
    public var message: String {
        switch self {
        case .empty: "The number is empty; type its digits."
        case .notADigit(let position):
            "Character \(position) of the number is not a digit; type digits only."
        case .wrongLength(let found, let expected):
            "The number has \(found) digits; it must have \(expected)."
        case .firstDigit: "No number begins with this digit; check the first digit."
        case .checkDigit:
            "The number does not agree with its check digit; one digit is wrong or two are swapped."
        case .run: "No number holds so long a run of neighbouring digits; check each digit."
        case .repetition: "No number holds one digit so many times in a row; check each digit."
        }
    }
}

extension CivilNumberScheme {
    /// Reads a number as a person typed it.
    ///
    /// Digits may be ASCII, Arabic-Indic (U+0660) or Extended Arabic-Indic (U+06F0). Spaces (also no-break and narrow),
    /// hyphens, surrounding white space and the invisible marks of text direction are passed over. One fault is
    /// reported, in the order: empty, not a digit, length, first digit, check digit, run, repetition. Every single
    /// wrong digit and every swap of two neighbours is found.
    public func check(_ text: String) -> CivilNumberCheck {
        var digits: [UInt8] = []
        digits.reserveCapacity(length)
        var position = 0
        for scalar in text.unicodeScalars {
            position += 1
            switch scalar.value {
            case 0x30...0x39: digits.append(UInt8(scalar.value - 0x30))
            case 0x660...0x669: digits.append(UInt8(scalar.value - 0x660))
            case 0x6F0...0x6F9: digits.append(UInt8(scalar.value - 0x6F0))
            case 0x20, 0x09, 0x0A, 0x0D, 0x2D, 0xA0, 0x2009...0x2015, 0x202F: continue
            // Marks that set the direction of text; they come along when a number is copied out of an Arabic page.
            case 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: continue
            default: return .malformed(.notADigit(position: position))
            }
        }
        if digits.isEmpty { return .malformed(.empty) }
        if digits.count != length {
            return .malformed(.wrongLength(found: digits.count, expected: length))
        }
        return check(digits: digits)
    }

    private func check(digits: [UInt8]) -> CivilNumberCheck {
        guard firstDigits.contains(digits[0]) else { return .malformed(.firstDigit) }
        var checksum = 0
        var state = 0
        var value: UInt64 = 0
        var pattern: CivilNumberFault?
        for (position, digit) in digits.enumerated() {
            checksum = Int(checks.step[(position * 10 + Int(digit)) * 10 + checksum])
            value = value * 10 + UInt64(digit)
            if pattern == nil {
                let next = filter.next[state * 10 + Int(digit)]
                if next == DigitFilter.refused {
                    pattern = digit == digits[position - 1] ? .repetition : .run
                } else {
                    state = Int(next)
                }
            }
        }
        if checksum != 0 { return .malformed(.checkDigit) }
        if let pattern { return .malformed(pattern) }
        return .wellFormed(CivilNumber(admissible: value))
    }
}
