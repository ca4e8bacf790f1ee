public import Quantities
import RealModule

/// A whole nation of households that nobody lives in, calibrated to the census commune by commune.
///
/// Household i is the same whatever number is asked for: its commune follows from seed and index (R. Weyl's sequence of
/// the golden ratio, so that communes fill evenly), its draws from seed and index, its place in the quasi-random sequences
/// of size and standard of living from the number of households of its commune before it; and what the census counts is
/// kept by error diffusion inside each commune: who is short of a share gets it a little more easily. So a nation is made
/// from its first household on, and marginals close in by 1/n instead of 1/√n.
public struct SyntheticNation: Sendable {
    public static let mostMembers = 16
    let tables: NationTables

    /// `areas` is the census's table of nation and regions, `consumption` one with the columns `key` and `value`; both CSV.
    ///
    /// Throws `SyntheticTableError`.
    public init(
        _ texts: SyntheticTables, areas: String, consumption: String,
        communes isIncluded: (String) -> Bool = { _ in true }
    ) throws(SyntheticTableError) {
        let table = try CSVTable(texts.census, name: "census")
        let demonstration = try DemonstrationTables(texts, census: table)
        let census = try CensusRows(
            table, further: demonstration.dwellings + ["population", "male", "owner"],
            areas: try CSVTable(areas, name: "census-areas"), where: isIncluded)
        tables = try NationTables(census, demonstration, try CSVTable(consumption, name: "consumption"))
    }

    /// The columns of households in a batch, in order.
    public var householdFields: [NationField] { HouseholdColumn.allCases.map { $0.field(self) } }

    /// The columns of members in a batch, in order.
    public var memberFields: [NationField] { MemberColumn.allCases.map(\.field) }

    /// The published mean and Gini coefficient that spending is calibrated to.
    public var consumption: (mean: Double, gini: Double) { (tables.consumption.mean, tables.consumption.gini) }

    /// A run over the households from the first on, declared on `asOf`.
    public func run(seed: UInt64, asOf: CivilDate, workers: Int = 1) -> NationRun {
        NationRun(self, seed: seed, asOf: asOf, workers: max(1, workers))
    }

    /// How many members the first `households` have.
    public func members(ofFirst households: Int, seed: UInt64) -> Int {
        var ranks = [UInt32](repeating: 0, count: tables.rows)
        var members = 0
        for index in 0..<UInt64(households) {
            let row = tables.row(at: Self.position(index, seed))
            members += size(row, rank: ranks[row], seed)
            ranks[row] &+= 1
        }
        return members
    }

    @inline(__always)
    static func position(_ index: UInt64, _ seed: UInt64) -> UInt64 {
        index &* 0x9E37_79B9_7F4A_7C15 &+ RandomStream.mixed(seed)
    }

    /// A point of the sequence of M. Roberts (2018) for two dimensions, shifted by commune and seed; 2^32 are 1.
    @inline(__always)
    static func point(_ row: Int, rank: UInt32, _ seed: UInt64) -> (size: UInt32, level: UInt32) {
        let shift = RandomStream.mixed(seed ^ UInt64(truncatingIfNeeded: row) &* 0xD134_2543_DE82_EF95)
        let rank = UInt64(rank)
        // 1/ρ and 1/ρ² of the plastic number, as shares of 2^64.
        let size = rank &* 0xC13F_A9A9_02A6_328F &+ shift
        let level = rank &* 0x91E1_0DA5_C79E_7B1D &+ (shift << 32 | shift >> 32)
        return (UInt32(truncatingIfNeeded: size >> 32), UInt32(truncatingIfNeeded: level >> 32))
    }

    @inline(__always)
    func size(_ row: Int, rank: UInt32, _ seed: UInt64) -> Int { size(row, at: Self.point(row, rank: rank, seed).size) }

    @inline(__always)
    func size(_ row: Int, at point: UInt32) -> Int {
        tables.sizes.withUnsafeBufferPointer { sizes in
            let base = row &* Self.mostMembers
            var size = 1
            while size < Self.mostMembers, sizes[base &+ size &- 1] <= point { size &+= 1 }
            return size
        }
    }
}
