import CDigests
import Crypto
import TestMaterial
import Testing
import TransparencyLog

@Suite("Digests of many short messages")
struct DigestsTests {
    static let ways = Array(0...cd_best_way())

    /// What is written to one address, or to two.
    static func one(_ make: (UnsafeMutablePointer<UInt8>) -> Void) -> [UInt8] {
        Array(two { first, _ in make(first) }[..<32])
    }

    static func two(_ make: (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
            buffer.initialize(repeating: 0)
            if let start = buffer.baseAddress { make(start, start + 32) }
            count = 64
        }
    }

    static func read(_ text: [UInt8]) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 32)
        return cd_unhex(text, &bytes) == 1 ? bytes : nil
    }

    @Test("are those of the cryptographic library, whatever the lengths", arguments: ways)
    func equalToTheLibrary(way: Int32) {
        print("seed 11")
        var generator = SeededGenerator(seed: 11)
        let noise = (0..<4096).map { _ in UInt8.random(in: 0...255, using: &generator) }
        for count in Array(0...200) + [255, 256, 257, 1000, 4000] {
            let prefixCount = Int.random(in: 0...63, using: &generator)
            let otherCount = Int.random(in: 0...300, using: &generator)
            let (prefix, data, other) = (noise[..<prefixCount], noise[..<count], noise[..<otherCount])
            Array(prefix).withUnsafeBufferPointer { prefix in
                Array(data).withUnsafeBufferPointer { data in
                    Array(other).withUnsafeBufferPointer { other in
                        let message = cd_message(
                            prefix: prefix.baseAddress, prefix_count: prefix.count, data: data.baseAddress,
                            count: data.count)
                        let plain = cd_message(
                            prefix: nil, prefix_count: 0, data: other.baseAddress, count: other.count)
                        let expected = Array(SHA256.hash(data: Array(prefix) + Array(data)))
                        let expectedOther = Array(SHA256.hash(data: Array(other)))
                        let alone = Self.one { cd_sha256(message, way, $0) }
                        let both = Self.two { cd_sha256_two(message, plain, way, $0, $1) }
                        #expect(alone == expected)
                        #expect(both == expected + expectedOther)
                    }
                }
            }
        }
    }

    @Test("of leaves with their codes are those of the library", arguments: ways)
    func leavesAndCodes(way: Int32) {
        let secret = (0..<32).map { UInt8($0) }
        var key = cd_hmac_key()
        cd_hmac_prepare(&key, secret, secret.count)
        for count in Array(0...130) + [1244, 4000] {
            let content = (0..<count).map { UInt8(truncatingIfNeeded: 7 &* $0) }
            let prepared = key
            let both = Self.two { code, leaf in
                withUnsafePointer(to: prepared) { cd_hmac_and_leaf($0, content, count, way, code, leaf) }
            }
            let code = Array(HMAC<SHA256>.authenticationCode(for: content, using: SymmetricKey(data: secret)))
            #expect(both == code + MerkleTree.leafHash(of: content).bytes)
        }
    }

    @Test("of nodes are those of the tree", arguments: ways)
    func nodes(way: Int32) {
        for count in [1, 2, 3, 8, 9] {
            let hashes = (0..<2 * count).map { MerkleTree.leafHash(of: [UInt8($0)]) }
            var nodes = [UInt8](repeating: 0, count: 32 * count)
            cd_nodes(hashes.flatMap(\.bytes), count, way, &nodes)
            let expected = (0..<count).map { MerkleTree.nodeHash(hashes[2 * $0], hashes[2 * $0 + 1]) }
            #expect(nodes == expected.flatMap(\.bytes))
        }
    }

    /// vectors.h of the reference implementation (github.com/veorq/SipHash), `vectors_sip128`: key 00…0f, message 00, 01…
    @Test(
        "SipHash with 128 bits gives what its authors published, however the message is cut",
        arguments: [(0, "a3817f04ba25a8e66df67214c7550293"), (63, "5150d1772f50834a503e069a973fbd7c")])
    func sipHash(count: Int, expected: String) {
        let message = (0..<64).map { UInt8($0) }
        let key: [UInt64] = [0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908]
        for cut in 0...count {
            var hash: [UInt64] = [0, 0]
            cd_siphash128(key, message, cut, Array(message[cut...]), count - cut, &hash)
            let bytes = hash.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
            #expect(bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() == expected)
        }
    }

    @Test("written as digits are read, and nothing else is")
    func digits() {
        let digest = Array(SHA256.hash(data: [1, 2, 3]))
        let text = Array(digest.flatMap { [$0 >> 4, $0 & 15] }.map { Array("0123456789abcdef".utf8)[Int($0)] })
        #expect(Self.read(text) == digest)
        for strange in "gG/:`A \"".utf8 {
            for place in [0, 31, 63] {
                var changed = text
                changed[place] = strange
                #expect(Self.read(changed) == nil, "\(strange) at \(place)")
            }
        }
    }
}
