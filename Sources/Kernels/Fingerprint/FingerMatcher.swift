import CKernels

/// Compares two templates.
///
/// Holds the working memory of comparisons, so one matcher serves one thread. Cost: about twenty microseconds for two
/// templates of forty minutiae.
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
    var pairProbe: [Int32]
    var pairCandidate: [Int32]
    var pairLikeness: [Float]
    var pairCount = 0

    public init() {
        let limit = FingerTemplate.limit
        likeness = .allocate(capacity: limit * limit)
        agreement = .allocate(capacity: Self.pairLimit * Self.pairLimit)
        pairColumns = .allocate(capacity: 6 * Self.pairLimit)
        pairColumns.initialize(repeating: 0, count: 6 * Self.pairLimit)
        support = .allocate(capacity: Self.pairLimit)
        tolerance = .allocate(capacity: 6)
        for (index, value) in MatcherConstants.agreement.enumerated() { (tolerance + index).initialize(to: value) }
        pairProbe = Array(repeating: 0, count: Self.pairLimit)
        pairCandidate = pairProbe
        pairLikeness = Array(repeating: 0, count: Self.pairLimit)
    }

    deinit {
        likeness.deallocate()
        agreement.deallocate()
        pairColumns.deallocate()
        support.deallocate()
        tolerance.deallocate()
    }
}

enum MatcherConstants {
    /// Length, length per pixel, sideways, sideways per pixel, least cosine of two turns, least distance.
    nonisolated(unsafe) static var agreement: [Float] = [9, 0.06, 9, 0.16, 0.8, 8]
    nonisolated(unsafe) static var join: Float = 0.4
    nonisolated(unsafe) static var reach: Float = 14
    nonisolated(unsafe) static var reachTurn: Float = 0.87
    nonisolated(unsafe) static var localPull: Float = 60
}
