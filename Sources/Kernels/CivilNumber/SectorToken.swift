public import Crypto

/// The name by which one sector knows a person; says nothing outside that sector.
///
/// 160 bits of HMAC-SHA-256. Tokens of two sectors cannot be linked without both keys, and a token cannot be turned
/// back. It is personal in its sector, so it shows itself neither in interpolation nor in a dump.
public struct SectorToken: Hashable, Sendable {
    /// How many bytes a token has.
    public static let byteCount = 20

    private let high: UInt64
    private let middle: UInt64
    private let low: UInt32

    /// Nil unless there are exactly `byteCount` bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var words: (UInt64, UInt64, UInt32) = (0, 0, 0)
        for (offset, byte) in bytes.enumerated() {
            switch offset {
            case 0..<8: words.0 = words.0 << 8 | UInt64(byte)
            case 8..<16: words.1 = words.1 << 8 | UInt64(byte)
            default: words.2 = words.2 << 8 | UInt32(byte)
            }
        }
        (high, middle, low) = words
    }

    /// The bytes, as stored.
    public var bytes: [UInt8] {
        [high, middle].flatMap { word in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
        }
            + stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: low >> $0) }
    }

    /// Compares without a branch on the first difference, so time tells nothing about how much agrees.
    public static func == (left: SectorToken, right: SectorToken) -> Bool {
        ((left.high ^ right.high) | (left.middle ^ right.middle) | UInt64(left.low ^ right.low)) == 0
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(high)
        hasher.combine(middle)
        hasher.combine(low)
    }
}

extension SectorToken {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    /// 32 characters of lower-case base32 (RFC 4648, clause 6, without padding).
    public var text: String {
        var characters: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                characters.append(Self.alphabet[Int(buffer >> UInt32(bits)) & 31])
            }
        }
        return String(decoding: characters, as: UTF8.self)
    }

    /// Nil unless the text is exactly 32 characters of lower-case base32.
    public init?(text: some StringProtocol) {
        var bytes: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for character in text.utf8 {
            let value: UInt8
            switch character {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = character - UInt8(ascii: "a")
            case UInt8(ascii: "2")...UInt8(ascii: "7"): value = character - UInt8(ascii: "2") + 26
            default: return nil
            }
            buffer = buffer << 5 | UInt32(value)
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        guard bits == 0 else { return nil }
        self.init(bytes: bytes)
    }
}

extension SectorToken: CustomReflectable {
    /// Empty: personal values do not enter logs by way of `print`, `dump` or interpolation.
    public var customMirror: Mirror {
        Mirror(self, children: EmptyCollection<Mirror.Child>(), displayStyle: .struct)
    }
}

/// Makes the tokens of one sector from its name and its key.
public struct SectorTokenIssuer: Sendable {
    public let sector: String
    private let key: SymmetricKey

    /// One key a sector, 256 bits or more. Throws `SectorTokenError` for an empty name or a shorter key.
    public init(sector: String, key: SymmetricKey) throws(SectorTokenError) {
        guard !sector.isEmpty, sector.utf8.count <= 255 else { throw .sectorName }
        guard key.bitCount >= 256 else { throw .keyTooShort(bits: key.bitCount) }
        self.sector = sector
        self.key = key
    }

    /// The token of `subject`: the bytes that identify the person inside the register.
    ///
    /// HMAC-SHA-256 (RFC 2104) under the sector's key over `"sijill sector token 1"`, the name's length in one byte,
    /// the name and the subject; the first 20 bytes. The name is part of the message, so one key used by mistake for
    /// two sectors still gives unlinkable tokens.
    public func token(for subject: some Sequence<UInt8>) -> SectorToken {
        var message = Array("sijill sector token 1".utf8)
        message.append(UInt8(sector.utf8.count))
        message.append(contentsOf: sector.utf8)
        message.append(contentsOf: subject)
        let code = HMAC<SHA256>.authenticationCode(for: message, using: key)
        guard let token = SectorToken(bytes: Array(code).prefix(SectorToken.byteCount)) else {
            preconditionFailure("SHA-256 has 32 bytes")
        }
        return token
    }

    /// The token of the person with this civil number.
    public func token(for number: CivilNumber) -> SectorToken { token(for: number.digitBytes) }
}

/// Why tokens of a sector cannot be made.
public enum SectorTokenError: Error, Hashable, Sendable {
    case sectorName
    case keyTooShort(bits: Int)

    /// Stable, for catalogues and tests.
    public var code: String {
        switch self {
        case .sectorName: "sectorToken.sectorName"
        case .keyTooShort: "sectorToken.keyTooShort"
        }
    }

    public var message: String {
        switch self {
        case .sectorName: "The sector's name must have 1 to 255 bytes."
        case .keyTooShort(let bits): "The sector's key has \(bits) bits; give one of 256 or more."
        }
    }
}
