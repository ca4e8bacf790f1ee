/// The outcome of comparing one field of two records, by a name that stays the same in files and answers.
public enum FieldLevel: String, Sendable, Codable, CaseIterable {
    case missing, equal, variant, oneEdit, near, differs, across, acrossDiffers, partly, exchanged

    init(_ level: UInt8) {
        self =
            switch level {
            case Level.missing: .missing
            case Level.exact: .equal
            case Level.variant: .variant
            case Level.oneEdit: .oneEdit
            case Level.near: .near
            case Level.differs: .differs
            case Level.across: .across
            case Level.acrossDiffers: .acrossDiffers
            case Level.partly: .partly
            default: .exchanged
            }
    }

    var number: Int {
        switch self {
        case .missing: Int(Level.missing)
        case .equal: Int(Level.exact)
        case .variant: Int(Level.variant)
        case .oneEdit: Int(Level.oneEdit)
        case .near: Int(Level.near)
        case .differs: Int(Level.differs)
        case .across: Int(Level.across)
        case .acrossDiffers: Int(Level.acrossDiffers)
        case .partly: Int(Level.partly)
        case .exchanged: Int(Level.exchanged)
        }
    }
}
