import Crypto
import Foundation
import StrictJSON
import TestMaterial
import Testing

/// The primitives as the vault uses them, against the vectors of C2SP/wycheproof.
@Suite("Published vectors")
struct PrimitiveVectorTests {
    struct Vector {
        let group: JSONValue
        let test: JSONValue

        var name: String { "\(test["tcId"]?.integer ?? 0) \(test["comment"]?.string ?? "")" }
        var isValid: Bool { test["result"]?.string != "invalid" }

        func bytes(_ field: String) -> Data {
            let digits = Array((test[field]?.string ?? "").utf8)
            return Data(
                stride(from: 0, to: digits.count - 1, by: 2).map { index in
                    UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) ?? 0
                })
        }
    }

    static func vectors(_ name: String) throws -> [Vector] {
        guard let file = SharedFolder.file("vectors/wycheproof/\(name)_test.json", neededFor: "\(name) vectors") else {
            return []
        }
        let document = try JSONValue(parsing: [UInt8](Data(contentsOf: file)))
        return (document["testGroups"]?.array ?? []).flatMap { group in
            (group["tests"]?.array ?? []).map { Vector(group: group, test: $0) }
        }
    }

    @Test("HKDF-SHA-256 derives what it should, and refuses too long an output")
    func hkdf() throws {
        for vector in try Self.vectors("hkdf_sha256") {
            let size = Int(vector.test["size"]?.integer ?? 0)
            // RFC 5869, 2.3: at most 255 blocks of the hash; the library stops the program beyond.
            guard size <= 255 * 32 else {
                #expect(!vector.isValid, "\(vector.name)")
                continue
            }
            let key = HKDF<SHA256>.deriveKey(
                inputKeyMaterial: SymmetricKey(data: vector.bytes("ikm")), salt: vector.bytes("salt"),
                info: vector.bytes("info"), outputByteCount: size)
            #expect((key.withUnsafeBytes { Data($0) } == vector.bytes("okm")) == vector.isValid, "\(vector.name)")
        }
    }

    @Test("AES-GCM with nonces of 96 bits seals and opens what it should, and nothing else")
    func aesGCM() throws {
        var count = 0
        for vector in try Self.vectors("aes_gcm")
        where vector.group["ivSize"]?.integer == 96 && vector.group["tagSize"]?.integer == 128 {
            count += 1
            let key = SymmetricKey(data: vector.bytes("key"))
            let nonce = try AES.GCM.Nonce(data: vector.bytes("iv"))
            let box = try AES.GCM.SealedBox(nonce: nonce, ciphertext: vector.bytes("ct"), tag: vector.bytes("tag"))
            let opened = try? AES.GCM.open(box, using: key, authenticating: vector.bytes("aad"))
            #expect((opened == vector.bytes("msg")) == vector.isValid, "\(vector.name)")
            if vector.isValid {
                let sealed = try AES.GCM.seal(
                    vector.bytes("msg"), using: key, nonce: nonce, authenticating: vector.bytes("aad"))
                #expect(sealed.ciphertext == vector.bytes("ct") && sealed.tag == vector.bytes("tag"), "\(vector.name)")
            }
        }
        print("AES-GCM: \(count) vectors")
    }

    @Test("HMAC-SHA-256 makes and accepts what it should")
    func hmac() throws {
        for vector in try Self.vectors("hmac_sha256") where vector.group["tagSize"]?.integer == 256 {
            let isAccepted = HMAC<SHA256>.isValidAuthenticationCode(
                vector.bytes("tag"), authenticating: vector.bytes("msg"), using: SymmetricKey(data: vector.bytes("key"))
            )
            #expect(isAccepted == vector.isValid, "\(vector.name)")
        }
    }
}
