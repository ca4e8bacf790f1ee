/// A part of a gallery: shard `number` of `count`, counted from 1.
///
/// An enrolment belongs to the shard that its order number falls to by turns, so that every shard knows from the order
/// numbers alone which enrolments are its own.
public struct Shard: Sendable, Hashable, CustomStringConvertible {
    public let number: Int
    public let count: Int

    /// Throws `GalleryError.shard` unless `1 <= number <= count`.
    public init(_ number: Int, of count: Int) throws(GalleryError) {
        guard count >= 1, (1...count).contains(number) else {
            throw GalleryError(.shard, "shard", "give a number from 1 to the number of shards, as in 2/8")
        }
        (self.number, self.count) = (number, count)
    }

    /// Reads `2/8`. Throws `GalleryError.shard`.
    public init(_ text: String) throws(GalleryError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let number = parts[0], let count = parts[1] else {
            throw GalleryError(.shard, "shard", "give number and count, as in 2/8")
        }
        try self.init(number, of: count)
    }

    /// Everything in one part.
    public static var whole: Shard { Shard(whole: ()) }

    private init(whole: Void) { (number, count) = (1, 1) }

    public func holds(_ order: UInt64) -> Bool { order > 0 && (order - 1) % UInt64(count) == UInt64(number - 1) }

    public var description: String { "\(number)/\(count)" }
}

/// What one shard answered a probe.
public struct ShardAnswer: Sendable, Equatable {
    public let shard: Shard
    /// Every enrolment and removal up to this order number was taken in before the search began.
    public let lastOrder: UInt64
    public let tally: SearchTally

    public init(shard: Shard, lastOrder: UInt64, tally: SearchTally) {
        (self.shard, self.lastOrder, self.tally) = (shard, lastOrder, tally)
    }
}
