/// A writing system in which names are entered.
///
/// `mixed` is a field that holds letters of more than one; `none` one that holds no letter.
public enum Script: String, Sendable, CaseIterable {
    case latin, arabic, tifinagh, mixed, none

    /// The script of the letters of a text.
    ///
    /// Digits, spaces and punctuation belong to no script.
    public init(of text: String) {
        var found: Script = .none
        for scalar in text.unicodeScalars {
            guard let script = Script(of: scalar) else { continue }
            if found == .none {
                found = script
            } else if found != script {
                self = .mixed
                return
            }
        }
        self = found
    }

    /// The script of one letter; nil when it is no letter of the three.
    static func letter(_ scalar: Unicode.Scalar) -> Script? { Script(of: scalar) }

    private init?(of scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x41...0x5A, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x24F, 0x1E00...0x1EFF: self = .latin
        case 0x620...0x63F, 0x641...0x64A, 0x66E...0x6D3, 0x6D5, 0x6FA...0x6FF, 0x750...0x77F, 0xFB50...0xFDFF,
            0xFE70...0xFEFC:
            self = .arabic
        case 0x2D30...0x2D67: self = .tifinagh
        default: return nil
        }
    }
}
