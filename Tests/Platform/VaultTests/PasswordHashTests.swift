import Testing
import Vault

@Suite("Passwords")
struct PasswordHashTests {
    @Test("are kept as argon2id with the second recommended cost of RFC 9106, section 4")
    func encodedForm() async throws {
        let hash = try await PasswordHash.make("correct horse battery")
        // 64 MiB, three passes, four lanes; 16 bytes of salt and 32 of hash, in base64 without padding.
        let parts = hash.encoded.split(separator: "$")
        try #require(parts.count == 5)
        #expect(parts[0] == "argon2id")
        #expect(parts[1] == "v=19")
        #expect(parts[2] == "m=65536,t=3,p=4")
        #expect(parts[3].count == 22)
        #expect(parts[4].count == 43)
    }

    @Test("match the password they were made of, in any script, and no other")
    func matching() async throws {
        let hash = try await PasswordHash.make("كلمة سر طويلة")
        #expect(try await hash.matches("كلمة سر طويلة"))
        for wrong in ["كلمة سر طويل", "", "كلمة سر طويلة "] { #expect(try await !hash.matches(wrong)) }
    }

    @Test("have a salt of their own each time")
    func saltIsFresh() async throws {
        let first = try await PasswordHash.make("same password")
        let second = try await PasswordHash.make("same password")
        #expect(first.encoded != second.encoded)
        #expect(try await second.matches("same password"))
    }

    /// Made by the reference implementation, phc-winner-argon2, src/test.c (argon2id, version 0x13, t=2, m=256, p=1).
    static let reference =
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"

    @Test("made elsewhere are understood, with the cost that they name")
    func referenceVector() async throws {
        let hash = PasswordHash(encoded: Self.reference)
        #expect(try await hash.matches("password"))
        #expect(try await !hash.matches("Password"))
    }

    @Test(
        "that are not in the form match nothing",
        arguments: ["", "password", "$argon2id$", "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$AAAA"])
    func damagedForm(encoded: String) async throws {
        #expect(try await !PasswordHash(encoded: encoded).matches("password"))
    }
}
