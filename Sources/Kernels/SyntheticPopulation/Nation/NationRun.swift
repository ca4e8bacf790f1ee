public import Quantities

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
    let owner: [UInt8]
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
        for row in (0..<rows).sorted(by: { nation.tables.census.households($0) > nation.tables.census.households($1) })
        {
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
        precondition(count <= batch.capacity)
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
