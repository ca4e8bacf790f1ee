import RealModule

/// What was made, counted by census row from the columns of batches.
public final class CensusTally: @unchecked Sendable {
    enum Count: Int, CaseIterable {
        case households, persons, rooms, bathroom, electricity, runningWater, cookingGas, owner
        case aged6to11, enrolled6to11, employed, employer, selfEmployed, publicSector, privateSector, familyWorker
        case kinds0, kinds1, kinds2, kinds3, kinds4, kinds5, kinds6, kinds7
    }

    /// Counted for men, then for women.
    enum SexCount: Int, CaseIterable {
        case persons, adults, illiterate, active, unemployed, noSchooling, basic, secondary, higher
    }

    static let perSex = SexCount.allCases.count + NationTables.ageGroups
    static let width = Count.allCases.count + 2 * perSex

    let nation: SyntheticNation
    private let asOf: Int32
    private let counts: UnsafeMutablePointer<UInt32>
    /// The census's kind of each type of dwelling.
    private let kindOfType: [Int]
    /// Spending of persons: their number, the sum, the sum of the logarithms' squares, by steps of the logarithm.
    let spending: SpendingTally

    public init(_ run: NationRun) {
        nation = run.nation
        asOf = NationCalendar(run.asOf).packedDate
        let size = nation.tables.rows * Self.width
        counts = .allocate(capacity: size)
        counts.initialize(repeating: 0, count: size)
        let tables = nation.tables
        kindOfType = tables.dwellingTypes.indices.map { type in
            tables.dwellingKinds.indices.first { tables.choices.dwelling[$0].values.contains(Int32(type)) } ?? 0
        }
        spending = SpendingTally()
    }

    deinit { counts.deallocate() }

    func count(_ row: Int, _ count: Count) -> Int { Int(counts[row * Self.width + count.rawValue]) }

    func kind(_ row: Int, _ kind: Int) -> Int { Int(counts[row * Self.width + Count.kinds0.rawValue + kind]) }

    func count(_ row: Int, sex: Int, _ count: SexCount) -> Int {
        Int(counts[row * Self.width + Count.allCases.count + sex * Self.perSex + count.rawValue])
    }

    func aged(_ row: Int, sex: Int, _ group: Int) -> Int {
        Int(counts[row * Self.width + Count.allCases.count + sex * Self.perSex + SexCount.allCases.count + group])
    }

    /// Counts the households of a batch in the communes of one worker of `run`; call it once for each.
    public func add(_ batch: NationBatch, _ run: NationRun, worker: Int) {
        for offset in 0..<batch.count where run.owner[Int(batch.rows[offset])] == UInt8(truncatingIfNeeded: worker) {
            add(offset, batch)
        }
    }

    /// Adds the spending of a batch's persons; by one worker only.
    public func addSpending(_ batch: NationBatch) { spending.add(batch) }

    private func add(_ offset: Int, _ batch: NationBatch) {
        let base = counts + Int(batch.rows[offset]) &* Self.width
        @inline(__always) func add(_ count: Count, _ value: Int32) {
            base[count.rawValue] &+= UInt32(truncatingIfNeeded: value)
        }
        let (first, end) = (Int(batch.firsts[offset]), Int(batch.firsts[offset &+ 1]))
        add(.households, 1)
        add(.persons, Int32(end - first))
        add(.rooms, batch.column(.rooms)[offset])
        add(.bathroom, batch.column(.bathroom)[offset])
        add(.electricity, batch.column(.electricity)[offset])
        add(.runningWater, batch.column(.runningWater)[offset])
        add(.cookingGas, batch.column(.cookingGas)[offset])
        add(.owner, batch.column(.owner)[offset])
        base[Count.kinds0.rawValue + kindOfType[Int(batch.column(.dwelling)[offset])]] &+= 1
        for member in first..<end { addMember(member, batch, base) }
    }

    private func addMember(_ member: Int, _ batch: NationBatch, _ base: UnsafeMutablePointer<UInt32>) {
        let age = Int((asOf &- batch.column(.birthDate)[member]) / 10_000)
        let sex = Int(batch.column(.sex)[member])
        let own = base + Count.allCases.count + sex &* Self.perSex
        own[SexCount.persons.rawValue] &+= 1
        own[SexCount.allCases.count + min(15, age / 5)] &+= 1
        own[SexCount.noSchooling.rawValue + Int(batch.column(.educationLevel)[member])] &+= 1
        if age >= 6, age < 12 {
            base[Count.aged6to11.rawValue] &+= 1
            if batch.column(.school)[member] != 0 { base[Count.enrolled6to11.rawValue] &+= 1 }
        }
        guard age >= 15 else { return }
        own[SexCount.adults.rawValue] &+= 1
        if batch.column(.literate)[member] == 0 { own[SexCount.illiterate.rawValue] &+= 1 }
        let activity = batch.column(.activity)[member]
        guard activity < 2 else { return }
        own[SexCount.active.rawValue] &+= 1
        if activity == 1 { own[SexCount.unemployed.rawValue] &+= 1 }
        guard activity == 0 else { return }
        base[Count.employed.rawValue] &+= 1
        let status = batch.column(.employmentStatus)[member]
        let count: Count =
            switch status {
            case 0: .employer
            case 1: .selfEmployed
            case 3: .familyWorker
            default: batch.column(.publicPay)[member] != 0 ? .publicSector : .privateSector
            }
        base[count.rawValue] &+= 1
    }
}

/// Persons by what they spend a year, in steps of a thousandth of the logarithm.
final class SpendingTally: @unchecked Sendable {
    private static let bins = 25_000
    private var persons = [UInt64](repeating: 0, count: bins)
    private var total = 0.0

    func add(_ batch: NationBatch) {
        let column = batch.column(.spendingPerPerson)
        for offset in 0..<batch.count {
            let size = UInt64(truncatingIfNeeded: batch.firsts[offset &+ 1] &- batch.firsts[offset])
            let spending = Double(column[offset]) / 100
            total += spending * Double(size)
            let bin = spending < 1 ? 0 : Int(Double.log(spending) * 1000)
            persons[min(Self.bins - 1, max(0, bin))] += size
        }
    }

    /// Mean, Gini coefficient, and the greatest distance from the log-normal distribution function (Kolmogorov).
    func summary(middle: Double, spread: Double) -> (mean: Double, gini: Double, distance: Double) {
        let all = Double(persons.reduce(0, +))
        guard all > 0 else { return (0, 0, 0) }
        var (before, spent, area, distance) = (0.0, 0.0, 0.0, 0.0)
        var whole = 0.0
        for bin in 0..<Self.bins { whole += Double(persons[bin]) * Double.exp((Double(bin) + 0.5) / 1000) }
        for bin in 0..<Self.bins where persons[bin] > 0 {
            let share = Double(persons[bin]) / all
            let part = Double(persons[bin]) * Double.exp((Double(bin) + 0.5) / 1000) / whole
            area += share * (2 * spent + part)
            spent += part
            before += share
            let expected = NormalTable.share(below: ((Double(bin) + 1) / 1000 - middle) / spread)
            distance = max(distance, (before - expected).magnitude)
        }
        return (total / all, 1 - area, distance)
    }
}
