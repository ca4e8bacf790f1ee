/// A number that identifies one person or one household: random digits and a check digit.
///
/// Only a `CivilNumberScheme` makes one, by drawing it or by checking a text. It carries no meaning: neither age, sex,
/// place nor order of registration can be read from it. It is personal, so it shows itself neither in interpolation nor
/// in a dump; who needs the digits asks for them by name.
public struct CivilNumber: Hashable, Sendable {
    /// The digits read as one decimal number; the first digit is never 0.
    public let rawValue: UInt64

    init(admissible rawValue: UInt64) { self.rawValue = rawValue }

    /// The digits as printed, in ASCII, without separators.
    public var digits: String { String(rawValue) }

    /// The digits as ASCII bytes, most significant first.
    public var digitBytes: [UInt8] { Array(String(rawValue).utf8) }
}

extension CivilNumber: CustomReflectable {
    /// Empty: personal values do not enter logs by way of `print`, `dump` or interpolation.
    public var customMirror: Mirror {
        Mirror(self, children: EmptyCollection<Mirror.Child>(), displayStyle: .struct)
    }
}
