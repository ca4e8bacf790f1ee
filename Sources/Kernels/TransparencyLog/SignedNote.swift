/// A text and the signatures below it, as read; nothing is verified yet.
///
/// Source: C2SP signed-note v1.0.0. Ignore the text until `verified(by:)` gave it.
public struct SignedNote: Hashable, Sendable {
    /// One signature line.
    public struct Signature: Hashable, Sendable {
        /// The name of the key that signed.
        public let name: String
        /// Tells apart keys of one name; not a cryptographic commitment.
        public let keyID: UInt32
        /// The signature's own bytes; 64 for Ed25519.
        public let bytes: [UInt8]

        public init(name: String, keyID: UInt32, bytes: [UInt8]) {
            self.name = name
            self.keyID = keyID
            self.bytes = bytes
        }
    }

    /// More signature lines than this are refused; the specification asks for at least 16.
    public static let mostSignatures = 100
    /// A longer note, in bytes, is refused before it is read.
    public static let mostBytes = 1_000_000

    /// What was signed, with its final newline.
    public let text: String
    public let signatures: [Signature]

    /// A note put together from its text and its signatures. Throws `SignedNoteError.malformedText` for a text that
    /// does not end in a newline or holds control characters, and `.malformedSignature` where there is none or one
    /// cannot be written.
    public init(text: String, signatures: [Signature]) throws(SignedNoteError) {
        guard text.utf8.last == 0x0A, text.utf8.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }) else {
            throw .malformedText
        }
        guard !signatures.isEmpty, signatures.count <= Self.mostSignatures else {
            throw .malformedSignature
        }
        for signature in signatures {
            guard Self.isKeyName(signature.name), !signature.bytes.isEmpty else {
                throw .malformedSignature
            }
        }
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note. Throws `SignedNoteError.tooLong`, `.malformedText` or `.malformedSignature`.
    public init(encoded: String) throws(SignedNoteError) {
        let bytes = Array(encoded.utf8)
        guard bytes.count <= Self.mostBytes else { throw .tooLong }
        // The last empty line divides text from signatures.
        guard let division = Self.division(of: bytes), bytes.last == 0x0A else { throw .malformedText }
        let text = String(decoding: bytes[...division], as: UTF8.self)
        var signatures: [Signature] = []
        for line in bytes[(division + 2)...].dropLast().split(
            separator: 0x0A, omittingEmptySubsequences: false)
        {
            guard signatures.count < Self.mostSignatures else { throw .tooLong }
            signatures.append(try Self.signature(line: line))
        }
        try self.init(text: text, signatures: signatures)
    }

    /// The note as written: text, empty line, signature lines.
    public var encoded: String {
        var encoded = text + "\n"
        for signature in signatures {
            let id = stride(from: 24, through: 0, by: -8).map {
                UInt8(truncatingIfNeeded: signature.keyID >> UInt32($0))
            }
            encoded += "\u{2014} \(signature.name) \(Base64.encode(id + signature.bytes))\n"
        }
        return encoded
    }

    /// A name is not empty and holds neither white space, plus nor control characters.
    static func isKeyName(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy {
                !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20
            }
    }

    /// The index of the newline that ends the text, the first of the last two newlines in a row.
    private static func division(of bytes: [UInt8]) -> Int? {
        guard bytes.count >= 2 else { return nil }
        return (0...(bytes.count - 2)).last { bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A }
    }

    private static func signature(line: ArraySlice<UInt8>) throws(SignedNoteError) -> Signature {
        let dash: [UInt8] = [0xE2, 0x80, 0x94, 0x20]
        guard line.starts(with: dash) else { throw .malformedSignature }
        let parts = line.dropFirst(dash.count).split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 2, let blob = Base64.decode(String(decoding: parts[1], as: UTF8.self)),
            blob.count > 4
        else {
            throw .malformedSignature
        }
        return Signature(
            name: String(decoding: parts[0], as: UTF8.self),
            keyID: blob.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }, bytes: Array(blob.dropFirst(4)))
    }
}

/// Why a note was refused.
public enum SignedNoteError: String, Error, Hashable, Sendable {
    case tooLong
    case malformedText
    case malformedSignature
    case malformedKey
    /// A key that is known is named, but its signature does not verify: the text was altered.
    case wrongSignature
    /// No known key signed the note.
    case noKnownKey

    /// Stable, for catalogues and tests.
    public var code: String { "signedNote.\(rawValue)" }

    public var message: String {
        switch self {
        case .tooLong:
            "The note is too long or has too many signatures; ask its sender for the note alone."
        case .malformedText:
            "The note's text must end in a newline and an empty line and hold no control characters."
        case .malformedSignature:
            "A signature line must be a dash, the key's name and base64, divided by one space."
        case .malformedKey:
            "A key must be a name, eight hexadecimal digits and base64, divided by plus signs."
        case .wrongSignature:
            "The signature of a known key does not verify: the note was altered. Do not use it."
        case .noKnownKey: "No known key signed the note; check which keys you trust."
        }
    }
}
