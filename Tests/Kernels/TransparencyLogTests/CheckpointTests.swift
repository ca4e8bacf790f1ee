import Crypto
import Testing
import TransparencyLog

@Suite("Signed notes and checkpoints")
struct CheckpointTests {
    // golang.org/x/mod, sumdb/note, package documentation and note_test.go.
    static let peterKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    static let enochKey = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
    static let text =
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    static let note =
        text + "\n\u{2014} PeterNeumann "
        + "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

    static func signer(_ name: String, byte: UInt8) throws -> NoteSigner {
        let key = try Curve25519.Signing.PrivateKey(
            rawRepresentation: [UInt8](repeating: byte, count: 32))
        return try NoteSigner(name: name, key: key)
    }

    @Test("the note of golang.org/x/mod verifies by its key and by no other")
    func publishedNote() throws {
        let peter = try NoteVerifier(text: Self.peterKey)
        #expect(peter.name == "PeterNeumann")
        #expect(peter.keyID == 0xc74f_20a3)
        #expect(peter.text == Self.peterKey)
        let note = try SignedNote(encoded: Self.note)
        #expect(note.encoded == Self.note)
        #expect(try note.verified(by: [peter]) == Self.text)
        let enoch = try NoteVerifier(text: Self.enochKey)
        #expect(throws: SignedNoteError.noKnownKey) { _ = try note.verified(by: [enoch]) }
        #expect(throws: SignedNoteError.noKnownKey) { _ = try note.verified(by: []) }
        let altered = try SignedNote(encoded: Self.note.replacing("cryptography", with: "cryptographY"))
        #expect(throws: SignedNoteError.wrongSignature) { _ = try altered.verified(by: [peter]) }
    }

    @Test("a note that is not written as the specification says is refused")
    func malformedNotes() {
        let signature = String(Self.note.dropFirst(Self.text.count + 1))
        func signed(_ from: String, _ to: String) -> String {
            var note = Self.text
            note.append("\n")
            note.append(signature.replacing(from, with: to))
            return note
        }
        var malformed: [String] = ["", "\n", "\n\n", Self.text, String(Self.note.dropLast())]
        malformed.append(Self.text + "\n")
        malformed.append(Self.text + signature)
        malformed.append(Self.note + "\n")
        malformed.append(signed("\u{2014} ", "- "))
        malformed.append(signed("\u{2014} ", "\u{2014}  "))
        malformed.append(signed("PeterNeumann", "Peter+Neumann"))
        malformed.append(signed("PeterNeumann", "Peter\u{00A0}Neumann"))
        malformed.append(signed("nAM=", "nAN="))
        malformed.append(signed("nAM=", "nAM"))
        malformed.append(Self.note.replacing("think", with: "th\tink"))
        malformed.append(Self.note.replacing("problem", with: "problem\r"))
        malformed.append(signed(signature, "\u{2014} PeterNeumann x08g\n"))
        malformed.append(signed(signature, String(repeating: signature, count: 101)))
        for note in malformed {
            #expect(throws: SignedNoteError.self) { _ = try SignedNote(encoded: note) }
        }
        for key in [
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "PeterNeumann+c74f20a3",
            "",
            "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ] {
            #expect(throws: SignedNoteError.malformedKey) { _ = try NoteVerifier(text: key) }
        }
    }

    @Test(
        "a checkpoint is signed, sent, verified and read back; signatures of unknown keys are passed over"
    )
    func roundTrip() throws {
        var frontier = Frontier()
        for index in 0..<5 { frontier.append(leafHash: MerkleTreeTests.leaf(index)) }
        let signer = try Self.signer("log.example/acts", byte: 7)
        let witness = try Self.signer("witness.example", byte: 8)
        let checkpoint = try Checkpoint(
            origin: "log.example/acts", size: frontier.size, root: frontier.root)
        let own = try checkpoint.signed(by: signer)
        let note = try SignedNote(
            text: own.text, signatures: [try witness.signature(of: own.text)] + own.signatures)
        let read = try Checkpoint(
            note: note.encoded, origin: "log.example/acts", verifiers: [signer.verifier])
        #expect(read == checkpoint)
        #expect(throws: CheckpointError.otherOrigin) {
            _ = try Checkpoint(
                note: note.encoded, origin: "another.example", verifiers: [signer.verifier])
        }
        let grown = try Checkpoint(origin: checkpoint.origin, size: 6, root: checkpoint.root)
        let forged = try SignedNote(text: grown.text, signatures: own.signatures)
        #expect(throws: SignedNoteError.wrongSignature) {
            _ = try Checkpoint(
                note: forged.encoded, origin: "log.example/acts", verifiers: [signer.verifier])
        }
    }

    // C2SP tlog-checkpoint, first example.
    @Test("the specification's example is read and written back, extension lines included")
    func specificationExample() throws {
        let text =
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
        let checkpoint = try Checkpoint(text: text)
        #expect(checkpoint.origin == "example.com/behind-the-sofa")
        #expect(checkpoint.size == 20_852_163)
        #expect(checkpoint.text == text)
        let extended = try Checkpoint(text: text + "more\n")
        #expect(extended.extensions == ["more"])
        #expect(extended.text == text + "more\n")
    }

    @Test("a text that is no checkpoint is refused by the line at fault")
    func malformedCheckpoints() {
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
        func error(_ text: String) -> CheckpointError? {
            do throws(CheckpointError) { _ = try Checkpoint(text: text) } catch { return error }
            return nil
        }
        #expect(error("log\n7\n\(root)\n") == nil)
        #expect(error("log\n7\n\(root)") == .malformedLines)
        #expect(error("log\n7\n") == .malformedLines)
        #expect(error("\n7\n\(root)\n") == .malformedLines)
        #expect(error("log\n7\n\(root)\n\n") == .malformedLines)
        for size in ["07", "+7", "-7", "7 ", "0x7", "18446744073709551616", "٧"] {
            #expect(error("log\n\(size)\n\(root)\n") == .malformedSize)
        }
        #expect(error("log\n7\n\(root.dropLast(4))\n") == .malformedRoot)
        #expect(error("log\n0\n\(root)\n") == .malformedRoot)
        #expect(error("log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n") == nil)
    }
}
