/// Households in the order of what a person of them spends, in centimes a year.
///
/// Ranks are exact: households that spend the same stand in the order of the file.
struct ConsumptionRanking: @unchecked Sendable {
    let spending: UnsafeMutablePointer<Int32>
    let count: Int
    /// Steps of the histogram: values below 2^31 by their five leading binary digits and what follows.
    static let bins = 32 * 1024

    /// Everybody up to and including this household, by spending and place.
    struct Cut: Hashable, Sendable {
        let spending: Int32
        let household: Int

        /// Nobody at all.
        static let nobody = Cut(spending: -1, household: -1)

        @inline(__always)
        func contains(_ spending: Int32, _ household: Int) -> Bool {
            spending < self.spending || (spending == self.spending && household <= self.household)
        }
    }

    /// The step of an amount: ten bits behind the leading one, so that steps are about a thousandth wide.
    @inline(__always)
    static func bin(_ spending: Int32) -> Int {
        let value = UInt32(bitPattern: max(0, spending))
        guard value >= 1024 else { return Int(value) }
        let exponent = 31 &- value.leadingZeroBitCount
        return (exponent &- 9) &* 1024 &+ Int(value >> UInt32(truncatingIfNeeded: exponent &- 10)) &- 1024
    }

    /// The cut behind the `rank` poorest of those for whom `isIn` holds; `histogram` counts them by step.
    func cut(after rank: Int, _ histogram: [Int], isIn: (Int) -> Bool) -> Cut {
        guard rank > 0 else { return .nobody }
        var (bin, before) = (0, 0)
        while bin < histogram.count - 1, before + histogram[bin] < rank {
            before += histogram[bin]
            bin += 1
        }
        var found: [Cut] = []
        for household in 0..<count where Self.bin(spending[household]) == bin && isIn(household) {
            found.append(Cut(spending: spending[household], household: household))
        }
        found.sort { ($0.spending, $0.household) < ($1.spending, $1.household) }
        return found.isEmpty ? .nobody : found[min(found.count, rank - before) - 1]
    }
}
