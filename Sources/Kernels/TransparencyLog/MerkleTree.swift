import Crypto

/// The Merkle tree of RFC 6962, clause 2.1, over SHA-256: hashing, and the shape of the tree.
public enum MerkleTree {
    /// The root of the tree without leaves: SHA-256 of nothing.
    public static let emptyRoot = LogHash(exactly: SHA256.hash(data: [UInt8]()))

    /// SHA-256(0x00 || entry).
    public static func leafHash(of entry: some Collection<UInt8>) -> LogHash {
        var message = [UInt8]()
        message.reserveCapacity(entry.count + 1)
        message.append(0)
        message.append(contentsOf: entry)
        return LogHash(exactly: SHA256.hash(data: message))
    }

    /// SHA-256(0x01 || left || right).
    public static func nodeHash(_ left: LogHash, _ right: LogHash) -> LogHash {
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * LogHash.byteCount, alignment: 8) { buffer in
            buffer[0] = 1
            left.write(to: buffer, at: 1)
            right.write(to: buffer, at: 1 + LogHash.byteCount)
            var hasher = SHA256()
            hasher.update(bufferPointer: UnsafeRawBufferPointer(buffer))
            return LogHash(exactly: hasher.finalize())
        }
    }

    /// The root of a tree given by its leaf hashes, by the recursive definition; O(n). For small trees and for
    /// checking.
    public static func root(ofLeaves leaves: some RandomAccessCollection<LogHash>) -> LogHash {
        guard let only = leaves.first else { return emptyRoot }
        if leaves.count == 1 { return only }
        let split = Int(largestPowerOfTwo(below: UInt64(leaves.count)))
        return nodeHash(root(ofLeaves: leaves.prefix(split)), root(ofLeaves: leaves.dropFirst(split)))
    }

    /// The largest power of two smaller than `n`, for n > 1: where RFC 6962 splits a tree.
    static func largestPowerOfTwo(below n: UInt64) -> UInt64 {
        1 << UInt64(63 - (n - 1).leadingZeroBitCount)
    }
}

/// Where a node stands whose subtree is complete: it covers the leaves `index << level ..< (index + 1) << level`.
///
/// Such a node never changes as the tree grows, so a store can keep it for good under these two numbers.
public struct TreePosition: Hashable, Comparable, Sendable {
    /// 0 for leaves; the root of 2^level leaves.
    public let level: Int
    /// Counted from the left among the nodes of its level.
    public let index: UInt64

    public init(level: Int, index: UInt64) {
        self.level = level
        self.index = index
    }

    public static func < (left: TreePosition, right: TreePosition) -> Bool {
        (left.level, left.index) < (right.level, right.index)
    }
}

/// A complete node and its hash: what a store keeps.
public struct CompleteNode: Hashable, Sendable {
    public let position: TreePosition
    public let hash: LogHash

    public init(position: TreePosition, hash: LogHash) {
        self.position = position
        self.hash = hash
    }
}
