/// All that is needed to append to a tree and to know its root: the roots of its largest complete subtrees.
///
/// One hash for each 1 in the binary form of `size`, at most 64. Appending costs two hashes on average, the root one
/// for each 1. The same thing as the "compact range" [0, size) of transparency-dev/merkle.
public struct Frontier: Hashable, Sendable {
    /// How many leaves the tree has.
    public private(set) var size: UInt64
    /// The complete subtrees from left to right, thus from the largest to the smallest.
    public private(set) var hashes: [LogHash]

    /// The tree without leaves.
    public init() {
        size = 0
        hashes = []
    }

    /// A stored frontier. Nil unless there is one hash for each 1 in the binary form of `size`.
    public init?(size: UInt64, hashes: [LogHash]) {
        guard hashes.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.hashes = hashes
    }

    /// The frontier of a tree of `size` leaves whose complete nodes a store keeps; rethrows what `node` throws.
    public init<Failure: Error>(
        size: UInt64, node: (TreePosition) throws(Failure) -> LogHash
    ) throws(Failure) {
        self.size = size
        hashes = []
        for position in Self.positions(size: size) { hashes.append(try node(position)) }
    }

    /// Where the complete subtrees of a tree of `size` leaves have their roots, from left to right.
    public static func positions(size: UInt64) -> [TreePosition] {
        var positions: [TreePosition] = []
        var begin: UInt64 = 0
        for level in stride(from: 63, through: 0, by: -1) where size & (1 << UInt64(level)) != 0 {
            positions.append(TreePosition(level: level, index: begin >> UInt64(level)))
            begin += 1 << UInt64(level)
        }
        return positions
    }

    /// Appends a leaf, and hands over each node that is complete from now on: the leaf first, then its ancestors
    /// upwards.
    public mutating func append<Failure: Error>(
        leafHash: LogHash, completed: (CompleteNode) throws(Failure) -> Void
    ) throws(Failure) {
        var hash = leafHash
        var level = 0
        var index = size
        try completed(CompleteNode(position: TreePosition(level: 0, index: index), hash: hash))
        // Each trailing 1 of the size is a complete subtree waiting for its right neighbour, which this leaf completes.
        var kept = hashes.count
        while index & 1 == 1 {
            kept -= 1
            hash = MerkleTree.nodeHash(hashes[kept], hash)
            level += 1
            index >>= 1
            try completed(CompleteNode(position: TreePosition(level: level, index: index), hash: hash))
        }
        hashes.removeSubrange(kept...)
        hashes.append(hash)
        size += 1
    }

    /// Appends a leaf; returns the nodes that are complete from now on, the leaf first, then its ancestors upwards.
    @discardableResult
    public mutating func append(leafHash: LogHash) -> [CompleteNode] {
        var nodes: [CompleteNode] = []
        append(leafHash: leafHash) { nodes.append($0) }
        return nodes
    }

    /// The root of the tree; `MerkleTree.emptyRoot` without leaves.
    public var root: LogHash {
        guard var root = hashes.last else { return MerkleTree.emptyRoot }
        for hash in hashes.dropLast().reversed() { root = MerkleTree.nodeHash(hash, root) }
        return root
    }
}
