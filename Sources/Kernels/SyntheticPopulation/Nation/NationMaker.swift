import RealModule

/// Makes households one after the other; one maker a worker.
final class NationMaker: @unchecked Sendable {
    let tables: NationTables
    let choices: NationChoices
    let families: NationFamilies
    let state: NationState
    let calendar: NationCalendar
    let seed: UInt64

    // The household at hand.
    var row = 0
    var milieu = 0
    var size = 0
    var level: Float = 0
    var owed: UnsafeMutablePointer<Float>
    var draws: NationDraws
    let age: UnsafeMutablePointer<Int>
    let sex: UnsafeMutablePointer<Int>
    let role: UnsafeMutablePointer<Int32>
    /// A standard normal value a member that learning goes by.
    let talent: UnsafeMutablePointer<Float>
    let passed: UnsafeMutablePointer<Bool>

    init(_ nation: SyntheticNation, _ state: NationState, _ calendar: NationCalendar, seed: UInt64) {
        tables = nation.tables
        choices = nation.tables.choices
        families = nation.tables.families
        self.state = state
        self.calendar = calendar
        self.seed = seed
        owed = state.owed(0)
        draws = NationDraws(seed: seed, index: 0)
        age = .allocate(capacity: SyntheticNation.mostMembers)
        sex = .allocate(capacity: SyntheticNation.mostMembers)
        role = .allocate(capacity: SyntheticNation.mostMembers)
        talent = .allocate(capacity: SyntheticNation.mostMembers)
        passed = .allocate(capacity: NationTables.traits)
    }

    deinit {
        age.deallocate()
        sex.deallocate()
        role.deallocate()
        talent.deallocate()
        passed.deallocate()
    }

    /// Makes one household of a batch that was laid out.
    func make(_ offset: Int, _ batch: NationBatch) {
        row = Int(batch.rows[offset])
        milieu = tables.milieu[row]
        owed = state.owed(row)
        draws = NationDraws(seed: seed, index: batch.first &+ UInt64(truncatingIfNeeded: offset))
        let point = SyntheticNation.point(row, rank: batch.ranks[offset], seed).level
        level = NormalTable.shared.quantile((Double(point) + 0.5) * 0x1p-32)
        let first = Int(batch.firsts[offset])
        size = Int(batch.firsts[offset &+ 1]) &- first
        drawTraits()
        compose(offset, first, batch)
        learn(first, batch)
        work(first, batch)
        insure(first, batch)
        dwell(offset, first, batch)
        spend(offset, first, batch)
    }

    @inline(__always)
    func has(_ trait: NationTables.Trait) -> Bool { passed[trait.rawValue] }

    /// A normal value that correlates with the standard of living.
    @inline(__always)
    func latent(_ correlation: Float) -> Float {
        correlation * level + (1 - correlation * correlation).squareRoot() * draws.normal()
    }

    private func drawTraits() {
        let base = row &* NationTables.traits
        let layout = NationState.Layout.traits
        tables.traitShare.withUnsafeBufferPointer { shares in
            tables.traitBound.withUnsafeBufferPointer { bounds in
                for trait in 0..<NationTables.traits {
                    passed[trait] = Diffusion.passes(
                        latent(Self.correlations[trait]), bound: bounds[base &+ trait], owed: owed + layout + trait,
                        due: shares[base &+ trait], gain: Diffusion.household)
                }
            }
        }
    }

    private static let correlations = NationTables.Trait.allCases.map(\.correlation)
}
