/// What each census row is short of, in households or persons; the memory of the error diffusion.
///
/// A row is touched by one worker only.
final class NationState: @unchecked Sendable {
    struct Layout {
        static let traits = 0
        static let dwelling = traits + NationTables.traits
        static let rooms = dwelling + 8
        static let literate = rooms + 1
        static let active = literate + 2
        static let unemployed = active + 2
        static let school = unemployed + 2
        static let education = school + 1
        static let employment = education + 6
        static let count = employment + NationTables.employments
    }

    private let owed: UnsafeMutablePointer<Float>
    private let cells: UnsafeMutablePointer<SIMD16<Float>>

    init(rows: Int) {
        owed = .allocate(capacity: rows * Layout.count)
        owed.initialize(repeating: 0, count: rows * Layout.count)
        cells = .allocate(capacity: rows * 2)
        cells.initialize(repeating: .zero, count: rows * 2)
    }

    deinit {
        owed.deallocate()
        cells.deallocate()
    }

    @inline(__always)
    func owed(_ row: Int) -> UnsafeMutablePointer<Float> { owed + row &* Layout.count }

    /// Persons owed by age group: men, then women.
    @inline(__always)
    func cells(_ row: Int) -> UnsafeMutablePointer<SIMD16<Float>> { cells + row &* 2 }
}

/// Keeps one share: adds what is due, takes what was given.
struct Diffusion {
    /// How far the bound moves, in standard deviations, for each household or person owed.
    static let household: Float = 0.25
    static let person: Float = 0.25
    /// For what concerns few persons of a commune, so that one more or less shows.
    static let rare: Float = 1
    /// A share that the other facts make impossible is owed no more than this.
    static let most: Float = 16

    @inline(__always)
    static func passes(
        _ latent: Float, bound: Float, owed: UnsafeMutablePointer<Float>, due: Float, gain: Float
    ) -> Bool {
        // By what was owed before this one: with its own share added, communes with few would get too many.
        let passes = latent > bound - gain * owed.pointee
        let debt = owed.pointee + due
        owed.pointee = min(most, max(-most, passes ? debt - 1 : debt))
        return passes
    }
}
