/// A name as it is compared: lower case, one spelling for letters that clerks interchange, single spaces.
///
/// The original spelling is not kept here and never changed; a normalised name serves to compare only. Latin comes out
/// in plain ASCII, Arabic in its base letters, Tifinagh is first transliterated to Latin. A name with letters of two
/// scripts keeps the words of each.
public struct NormalisedName: Hashable, Sendable {
    /// The script of the letters as they were entered.
    public let script: Script
    /// The words, Latin ones in ASCII, Arabic ones in base letters.
    public let words: [String]

    /// The words joined by single spaces.
    public var text: String { words.joined(separator: " ") }

    public init(_ name: String) {
        script = Script(of: name)
        var words: [String] = []
        var word = ""
        var previous: Script?
        func end() {
            if !word.isEmpty { words.append(word) }
            word = ""
            previous = nil
        }
        for scalar in Self.spelled(name) {
            if let piece = LatinLetters.folded(scalar) {
                if previous == .arabic { end() }
                word += piece
                previous = .latin
            } else if let piece = Tifinagh.latin(scalar) {
                if previous == .arabic { end() }
                word += piece
                previous = .latin
            } else if let letter = ArabicLetters.folded(scalar) {
                if previous == .latin { end() }
                word.unicodeScalars.append(contentsOf: letter)
                previous = .arabic
            } else if let digit = Self.digit(scalar) {
                word += digit
            } else if Self.isDropped(scalar) {
                continue
            } else {
                end()
            }
        }
        end()
        self.words = words
    }

    /// Letters that the machine may hold in one or in two code points come out the same; ligatures are taken apart.
    private static func spelled(_ name: String) -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        for scalar in name.unicodeScalars {
            if scalar.value >= 0xFB50, let parts = ArabicLetters.presentation(scalar) {
                scalars += parts
            } else {
                scalars.append(scalar)
            }
        }
        return scalars
    }

    private static func digit(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x30...0x39: String(scalar)
        case 0x660...0x669: String(scalar.value - 0x660)
        case 0x6F0...0x6F9: String(scalar.value - 0x6F0)
        default: nil
        }
    }

    /// Apostrophes of all kinds, combining marks, joiners and direction marks stand inside a word without parting it.
    private static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x27, 0x60, 0xB4, 0x2018, 0x2019, 0x2BB...0x2BF, 0x300...0x36F, 0x200B...0x200F, 0x202A...0x202E,
            0x2066...0x2069, 0xFEFF, 0x610...0x61A, 0x640, 0x64B...0x65F, 0x670, 0x6D6...0x6DC, 0x6DF...0x6E8,
            0x6EA...0x6ED, 0x621, 0x2D6F, 0x2D7F:
            true
        default: false
        }
    }
}
