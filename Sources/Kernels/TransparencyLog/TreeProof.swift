/// Which proof is meant: what it proves, in which tree.
///
/// A *subtree* covers the leaves start ..< end of a larger tree, where start is a multiple of the smallest power of two
/// that is not less than end - start; so a node has it below itself, beginning at its first leaf. Proofs of a whole
/// tree are those of the subtree 0 ..< size. Sources: RFC 6962, clause 2.1; draft-ietf-plants-merkle-tree-certs, clause
/// 4.
public enum TreeProof: Hashable, Sendable {
    /// The leaf `index` stands in the tree of `size` leaves.
    case inclusion(index: UInt64, size: UInt64)
    /// The tree of `old` leaves is a beginning of the tree of `new` leaves; 0 < old <= new.
    case consistency(old: UInt64, new: UInt64)
    /// The leaf `index`, counted in the whole tree, stands in the subtree.
    case subtreeInclusion(index: UInt64, start: UInt64, end: UInt64)
    /// The subtree stands in the tree of `size` leaves.
    case subtreeConsistency(start: UInt64, end: UInt64, size: UInt64)
}

/// Why a proof was refused or cannot exist.
public enum TreeProofError: String, Error, Hashable, Sendable {
    /// The leaf's index is not inside the tree or the subtree.
    case indexOutOfRange
    /// The older tree is empty, or larger than the newer one.
    case sizesOutOfOrder
    /// start ..< end is no subtree, or ends outside the tree.
    case invalidSubtree
    /// The proof has too few or too many hashes for these sizes.
    case wrongLength
    /// A hash does not have 32 bytes.
    case malformedHash
    /// The proof leads to another root than the one given.
    case rootMismatch
    /// The proof leads to another root of the older tree or of the subtree than the one given.
    case olderRootMismatch

    /// Stable, for catalogues and tests.
    public var code: String { "treeProof.\(rawValue)" }

    public var message: String {
        switch self {
        case .indexOutOfRange:
            "The leaf's index lies outside the tree; ask for a proof in a tree that holds it."
        case .sizesOutOfOrder:
            "The older tree must have at least one leaf and no more than the newer one."
        case .invalidSubtree: "The leaves named are no subtree of the tree; check start, end and size."
        case .wrongLength:
            "The proof has a wrong number of hashes for these sizes; it was cut, extended or meant for others."
        case .malformedHash: "A hash of the proof does not have 32 bytes."
        case .rootMismatch:
            "The proof does not lead to the root given: the leaf, the proof or the root was altered."
        case .olderRootMismatch:
            "The proof does not lead to the older root given: the log's past was altered."
        }
    }
}

extension TreeProof {
    /// Throws what makes a proof of this kind impossible.
    func validate() throws(TreeProofError) {
        switch self {
        case .inclusion(let index, let size):
            guard index < size else { throw .indexOutOfRange }
        case .consistency(let old, let new):
            guard old > 0, old <= new else { throw .sizesOutOfOrder }
        case .subtreeInclusion(let index, let start, let end):
            try Self.validateSubtree(start: start, end: end)
            guard (start..<end).contains(index) else { throw .indexOutOfRange }
        case .subtreeConsistency(let start, let end, let size):
            try Self.validateSubtree(start: start, end: end)
            guard end <= size else { throw .invalidSubtree }
        }
    }

    private static func validateSubtree(start: UInt64, end: UInt64) throws(TreeProofError) {
        guard start <= end else { throw .invalidSubtree }
        if start == 0 || start == end { return }
        let count = end - start
        guard count <= 1 << 63 else { throw .invalidSubtree }
        let cover = count == 1 ? 1 : MerkleTree.largestPowerOfTwo(below: count) << 1
        guard start & (cover - 1) == 0 else { throw .invalidSubtree }
    }
}
