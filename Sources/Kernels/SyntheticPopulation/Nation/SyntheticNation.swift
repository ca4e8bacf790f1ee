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

    /// `consumption` is CSV with the columns `key` and `value`. Throws `SyntheticTableError`.
    public init(
        _ texts: SyntheticTables, consumption: String, communes isIncluded: (String) -> Bool = { _ in true }
    ) throws(SyntheticTableError) {
        let table = try CSVTable(texts.census, name: "census")
        let demonstration = try DemonstrationTables(texts, census: table)
        let census = try CensusRows(
            table, further: demonstration.dwellings + ["population", "male", "owner"], where: isIncluded)
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

/// The state of a nation in the making: what each commune has so far.
///
/// `begin` lays out the next households of a batch, then `fill` is called once for each worker, at the same time or one
/// after the other: a worker owns the communes of its number, so that the result is the same for any number of them.
public final class NationRun: @unchecked Sendable {
    public let nation: SyntheticNation
    public let seed: UInt64
    public let asOf: CivilDate
    public let workers: Int
    private var next: UInt64 = 0
    private let ranks: UnsafeMutablePointer<UInt32>
    private let owner: [UInt8]
    let makers: [NationMaker]

    init(_ nation: SyntheticNation, seed: UInt64, asOf: CivilDate, workers: Int) {
        self.nation = nation
        self.seed = seed
        self.asOf = asOf
        self.workers = workers
        let rows = nation.tables.rows
        ranks = .allocate(capacity: rows)
        ranks.initialize(repeating: 0, count: rows)
        var load = [Double](repeating: 0, count: workers)
        var owner = [UInt8](repeating: 0, count: rows)
        for row in (0..<rows).sorted(by: { nation.tables.census.households($0) > nation.tables.census.households($1) }) {
            let least = load.indices.min { load[$0] < load[$1] } ?? 0
            owner[row] = UInt8(truncatingIfNeeded: least)
            load[least] += nation.tables.census.households(row)
        }
        self.owner = owner
        let state = NationState(rows: rows)
        let calendar = NationCalendar(asOf)
        makers = (0..<workers).map { _ in NationMaker(nation, state, calendar, seed: seed) }
    }

    deinit { ranks.deallocate() }

    /// Lays out the next `count` households: communes, sizes and places of members.
    public func begin(_ batch: NationBatch, count: Int) {
        precondition(count <= NationBatch.capacity)
        batch.first = next
        batch.count = count
        var members: Int32 = 0
        batch.firsts[0] = 0
        for offset in 0..<count {
            let index = next &+ UInt64(truncatingIfNeeded: offset)
            let row = nation.tables.row(at: SyntheticNation.position(index, seed))
            let rank = ranks[row]
            ranks[row] = rank &+ 1
            batch.rows[offset] = Int32(truncatingIfNeeded: row)
            batch.ranks[offset] = rank
            members &+= Int32(truncatingIfNeeded: nation.size(row, rank: rank, seed))
            batch.firsts[offset &+ 1] = members
        }
        batch.members = Int(members)
        next &+= UInt64(count)
    }

    /// Makes the batch's households in the communes of one worker.
    public func fill(_ batch: NationBatch, worker: Int) {
        let maker = makers[worker]
        for offset in 0..<batch.count where owner[Int(batch.rows[offset])] == UInt8(truncatingIfNeeded: worker) {
            maker.make(offset, batch)
        }
    }
}

/// Days on which somebody was born who has an age on a day.
struct NationCalendar: Sendable {
    let packedDate: Int32
    private let year: Int32
    /// Month × 100 + day, and years back, by days before the anniversary.
    private let days: [(monthDay: Int32, back: Int32)]

    init(_ asOf: CivilDate) {
        year = Int32(asOf.year)
        packedDate = Int32(asOf.year * 10_000 + asOf.month * 100 + asOf.day)
        let lengths: [Int32] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var (month, day, back) = (Int32(asOf.month), min(Int32(asOf.day), lengths[asOf.month - 1]), Int32(0))
        var days: [(monthDay: Int32, back: Int32)] = []
        for _ in 0..<365 {
            days.append((month * 100 + day, back))
            day -= 1
            if day == 0 {
                month -= 1
                if month == 0 { (month, back) = (12, back + 1) }
                day = lengths[Int(month) - 1]
            }
        }
        self.days = days
    }

    @inline(__always)
    func birthDate(age: Int, daysBefore: Int) -> Int32 {
        let day = days[daysBefore]
        return (year &- Int32(truncatingIfNeeded: age) &- day.back) &* 10_000 &+ day.monthDay
    }

    /// 1 January of the same year, and the age that makes.
    @inline(__always)
    func firstOfYear(_ birthDate: Int32) -> (date: Int32, age: Int) {
        let born = birthDate / 10_000
        return (born &* 10_000 &+ 101, Int(year &- born))
    }
}
