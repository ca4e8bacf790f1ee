extension TreeProof {
    /// The proof's hashes, from the bottom of the tree upwards.
    ///
    /// `node` gives the hash at a position; only complete nodes of the tree are asked for, at most about 2 log2(size)
    /// of them. Throws `TreeProofError` where no such proof exists, and whatever `node` throws.
    public func hashes(node: (TreePosition) throws -> LogHash) throws -> [LogHash] {
        try validate()
        switch self {
        case .inclusion(let index, let size):
            return try Self.path(to: index, begin: 0, end: size, node: node)
        case .consistency(let old, let new):
            return try Self.subproof(start: 0, end: old, low: 0, high: new, known: true, node: node)
        case .subtreeInclusion(let index, let start, let end):
            return try Self.path(to: index, begin: start, end: end, node: node)
        case .subtreeConsistency(let start, let end, let size):
            if start == end { return [] }
            return try Self.subproof(start: start, end: end, low: 0, high: size, known: true, node: node)
        }
    }

    /// Which complete nodes `hashes(node:)` asks for, so that a store can read them all at once, in that order.
    ///
    /// Throws `TreeProofError` where no such proof exists.
    public func positions() throws -> [TreePosition] {
        // Found by the generator itself, so that the two cannot drift.
        var positions: [TreePosition] = []
        _ = try hashes { position in
            positions.append(position)
            return MerkleTree.emptyRoot
        }
        return positions
    }

    /// PATH of RFC 6962, clause 2.1.1, for the leaves begin ..< end.
    private static func path(
        to index: UInt64, begin: UInt64, end: UInt64, node: (TreePosition) throws -> LogHash
    ) throws -> [LogHash] {
        if end - begin == 1 { return [] }
        let middle = begin + MerkleTree.largestPowerOfTwo(below: end - begin)
        return index < middle
            ? try path(to: index, begin: begin, end: middle, node: node) + [
                hash(begin: middle, end: end, node: node)
            ]
            : try path(to: index, begin: middle, end: end, node: node) + [
                hash(begin: begin, end: middle, node: node)
            ]
    }

    /// SUBTREE_SUBPROOF of draft-ietf-plants-merkle-tree-certs, clause 4.4; with start = 0, SUBPROOF of RFC 6962,
    /// 2.1.2.
    ///
    /// Proves start ..< end inside low ..< high; `known` says that the verifier knows that subtree's root.
    private static func subproof(
        start: UInt64, end: UInt64, low: UInt64, high: UInt64, known: Bool,
        node: (TreePosition) throws -> LogHash
    ) throws -> [LogHash] {
        if start == low, end == high {
            return known ? [] : [try hash(begin: low, end: high, node: node)]
        }
        let middle = low + MerkleTree.largestPowerOfTwo(below: high - low)
        if end <= middle {
            return try subproof(start: start, end: end, low: low, high: middle, known: known, node: node)
                + [hash(begin: middle, end: high, node: node)]
        }
        let inside = start >= middle
        return try subproof(
            start: inside ? start : middle, end: end, low: middle, high: high, known: known && inside,
            node: node)
            + [hash(begin: low, end: middle, node: node)]
    }

    /// The root over begin ..< end, put together from complete nodes.
    private static func hash(
        begin: UInt64, end: UInt64, node: (TreePosition) throws -> LogHash
    ) throws -> LogHash {
        let count = end - begin
        if count.nonzeroBitCount == 1 {
            let level = count.trailingZeroBitCount
            return try node(TreePosition(level: level, index: begin >> UInt64(level)))
        }
        let middle = begin + MerkleTree.largestPowerOfTwo(below: count)
        return MerkleTree.nodeHash(
            try hash(begin: begin, end: middle, node: node), try hash(begin: middle, end: end, node: node)
        )
    }
}
