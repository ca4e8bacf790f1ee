import Testing

@testable import TransparencyLog

@Suite("Proofs")
struct TreeProofTests {
    static let largest = 130
    let leaves = (0..<largest).map(MerkleTreeTests.leaf)
    let nodes: [TreePosition: LogHash]
    let roots: [LogHash]

    init() {
        var nodes: [TreePosition: LogHash] = [:]
        var frontier = Frontier()
        var roots = [frontier.root]
        for leaf in leaves {
            frontier.append(leafHash: leaf) { nodes[$0.position] = $0.hash }
            roots.append(frontier.root)
        }
        self.nodes = nodes
        self.roots = roots
    }

    func hashes(_ proof: TreeProof, size: Int) throws -> [LogHash] {
        try proof.hashes { position in
            // A node that the tree of this size does not have yet must not be asked for.
            #expect((position.index + 1) << UInt64(position.level) <= UInt64(size))
            return try #require(nodes[position])
        }
    }

    /// Every alteration of one thing: a bit of a hash, a hash less, a hash more, two hashes swapped.
    static func alterations(of hashes: [LogHash]) -> [[LogHash]] {
        var altered = [hashes + [MerkleTree.emptyRoot], [MerkleTree.emptyRoot] + hashes]
        for index in hashes.indices {
            var bytes = hashes[index].bytes
            bytes[index % 32] ^= 0x10
            var flipped = hashes
            flipped[index] = LogHash(exactly: bytes)
            altered.append(flipped)
            var shorter = hashes
            shorter.remove(at: index)
            altered.append(shorter)
            if index > 0, hashes[index] != hashes[index - 1] {
                var swapped = hashes
                swapped.swapAt(index, index - 1)
                altered.append(swapped)
            }
        }
        return altered
    }

    func refuses(_ verify: () throws(TreeProofError) -> Void) -> Bool {
        do { try verify() } catch { return true }
        return false
    }

    @Test(
        "every leaf of every tree up to 130 is proven, and no altered proof, leaf, index or root passes"
    )
    func inclusion() throws {
        for size in 1...Self.largest {
            for index in 0..<size {
                let proof = TreeProof.inclusion(index: UInt64(index), size: UInt64(size))
                let hashes = try hashes(proof, size: size)
                try proof.verify(leafHash: leaves[index], hashes: hashes, root: roots[size])
                // All alterations for a third of the pairs keep the test short and still meet every shape of tree.
                guard (size + index) % 3 == 0 else { continue }
                for altered in Self.alterations(of: hashes) {
                    #expect(
                        refuses { () throws(TreeProofError) in
                            try proof.verify(leafHash: leaves[index], hashes: altered, root: roots[size])
                        })
                }
                let other = TreeProof.inclusion(index: UInt64((index + 1) % size), size: UInt64(size))
                #expect(
                    size == 1
                        || refuses { () throws(TreeProofError) in
                            try other.verify(leafHash: leaves[index], hashes: hashes, root: roots[size])
                        })
                #expect(
                    refuses { () throws(TreeProofError) in
                        try proof.verify(leafHash: roots[0], hashes: hashes, root: roots[size])
                    })
                #expect(
                    refuses { () throws(TreeProofError) in
                        try proof.verify(leafHash: leaves[index], hashes: hashes, root: roots[size - 1])
                    })
            }
        }
    }

    @Test(
        "every tree up to 130 is proven a beginning of every larger one, and no altered proof or root passes"
    )
    func consistency() throws {
        for new in 1...Self.largest {
            for old in 1...new {
                let proof = TreeProof.consistency(old: UInt64(old), new: UInt64(new))
                let hashes = try hashes(proof, size: new)
                try proof.verify(olderRoot: roots[old], hashes: hashes, root: roots[new])
                guard (old + new) % 3 == 0 else { continue }
                for altered in Self.alterations(of: hashes) {
                    #expect(
                        refuses { () throws(TreeProofError) in
                            try proof.verify(olderRoot: roots[old], hashes: altered, root: roots[new])
                        })
                }
                #expect(
                    refuses { () throws(TreeProofError) in
                        try proof.verify(olderRoot: roots[old - 1], hashes: hashes, root: roots[new])
                    })
                #expect(
                    refuses { () throws(TreeProofError) in
                        try proof.verify(olderRoot: roots[old], hashes: hashes, root: roots[new - 1])
                    })
            }
        }
    }

    @Test("every subtree of every tree up to 70 is proven, and every leaf in it")
    func subtrees() throws {
        for size in 1...70 {
            for start in 0..<size {
                for end in (start + 1)...size {
                    let proof = TreeProof.subtreeConsistency(
                        start: UInt64(start), end: UInt64(end), size: UInt64(size))
                    var cover = 1
                    while cover < end - start { cover *= 2 }
                    guard start.isMultiple(of: cover) else {
                        #expect(throws: TreeProofError.invalidSubtree) { _ = try proof.positions() }
                        continue
                    }
                    let root = MerkleTree.root(ofLeaves: leaves[start..<end])
                    let hashes = try hashes(proof, size: size)
                    try proof.verify(olderRoot: root, hashes: hashes, root: roots[size])
                    if start == 0 {
                        #expect(
                            try self.hashes(.consistency(old: UInt64(end), new: UInt64(size)), size: size)
                                == hashes)
                    }
                    for altered in Self.alterations(of: hashes) where (start + end) % 5 == 0 {
                        #expect(
                            refuses { () throws(TreeProofError) in
                                try proof.verify(olderRoot: root, hashes: altered, root: roots[size])
                            })
                    }
                    guard size == end else { continue }
                    for index in start..<end {
                        let proof = TreeProof.subtreeInclusion(
                            index: UInt64(index), start: UInt64(start), end: UInt64(end))
                        let hashes = try self.hashes(proof, size: size)
                        try proof.verify(leafHash: leaves[index], hashes: hashes, root: root)
                    }
                }
            }
        }
    }

    // C2SP merkle-tree.md, section "Example": the tree of seven leaves a...g with h, i, j, k, l above them.
    @Test("the worked example of seven leaves comes out hash by hash")
    func workedExample() throws {
        func node(_ level: Int, _ index: UInt64) throws -> LogHash {
            try #require(nodes[TreePosition(level: level, index: index)])
        }
        let (a, b, c, d) = (leaves[0], leaves[1], leaves[2], leaves[3])
        let (f, g) = (leaves[5], leaves[6])
        let (h, i, j, k) = (try node(1, 0), try node(1, 1), try node(1, 2), try node(2, 0))
        let l = MerkleTree.nodeHash(j, g)
        #expect(MerkleTree.nodeHash(a, b) == h)
        #expect(try hashes(.inclusion(index: 0, size: 7), size: 7) == [b, i, l])
        #expect(try hashes(.inclusion(index: 3, size: 7), size: 7) == [c, h, l])
        #expect(try hashes(.inclusion(index: 4, size: 7), size: 7) == [f, g, k])
        #expect(try hashes(.inclusion(index: 6, size: 7), size: 7) == [j, k])
        #expect(try hashes(.consistency(old: 3, new: 7), size: 7) == [c, d, h, l])
        #expect(try hashes(.consistency(old: 4, new: 7), size: 7) == [l])
        #expect(try hashes(.consistency(old: 6, new: 7), size: 7) == [j, g, k])
    }

    @Test("the positions named beforehand are those asked for")
    func positions() throws {
        var asked: [TreePosition] = []
        let proof = TreeProof.consistency(old: 70, new: 129)
        _ = try proof.hashes { position in
            asked.append(position)
            return try #require(nodes[position])
        }
        #expect(try proof.positions() == asked)
        #expect(asked.count <= 16)
    }

    @Test("a proof that cannot exist is refused by its kind")
    func impossible() {
        #expect(throws: TreeProofError.indexOutOfRange) {
            _ = try TreeProof.inclusion(index: 3, size: 3).positions()
        }
        #expect(throws: TreeProofError.indexOutOfRange) {
            _ = try TreeProof.inclusion(index: 0, size: 0).positions()
        }
        #expect(throws: TreeProofError.sizesOutOfOrder) {
            _ = try TreeProof.consistency(old: 0, new: 3).positions()
        }
        #expect(throws: TreeProofError.sizesOutOfOrder) {
            _ = try TreeProof.consistency(old: 4, new: 3).positions()
        }
        #expect(throws: TreeProofError.invalidSubtree) {
            _ = try TreeProof.subtreeConsistency(start: 4, end: 2, size: 8).positions()
        }
        #expect(throws: TreeProofError.invalidSubtree) {
            _ = try TreeProof.subtreeInclusion(index: 1, start: 1, end: .max).positions()
        }
        #expect(throws: TreeProofError.malformedHash) {
            try TreeProof.inclusion(index: 0, size: 2).verify(leafHash: [], hashes: [], root: [])
        }
        #expect(TreeProofError.wrongLength.code == "treeProof.wrongLength")
    }
}
