/// What a log commits to when it signs: which log, how many leaves, which root.
///
/// Source: C2SP tlog-checkpoint. Extension lines are read and kept, as the specification asks, and never written.
public struct Checkpoint: Hashable, Sendable {
    /// The log's name, not empty, on one line.
    public let origin: String
    /// How many leaves the tree has.
    public let size: UInt64
    public let root: LogHash
    /// Lines behind the third, opaque.
    public let extensions: [String]

    /// Throws `CheckpointError.malformedOrigin`.
    public init(origin: String, size: UInt64, root: LogHash) throws(CheckpointError) {
        guard !origin.isEmpty, origin.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else {
            throw .malformedOrigin
        }
        self.origin = origin
        self.size = size
        self.root = root
        extensions = []
    }

    /// Reads the text of a note. Throws `CheckpointError` naming the line at fault.
    public init(text: String) throws(CheckpointError) {
        guard text.utf8.last == 0x0A else { throw .malformedLines }
        var lines: [String] = []
        for line in text.utf8.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false) {
            guard let line = String(line), !line.isEmpty else { throw .malformedLines }
            lines.append(line)
        }
        guard lines.count >= 3 else { throw .malformedLines }
        guard lines[0].unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else { throw .malformedOrigin }
        // Written back, so that "+7", "007" and other spellings of a number are refused.
        guard let size = UInt64(lines[1]), String(size) == lines[1] else { throw .malformedSize }
        guard let bytes = Base64.decode(lines[2]), let root = LogHash(bytes: bytes) else {
            throw .malformedRoot
        }
        guard size > 0 || root == MerkleTree.emptyRoot else { throw .malformedRoot }
        origin = lines[0]
        self.size = size
        self.root = root
        extensions = Array(lines[3...])
    }

    /// The text that is signed: origin, size, root in base64, each on a line.
    public var text: String {
        ([origin, String(size), Base64.encode(root.bytes)] + extensions).joined(separator: "\n") + "\n"
    }

    /// The checkpoint as a note. Throws `SignedNoteError`, or what the cryptographic library throws.
    public func signed(by signer: NoteSigner) throws -> SignedNote { try signer.sign(text) }

    /// Reads a note, verifies it and reads the checkpoint in it; refuses one of another log.
    ///
    /// Throws `SignedNoteError` or `CheckpointError`.
    public init(note encoded: String, origin: String, verifiers: [NoteVerifier]) throws {
        let checkpoint = try Checkpoint(text: SignedNote(encoded: encoded).verified(by: verifiers))
        guard checkpoint.origin == origin else { throw CheckpointError.otherOrigin }
        self = checkpoint
    }
}

/// Why a checkpoint was refused.
public enum CheckpointError: String, Error, Hashable, Sendable {
    case malformedLines
    case malformedOrigin
    case malformedSize
    case malformedRoot
    /// Properly signed, but of another log than the one asked for.
    case otherOrigin

    /// Stable, for catalogues and tests.
    public var code: String { "checkpoint.\(rawValue)" }

    public var message: String {
        switch self {
        case .malformedLines:
            "A checkpoint has at least three lines, none empty, each ended by a newline."
        case .malformedOrigin: "The first line, the log's name, is empty or holds control characters."
        case .malformedSize:
            "The second line must be the tree's size in decimal digits without leading zeros."
        case .malformedRoot:
            "The third line must be the base64 of a root of 32 bytes that a tree of this size can have."
        case .otherOrigin: "The checkpoint belongs to another log; check which log you asked."
        }
    }
}
