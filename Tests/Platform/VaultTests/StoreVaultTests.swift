import Crypto
import Foundation
import TestMaterial
import Testing
import Vault

@Suite("Sealed fields and blind indexes")
struct StoreVaultTests {
    static let master = MasterKey(SymmetricKey(data: Array(0..<32)))
    static let vault = StoreVault(master, store: "population")
    static let place = FieldIdentity(table: "person", row: "p1", field: "content")

    @Test("what is sealed opens in its place, of any length")
    func opensInItsPlace() throws {
        var generator = SeededGenerator(seed: 11)
        for length in [0, 1, 15, 16, 17, 1000, 100_000] {
            let plaintext = generator.bytes(length)
            let sealed = try Self.vault.seal(plaintext, subject: "person/p1", identity: Self.place)
            #expect(sealed.count == length + 29)
            #expect(try Self.vault.open(sealed, subject: "person/p1", identity: Self.place) == plaintext)
        }
    }

    @Test("sealing twice gives two texts")
    func nonceIsFresh() throws {
        let sealed = try (0..<100).map { _ in try Self.vault.seal([1], subject: "s", identity: Self.place) }
        #expect(Set(sealed.map { Array($0[1..<13]) }).count == 100)
    }

    static let otherPlaces = [
        FieldIdentity(table: "persons", row: "p1", field: "content"),
        FieldIdentity(table: "person", row: "p2", field: "content"),
        FieldIdentity(table: "person", row: "p1", field: "name"),
        // The same letters, divided otherwise.
        FieldIdentity(table: "personp", row: "1", field: "content"),
        FieldIdentity(table: "person", row: "p1c", field: "ontent"),
        FieldIdentity(table: "person", row: "", field: "p1content"),
    ]

    @Test("it does not open in another row, field or table", arguments: otherPlaces)
    func staysInItsPlace(other: FieldIdentity) throws {
        let sealed = try Self.vault.seal([1, 2, 3], subject: "person/p1", identity: Self.place)
        let error = #expect(throws: VaultError.self) {
            try Self.vault.open(sealed, subject: "person/p1", identity: other)
        }
        #expect(error?.code == .seal)
    }

    @Test("it does not open for another subject, in another store or under another master key")
    func staysWithItsKeys() throws {
        let sealed = try Self.vault.seal([1, 2, 3], subject: "person/p1", identity: Self.place)
        let others = [
            (StoreVault(Self.master, store: "social"), "person/p1"),
            (StoreVault(MasterKey(SymmetricKey(size: .bits256)), store: "population"), "person/p1"),
            (Self.vault, "person/p2"), (Self.vault, ""),
        ]
        for (vault, subject) in others {
            #expect(throws: VaultError.self) { try vault.open(sealed, subject: subject, identity: Self.place) }
        }
    }

    @Test(
        "it does not open after any bit was flipped, or cut or lengthened",
        arguments: [3, 1987, 20_260_101] as [UInt64])
    func anyChangeIsFound(seed: UInt64) throws {
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let plaintext = generator.bytes(Int.random(in: 0...40, using: &generator))
        let sealed = try Self.vault.seal(plaintext, subject: "s", identity: Self.place)
        for index in sealed.indices {
            for bit in 0..<8 {
                var changed = sealed
                changed[index] ^= 1 << UInt8(bit)
                #expect(throws: VaultError.self, "byte \(index), bit \(bit)") {
                    try Self.vault.open(changed, subject: "s", identity: Self.place)
                }
            }
        }
        for length in 0..<sealed.count {
            #expect(throws: VaultError.self) {
                try Self.vault.open(Array(sealed[..<length]), subject: "s", identity: Self.place)
            }
        }
        #expect(throws: VaultError.self) { try Self.vault.open(sealed + [0], subject: "s", identity: Self.place) }
    }

    @Test("an error names the table and no value")
    func errorsCarryNoValue() throws {
        let secret = Array("PLANTED".utf8)
        var sealed = try Self.vault.seal(secret, subject: "PLANTED", identity: Self.place)
        sealed[20] ^= 1
        let error = #expect(throws: VaultError.self) {
            try Self.vault.open(sealed, subject: "PLANTED", identity: Self.place)
        }
        #expect(error.map { "\($0)".contains("person") && !"\($0)".contains("PLANTED") } == true)
    }

    @Test("a blind index is the same for a value, and another for each value, kind, store and master key")
    func blindIndexes() {
        let index = Self.vault.blindIndex("civil number", "5307142486")
        #expect(index.count == 32)
        #expect(Self.vault.blindIndex("civil number", "5307142486") == index)
        let others = [
            Self.vault.blindIndex("civil number", "5307142487"),
            Self.vault.blindIndex("household number", "5307142486"),
            StoreVault(Self.master, store: "social").blindIndex("civil number", "5307142486"),
            StoreVault(MasterKey(SymmetricKey(size: .bits256)), store: "population")
                .blindIndex("civil number", "5307142486"),
            Self.vault.authenticationCode("civil number", Array("5307142486".utf8)),
        ]
        #expect(Set(others + [index]).count == others.count + 1)
    }

    @Test("keys of two purposes differ, and of one purpose agree")
    func keysByPurpose() {
        #expect(Self.vault.key("sector social") == Self.vault.key("sector social"))
        #expect(Self.vault.key("sector social") != Self.vault.key("sector programme"))
    }

    @Test("an authentication code holds for its bytes and purpose only")
    func authenticationCodes() {
        let code = Self.vault.authenticationCode("audit leaf", [1, 2, 3])
        #expect(Self.vault.isAuthentic("audit leaf", [1, 2, 3], code: code))
        #expect(!Self.vault.isAuthentic("audit leaf", [1, 2, 4], code: code))
        #expect(!Self.vault.isAuthentic("other", [1, 2, 3], code: code))
        #expect(!Self.vault.isAuthentic("audit leaf", [1, 2, 3], code: Array(code.dropLast())))
        #expect(!Self.vault.isAuthentic("audit leaf", [1, 2, 3], code: []))
    }

    @Test("the derivation is the one written down: HKDF-SHA-256 from the master key, then by purpose")
    func derivationIsDocumented() {
        let root = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Array(0..<32)), info: Data("sijill 1 store population".utf8),
            outputByteCount: 32)
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: root, info: Data("blind index kind".utf8), outputByteCount: 32)
        let expected = HMAC<SHA256>.authenticationCode(for: Data("value".utf8), using: key)
        #expect(Self.vault.blindIndex("kind", "value") == Array(expected))
    }
}
