import CKernels

/// Compares two templates.
///
/// Holds the working memory of comparisons, so one matcher serves one thread. Cost: twenty to thirty microseconds for
/// two templates of forty minutiae.
public final class FingerMatcher {
    /// A minutia of the probe and the minutia of the candidate that it is held to be, by index.
    public struct Pair: Hashable, Sendable {
        public let probe: Int
        public let candidate: Int
    }

    static let pairLimit = 64
    static let seeds = 3

    let likeness: UnsafeMutablePointer<UInt8>
    let agreement: UnsafeMutablePointer<Float>
    let pairColumns: UnsafeMutablePointer<Float>
    let support: UnsafeMutablePointer<Float>
    let tolerance: UnsafeMutablePointer<Float>
    let places: UnsafeMutablePointer<Int32>
    let pairProbe: UnsafeMutablePointer<Int32>
    let pairCandidate: UnsafeMutablePointer<Int32>
    let pairLikeness: UnsafeMutablePointer<Float>
    /// Of the set being grown and of the strongest so far: indices into the pairs.
    var members: UnsafeMutablePointer<Int32>
    var bestMembers: UnsafeMutablePointer<Int32>
    /// Columns of moved minutiae: x, y, how far outside the other's outline, and room for one more.
    let moved: UnsafeMutablePointer<Float>
    /// Rows of four of the set's members: place and what the movement leaves over.
    let residuals: UnsafeMutablePointer<Float>
    /// Places of minutiae that lie near each other, as `i * stride + j`.
    let nearPlaces: UnsafeMutablePointer<Int32>
    var found: [Meeting] = []
    var finalPairs: [Pair] = []
    var pairCount = 0
    var likenessRows = 0
    var likenessColumns = 0

    public init() {
        let limit = FingerTemplate.limit
        likeness = .allocate(capacity: limit * limit)
        agreement = .allocate(capacity: Self.pairLimit * Self.pairLimit)
        pairColumns = .allocate(capacity: 6 * Self.pairLimit)
        pairColumns.initialize(repeating: 0, count: 6 * Self.pairLimit)
        support = .allocate(capacity: Self.pairLimit)
        tolerance = .allocate(capacity: 6)
        for (index, value) in MatcherConstants.agreement.enumerated() { (tolerance + index).initialize(to: value) }
        places = .allocate(capacity: Self.pairLimit)
        pairProbe = .allocate(capacity: Self.pairLimit)
        pairProbe.initialize(repeating: 0, count: Self.pairLimit)
        pairCandidate = .allocate(capacity: Self.pairLimit)
        pairCandidate.initialize(repeating: 0, count: Self.pairLimit)
        pairLikeness = .allocate(capacity: Self.pairLimit)
        members = .allocate(capacity: Self.pairLimit)
        bestMembers = .allocate(capacity: Self.pairLimit)
        moved = .allocate(capacity: 4 * limit)
        residuals = .allocate(capacity: 4 * Self.pairLimit)
        nearPlaces = .allocate(capacity: limit * limit)
    }

    deinit {
        likeness.deallocate()
        agreement.deallocate()
        pairColumns.deallocate()
        support.deallocate()
        tolerance.deallocate()
        places.deallocate()
        pairProbe.deallocate()
        pairCandidate.deallocate()
        pairLikeness.deallocate()
        members.deallocate()
        bestMembers.deallocate()
        moved.deallocate()
        residuals.deallocate()
        nearPlaces.deallocate()
    }
}

/// Tolerances, found by search over the tuning fingers' pairs; pixels at 500 dots an inch.
enum MatcherConstants {
    /// Length, length per pixel, sideways, sideways per pixel, least cosine of two turns, least distance.
    static let agreement: [Float] = [11, 0.06, 9, 0.1, 0.6, 5]
    /// Part of the agreement with up to six members that a pair needs to join them.
    static let join: Float = 0.25
    /// Furthest that two minutiae lie apart when one is moved onto the other.
    static let reach: Float = 17
    /// So far outside the other's outline a minutia still counts as within it; beyond the second it meets no other.
    static let within: Float = 8
    static let beyond: Float = 24
    /// Least cosine of their directions then.
    static let reachTurn: Float = 0.8
    /// Distance over which a stretched finger pulls its neighbourhood along.
    static let localPull: Float = 50
}
