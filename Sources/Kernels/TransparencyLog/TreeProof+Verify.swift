extension TreeProof {
    /// Verifies an inclusion: that the leaf leads to `root` through `hashes`.
    ///
    /// Strict: the number of hashes must be exactly the one that the sizes ask for. Throws `TreeProofError`; that of a
    /// consistency proof asked here is `.sizesOutOfOrder`, because it has no leaf.
    public func verify(leafHash: LogHash, hashes: [LogHash], root: LogHash) throws(TreeProofError) {
        guard try inclusionRoot(leafHash: leafHash, hashes: hashes) == root else { throw .rootMismatch }
    }

    /// Verifies a consistency: that `hashes` lead from the older tree, or the subtree, to the newer tree.
    ///
    /// Equal sizes need no hash and equal roots. An empty subtree proves nothing but that its root is the empty one.
    /// Throws `TreeProofError`.
    public func verify(olderRoot: LogHash, hashes: [LogHash], root: LogHash) throws(TreeProofError) {
        try verify(olderRoot: olderRoot.bytes, hashes: hashes.map(\.bytes), root: root.bytes)
    }

    /// Verifies an inclusion from bytes as received. Throws `TreeProofError`.
    public func verify(leafHash: [UInt8], hashes: [[UInt8]], root: [UInt8]) throws(TreeProofError) {
        guard let leaf = LogHash(bytes: leafHash) else { throw .malformedHash }
        guard try inclusionRoot(leafHash: leaf, hashes: Self.decoded(hashes)).bytes == root else {
            throw .rootMismatch
        }
    }

    /// Verifies a consistency from bytes as received. Throws `TreeProofError`.
    public func verify(olderRoot: [UInt8], hashes: [[UInt8]], root: [UInt8]) throws(TreeProofError) {
        let (start, end, size) = try consistencyBounds()
        if start == 0, end == size, end > 0 {
            guard hashes.isEmpty else { throw .wrongLength }
            guard olderRoot == root else { throw .rootMismatch }
            return
        }
        if start == end {
            guard hashes.isEmpty else { throw .wrongLength }
            guard olderRoot == MerkleTree.emptyRoot.bytes else { throw .olderRootMismatch }
            return
        }
        guard let known = LogHash(bytes: olderRoot) else { throw .malformedHash }
        let (olderResult, result) = try Self.climb(
            start: start, end: end, size: size, known: known, hashes: Self.decoded(hashes))
        guard olderResult == known else { throw .olderRootMismatch }
        guard result.bytes == root else { throw .rootMismatch }
    }

    private static func decoded(_ hashes: [[UInt8]]) throws(TreeProofError) -> [LogHash] {
        var decoded: [LogHash] = []
        for bytes in hashes {
            guard let hash = LogHash(bytes: bytes) else { throw .malformedHash }
            decoded.append(hash)
        }
        return decoded
    }

    private func consistencyBounds() throws(TreeProofError) -> (
        start: UInt64, end: UInt64, size: UInt64
    ) {
        try validate()
        switch self {
        case .consistency(let old, let new): return (0, old, new)
        case .subtreeConsistency(let start, let end, let size): return (start, end, size)
        case .inclusion, .subtreeInclusion: throw .sizesOutOfOrder
        }
    }

    /// RFC 9162, clause 2.1.3.2.
    private func inclusionRoot(leafHash: LogHash, hashes: [LogHash]) throws(TreeProofError) -> LogHash {
        try validate()
        var node: UInt64
        var last: UInt64
        switch self {
        case .inclusion(let index, let size): (node, last) = (index, size - 1)
        case .subtreeInclusion(let index, let start, let end):
            (node, last) = (index - start, end - start - 1)
        case .consistency, .subtreeConsistency: throw .sizesOutOfOrder
        }
        var hash = leafHash
        for sibling in hashes {
            guard last > 0 else { throw .wrongLength }
            if node & 1 == 1 || node == last {
                hash = MerkleTree.nodeHash(sibling, hash)
                while node & 1 == 0, node > 0 { (node, last) = (node >> 1, last >> 1) }
            } else {
                hash = MerkleTree.nodeHash(hash, sibling)
            }
            (node, last) = (node >> 1, last >> 1)
        }
        guard last == 0 else { throw .wrongLength }
        return hash
    }

    /// draft-ietf-plants-merkle-tree-certs, clause 4.4.3; with start = 0, RFC 9162, clause 2.1.4.2.
    ///
    /// Returns the roots of the subtree and of the tree that the hashes lead to.
    private static func climb(
        start: UInt64, end: UInt64, size: UInt64, known: LogHash, hashes: [LogHash]
    ) throws(TreeProofError) -> (LogHash, LogHash) {
        var (first, node, last) = (start, end - 1, size - 1)
        // Up to the largest node that ends where the subtree ends and is the same in both trees.
        while first != node, node == last || node & 1 == 1 {
            (first, node, last) = (first >> 1, node >> 1, last >> 1)
        }
        var rest = hashes[...]
        var older = known
        if first != node {
            guard let seed = rest.popFirst() else { throw .wrongLength }
            older = seed
        }
        var newer = older
        for sibling in rest {
            guard last > 0 else { throw .wrongLength }
            if node & 1 == 1 || node == last {
                if first < node { older = MerkleTree.nodeHash(sibling, older) }
                newer = MerkleTree.nodeHash(sibling, newer)
                while node & 1 == 0, node > 0 { (first, node, last) = (first >> 1, node >> 1, last >> 1) }
            } else {
                newer = MerkleTree.nodeHash(newer, sibling)
            }
            (first, node, last) = (first >> 1, node >> 1, last >> 1)
        }
        guard last == 0 else { throw .wrongLength }
        return (older, newer)
    }
}
