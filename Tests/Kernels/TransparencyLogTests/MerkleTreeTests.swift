import Testing

@testable import TransparencyLog

@Suite("The tree")
struct MerkleTreeTests {
    /// The leaves and roots of transparency-dev/merkle, testonly/constants.go, which are those of the reference
    /// implementation of RFC 6962.
    static let entries = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
    }

    static func leaf(_ index: Int) -> LogHash { MerkleTree.leafHash(of: Array("leaf \(index)".utf8)) }

    @Test("has the published roots, grown leaf by leaf and by the recursive definition")
    func publishedRoots() {
        var frontier = Frontier()
        #expect(frontier.root.description == Self.roots[0])
        let leaves = Self.entries.map { MerkleTree.leafHash(of: Self.bytes($0)) }
        for (index, leaf) in leaves.enumerated() {
            frontier.append(leafHash: leaf)
            #expect(frontier.root.description == Self.roots[index + 1])
            #expect(
                MerkleTree.root(ofLeaves: leaves.prefix(index + 1)).description == Self.roots[index + 1])
        }
    }

    @Test(
        "grown leaf by leaf equals the recursive definition for every size up to 130, and hands over each node once"
    )
    func growth() throws {
        var frontier = Frontier()
        var nodes: [TreePosition: LogHash] = [:]
        var leaves: [LogHash] = []
        for size in 1...130 {
            leaves.append(Self.leaf(size - 1))
            for node in frontier.append(leafHash: leaves[size - 1]) {
                #expect(nodes.updateValue(node.hash, forKey: node.position) == nil)
                let begin = Int(node.position.index) << node.position.level
                let covered = leaves[begin..<(begin + 1 << node.position.level)]
                #expect(covered.count == 1 << node.position.level)
                #expect(node.hash == MerkleTree.root(ofLeaves: covered))
            }
            #expect(frontier.root == MerkleTree.root(ofLeaves: leaves))
            #expect(frontier.hashes.count == size.nonzeroBitCount)
            let restored = try Frontier(size: UInt64(size)) { position in try #require(nodes[position]) }
            #expect(restored == frontier)
            #expect(Frontier(size: frontier.size, hashes: frontier.hashes) == frontier)
        }
        let complete = (0...7).reduce(0) { $0 + 130 >> $1 }
        #expect(nodes.count == complete)
        #expect(Frontier(size: 3, hashes: [leaves[0]]) == nil)
    }

    @Test("a hash is 32 bytes and nothing else")
    func hashBytes() {
        let hash = Self.leaf(1)
        #expect(LogHash(bytes: hash.bytes) == hash)
        #expect(LogHash(bytes: hash.bytes.dropLast()) == nil)
        #expect(LogHash(bytes: hash.bytes + [0]) == nil)
    }
}
