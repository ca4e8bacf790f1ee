/// The outcomes of comparing two values; each has its own weights, learned from the file.
enum Level {
    static let missing: UInt8 = 0
    static let exact: UInt8 = 1
    /// Another spelling of the same name, or a date with the same year and one side known by its year only.
    static let variant: UInt8 = 2
    /// One typing error.
    static let oneEdit: UInt8 = 3
    /// Alike.
    static let near: UInt8 = 4
    static let differs: UInt8 = 5
    /// Names of two scripts that share a key; dates of which both are known by the same year only.
    static let across: UInt8 = 6
    /// Names of two scripts without a common key; dates one of which is known by another year only.
    static let acrossDiffers: UInt8 = 7
    /// Half of it agrees: a weaker likeness than `near`.
    static let partly: UInt8 = 8
    /// The sign of an exchange of two fields.
    static let exchanged: UInt8 = 9
    static let count = 10

    /// Levels that a configuration may leave out.
    static let names: [String: UInt8] = [
        "variant": variant, "oneEdit": oneEdit, "near": near, "partly": partly, "across": across,
    ]

    /// What each level counts as when some are left out.
    static func table(without names: [String]) -> [UInt8] {
        var table = (0..<UInt8(count)).map { $0 }
        for name in names {
            if let level = Self.names[name] { table[Int(level)] = level == across ? acrossDiffers : differs }
        }
        return table
    }

    static func label(_ level: UInt8) -> String {
        switch level {
        case missing: "not given"
        case exact: "equal"
        case variant: "another spelling or precision"
        case oneEdit: "one typing error"
        case near: "alike"
        case differs: "different"
        case across: "the same across scripts or by the year"
        case acrossDiffers: "different across scripts or by the year"
        case partly: "partly alike"
        default: "fields exchanged"
        }
    }
}
