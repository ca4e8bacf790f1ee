public import Crypto

/// A name and an Ed25519 public key that verifies notes.
///
/// Key id = first four bytes of SHA-256(name || 0x0A || 0x01 || public key); source: C2SP signed-note v1.0.0.
public struct NoteVerifier: Sendable {
    public let name: String
    public let keyID: UInt32
    public let publicKey: Curve25519.Signing.PublicKey

    static let ed25519: UInt8 = 1

    /// Throws `SignedNoteError.malformedKey` for a name that is empty or holds white space or a plus.
    public init(name: String, publicKey: Curve25519.Signing.PublicKey) throws(SignedNoteError) {
        guard SignedNote.isKeyName(name) else { throw .malformedKey }
        self.name = name
        self.publicKey = publicKey
        let identity = Array(name.utf8) + [0x0A, Self.ed25519] + publicKey.rawRepresentation
        keyID = SHA256.hash(data: identity).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Reads `name+8 hexadecimal digits+base64(0x01 || public key)`, the text form of golang.org/x/mod/sumdb/note.
    ///
    /// Throws `SignedNoteError.malformedKey`, also where the key id in the text is not that of the key.
    public init(text: String) throws(SignedNoteError) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let encoded = Base64.decode(parts[2]), encoded.first == Self.ed25519,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: encoded.dropFirst())
        else { throw .malformedKey }
        try self.init(name: String(parts[0]), publicKey: key)
        guard parts[1] == Self.hexadecimal(keyID) else { throw .malformedKey }
    }

    /// The text form that `init(text:)` reads; public, to be printed and passed on.
    public var text: String {
        "\(name)+\(Self.hexadecimal(keyID))+\(Base64.encode([Self.ed25519] + publicKey.rawRepresentation))"
    }

    private static func hexadecimal(_ keyID: UInt32) -> String {
        let digits = String(keyID, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}

/// A name and an Ed25519 private key that signs notes.
public struct NoteSigner: Sendable {
    /// What others need to verify.
    public let verifier: NoteVerifier
    private let key: Curve25519.Signing.PrivateKey

    /// Throws `SignedNoteError.malformedKey` for a name that is empty or holds white space or a plus.
    public init(name: String, key: Curve25519.Signing.PrivateKey) throws(SignedNoteError) {
        verifier = try NoteVerifier(name: name, publicKey: key.publicKey)
        self.key = key
    }

    /// The signature of `text`, which ends in a newline. Throws what the cryptographic library throws.
    public func signature(of text: String) throws -> SignedNote.Signature {
        let bytes = try key.signature(for: Array(text.utf8))
        return SignedNote.Signature(name: verifier.name, keyID: verifier.keyID, bytes: Array(bytes))
    }

    /// `text` with this one signature. Throws `SignedNoteError`, or what the cryptographic library throws.
    public func sign(_ text: String) throws -> SignedNote {
        try SignedNote(text: text, signatures: [try signature(of: text)])
    }
}

extension SignedNote {
    /// The text, once every signature by a known key verifies and at least one is there.
    ///
    /// Signatures of unknown keys are passed over. Throws `SignedNoteError.wrongSignature` or `.noKnownKey`.
    public func verified(by verifiers: [NoteVerifier]) throws(SignedNoteError) -> String {
        let message = Array(text.utf8)
        var known = false
        for signature in signatures {
            for verifier in verifiers
            where verifier.name == signature.name && verifier.keyID == signature.keyID {
                guard verifier.publicKey.isValidSignature(signature.bytes, for: message) else {
                    throw .wrongSignature
                }
                known = true
            }
        }
        guard known else { throw .noKnownKey }
        return text
    }
}
