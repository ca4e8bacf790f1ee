/// A set of Unicode scalars, as a class of a regular expression names it.
struct ScalarSet: Sendable {
    var ranges: [ClosedRange<UInt32>] = []
    var properties: [Property] = []
    var isNegated = false
    var ignoresCase = false

    /// A general category or script-like class, or its complement.
    struct Property: Sendable {
        let contains: @Sendable (Unicode.Scalar) -> Bool
        var isNegated = false
    }

    static let any = ScalarSet(ranges: [0...0x10FFFF])
    static let anyButNewline = ScalarSet(ranges: [0x0A...0x0A], isNegated: true)
    static let digit = ScalarSet(ranges: [0x30...0x39])
    static let word = ScalarSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let space = ScalarSet(ranges: [0x09...0x0A, 0x0C...0x0D, 0x20...0x20])

    static func one(_ scalar: Unicode.Scalar, ignoresCase: Bool) -> ScalarSet {
        ScalarSet(ranges: [scalar.value...scalar.value], ignoresCase: ignoresCase)
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        if holds(scalar) { return !isNegated }
        if ignoresCase {
            for mapped in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
                let scalars = mapped.unicodeScalars
                if scalars.count == 1, let single = scalars.first, holds(single) { return !isNegated }
            }
        }
        return isNegated
    }

    private func holds(_ scalar: Unicode.Scalar) -> Bool {
        for range in ranges where range.contains(scalar.value) { return true }
        for property in properties where property.contains(scalar) != property.isNegated { return true }
        return false
    }

    /// Puts in all that `other` contains.
    mutating func insert(_ other: ScalarSet) {
        if other.isNegated {
            properties.append(Property(contains: { other.contains($0) }))
        } else {
            ranges += other.ranges
            properties += other.properties
        }
    }

    static func posix(_ name: String) -> ScalarSet? {
        switch name {
        case "alnum": ScalarSet(ranges: [0x30...0x39, 0x41...0x5A, 0x61...0x7A])
        case "alpha": ScalarSet(ranges: [0x41...0x5A, 0x61...0x7A])
        case "ascii": ScalarSet(ranges: [0...0x7F])
        case "blank": ScalarSet(ranges: [0x09...0x09, 0x20...0x20])
        case "cntrl": ScalarSet(ranges: [0...0x1F, 0x7F...0x7F])
        case "digit": digit
        case "graph": ScalarSet(ranges: [0x21...0x7E])
        case "lower": ScalarSet(ranges: [0x61...0x7A])
        case "print": ScalarSet(ranges: [0x20...0x7E])
        case "punct": ScalarSet(ranges: [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E])
        case "space": ScalarSet(ranges: [0x09...0x0D, 0x20...0x20])
        case "upper": ScalarSet(ranges: [0x41...0x5A])
        case "word": word
        case "xdigit": ScalarSet(ranges: [0x30...0x39, 0x41...0x46, 0x61...0x66])
        default: nil
        }
    }

    /// The class of a general category (`L`, `Lu`) or of one of the scripts that have blocks of their own here.
    static func unicode(_ name: String) -> ScalarSet? {
        if name == "Any" { return any }
        if let ranges = scripts[name] { return ScalarSet(ranges: ranges) }
        let categories = categories.filter { $0.key == name || (name.count == 1 && $0.key.hasPrefix(name)) }.map(
            \.value)
        guard !categories.isEmpty else { return nil }
        return ScalarSet(properties: [Property(contains: { categories.contains($0.properties.generalCategory) })])
    }

    /// Unicode blocks of the scripts most used (Unicode 16, Blocks.txt); letters elsewhere belong to none.
    private static let scripts: [String: [ClosedRange<UInt32>]] = [
        "Latin": [
            0x41...0x5A, 0x61...0x7A, 0xAA...0xAA, 0xBA...0xBA, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2B8, 0x1E00...0x1EFF,
            0x2C60...0x2C7F, 0xA722...0xA787, 0xA78B...0xA7FF, 0xFB00...0xFB06, 0xFF21...0xFF3A, 0xFF41...0xFF5A,
        ],
        "Greek": [
            0x370...0x373, 0x375...0x377, 0x37A...0x37D, 0x37F...0x37F, 0x384...0x384, 0x386...0x386,
            0x388...0x3E1, 0x3F0...0x3FF, 0x1F00...0x1FFE,
        ],
        "Cyrillic": [0x400...0x484, 0x487...0x52F, 0x1C80...0x1C88, 0x2DE0...0x2DFF, 0xA640...0xA69F],
        "Hebrew": [0x591...0x5F4, 0xFB1D...0xFB4F],
        "Arabic": [
            0x600...0x604, 0x606...0x60B, 0x60D...0x61A, 0x61C...0x61E, 0x620...0x63F, 0x641...0x64A, 0x656...0x66F,
            0x671...0x6DC, 0x6DE...0x6FF, 0x750...0x77F, 0x8A0...0x8FF, 0xFB50...0xFDFF, 0xFE70...0xFEFC,
        ],
        "Tifinagh": [0x2D30...0x2D67, 0x2D6F...0x2D70, 0x2D7F...0x2D7F],
        "Hiragana": [0x3041...0x3096, 0x309D...0x309F], "Katakana": [0x30A1...0x30FA, 0x30FD...0x30FF],
        "Hangul": [0x1100...0x11FF, 0x3131...0x318E, 0xAC00...0xD7A3],
        "Han": [
            0x2E80...0x2FD5, 0x3005...0x3005, 0x3007...0x3007, 0x3021...0x3029, 0x3400...0x4DBF, 0x4E00...0x9FFF,
            0xF900...0xFAD9, 0x20000...0x323AF,
        ],
        "Devanagari": [0x900...0x950, 0x955...0x963, 0x966...0x97F], "Thai": [0xE01...0xE3A, 0xE40...0xE5B],
    ]

    private static let categories: [String: Unicode.GeneralCategory] = [
        "Lu": .uppercaseLetter, "Ll": .lowercaseLetter, "Lt": .titlecaseLetter, "Lm": .modifierLetter,
        "Lo": .otherLetter, "Mn": .nonspacingMark, "Mc": .spacingMark, "Me": .enclosingMark, "Nd": .decimalNumber,
        "Nl": .letterNumber, "No": .otherNumber, "Pc": .connectorPunctuation, "Pd": .dashPunctuation,
        "Ps": .openPunctuation, "Pe": .closePunctuation, "Pi": .initialPunctuation, "Pf": .finalPunctuation,
        "Po": .otherPunctuation, "Sm": .mathSymbol, "Sc": .currencySymbol, "Sk": .modifierSymbol, "So": .otherSymbol,
        "Zs": .spaceSeparator, "Zl": .lineSeparator, "Zp": .paragraphSeparator, "Cc": .control, "Cf": .format,
        "Co": .privateUse, "Cs": .surrogate,
    ]
}
