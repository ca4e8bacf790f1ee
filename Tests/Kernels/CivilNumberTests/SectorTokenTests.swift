import CivilNumber
import Crypto
import Foundation
import TestMaterial
import Testing

@Suite("Tokens of a sector")
struct SectorTokenTests {
    let key = SymmetricKey(data: Array(UInt8(0)..<32))
    let otherKey = SymmetricKey(data: Array(UInt8(1)...32))
    let subject = Array("person".utf8)

    @Test("the primitive agrees with Wycheproof's HMAC-SHA-256 vectors")
    func wycheproof() throws {
        struct File: Decodable {
            struct Group: Decodable {
                let tagSize: Int
                let tests: [Case]
            }
            struct Case: Decodable {
                let tcId: Int, key: String, msg: String, tag: String, result: String
            }
            let testGroups: [Group]
        }
        let path = "vectors/wycheproof/hmac_sha256_test.json"
        guard let url = SharedFolder.file(path, neededFor: "HMAC-SHA-256 vectors") else { return }
        let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
        func bytes(_ hex: String) -> [UInt8] {
            let digits = hex.compactMap(\.hexDigitValue)
            return stride(from: 0, to: digits.count, by: 2).map {
                UInt8(digits[$0] * 16 + digits[$0 + 1])
            }
        }
        var cases = 0
        for group in file.testGroups {
            for test in group.tests {
                let code = HMAC<SHA256>.authenticationCode(
                    for: bytes(test.msg), using: SymmetricKey(data: bytes(test.key)))
                let agrees = Array(code).prefix(group.tagSize / 8).elementsEqual(bytes(test.tag))
                #expect(agrees == (test.result == "valid"), "tcId \(test.tcId)")
                cases += 1
            }
        }
        #expect(cases == 174)
    }

    @Test(
        "a token is the first 160 bits of HMAC-SHA-256 over the tag, the sector's name and the subject")
    func construction() throws {
        let issuer = try SectorTokenIssuer(sector: "health", key: key)
        let message = Array("sijill sector token 1".utf8) + [6] + Array("health".utf8) + subject
        let code = HMAC<SHA256>.authenticationCode(for: message, using: key)
        #expect(issuer.token(for: subject).bytes == Array(Array(code).prefix(20)))
    }

    @Test(
        "the same person has the same token in a sector, and unlike tokens in two sectors or under two keys"
    )
    func unlinkable() throws {
        let health = try SectorTokenIssuer(sector: "health", key: key)
        let tokens = [
            health.token(for: subject),
            try SectorTokenIssuer(sector: "school", key: key).token(for: subject),
            try SectorTokenIssuer(sector: "health", key: otherKey).token(for: subject),
            health.token(for: Array("another".utf8)),
        ]
        #expect(Set(tokens).count == tokens.count)
        #expect(health.token(for: subject) == tokens[0])
    }

    @Test("the text form is 32 characters of lower-case base32 and reads back")
    func textForm() throws {
        // RFC 4648, clause 10: BASE32("foobar") = MZXW6YTBOI; here with the 14 bytes that follow zero.
        let padded = try #require(
            SectorToken(bytes: Array("foobar".utf8) + [UInt8](repeating: 0, count: 14)))
        #expect(padded.text == "mzxw6ytboi" + String(repeating: "a", count: 22))
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<100 {
            let bytes = (0..<20).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let token = try #require(SectorToken(bytes: bytes))
            #expect(token.bytes == bytes)
            #expect(token.text.utf8.count == 32)
            #expect(SectorToken(text: token.text) == token)
        }
        #expect(SectorToken(text: String(repeating: "A", count: 32)) == nil)
        #expect(SectorToken(text: String(repeating: "a", count: 31)) == nil)
        #expect(SectorToken(text: String(repeating: "a", count: 40)) == nil)
        #expect(SectorToken(bytes: [1, 2, 3]) == nil)
        #expect(!"\(padded)".contains("mzxw"))
    }

    @Test("a short key and an empty name are refused")
    func refusals() {
        #expect(throws: SectorTokenError.keyTooShort(bits: 128)) {
            _ = try SectorTokenIssuer(sector: "health", key: SymmetricKey(size: .bits128))
        }
        #expect(throws: SectorTokenError.sectorName) { _ = try SectorTokenIssuer(sector: "", key: key) }
    }
}
