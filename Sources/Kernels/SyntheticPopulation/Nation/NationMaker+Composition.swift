extension NationMaker {
    /// Who lives in the household: relationships, sexes, ages, days of birth.
    func compose(_ offset: Int, _ first: Int, _ batch: NationBatch) {
        let due = state.cells(row)
        let persons = SIMD16<Float>(repeating: Float(size))
        due[0] += tables.cells[row &* 2] * persons
        due[1] += tables.cells[row &* 2 &+ 1] * persons

        // Where hardly any women live, as among fishermen and soldiers, men live without them.
        let women = due[1].sum()
        let fewWomen = 1 / (1 - 0.25 * min(0, women - Float(size) / 2 + 2))
        let headSex = has(.femaleHead) && women > -6 ? 1 : 0
        let heads = size > 2 ? families.headWithChildren[headSex] : families.headWithout[headSex]
        let headGroup = pick(tables.cells[row &* 2 &+ headSex] * heads * easier(due[headSex]))
        let youngestMother = Int(choices.parameter(.youngestMother, milieu))
        let headAge = max(size > 2 ? youngestMother : 18, year(in: headGroup))
        add(0, MemberRole.head, headSex, headAge)
        var made = 1
        var motherAge = headAge
        if headSex == 0, size > 1 {
            let gap = Int(
                choices.parameter(.spouseAgeGap, milieu)
                    + choices.parameter(.spouseAgeSpread, milieu) * draws.normal() + 0.5)
            let wife = min(94, max(youngestMother, headAge - gap))
            if draws.chance(choices.parameter(size == 2 ? .coupleOfTwo : .coupleShare, milieu) * fewWomen) {
                add(1, MemberRole.spouse, 1, wife)
                made = 2
            }
            motherAge = wife
        }
        var taken: (low: UInt64, high: UInt64) = (0, 0)
        while made < size {
            addOther(made, headAge: headAge, motherAge: motherAge, &taken)
            made += 1
        }
        writeBirths(first, batch)
        let extended = size >= 6 && motherAge >= 44 && draws.chance(choices.parameter(.secondNucleus, milieu))
        batch.column(.familyNuclei)[offset] = extended ? 2 : 1
    }

    /// A factor above 1 for what is owed, below 1 for what there is too much of.
    @inline(__always)
    private func easier(_ owed: SIMD16<Float>) -> SIMD16<Float> {
        let one = SIMD16<Float>(repeating: 1)
        let half = owed * 0.5
        let above = one + half
        let below = one / (one - pointwiseMin(half, .zero))
        return below.replacing(with: above, where: owed .> 0)
    }

    @inline(__always)
    private func pick(_ weights: SIMD16<Float>) -> Int {
        var rest = draws.unit() * weights.sum()
        for group in 0..<16 {
            rest -= weights[group]
            if rest < 0 { return group }
        }
        return 8
    }

    /// A year of age; the open last group thins out over about fifteen years.
    @inline(__always)
    private func year(in group: Int) -> Int {
        guard group == 15 else { return group &* 5 &+ draws.below(5) }
        let (a, b) = (draws.below(12), draws.below(12))
        return 75 &+ min(a, b) &+ draws.below(5)
    }

    @inline(__always)
    private func add(_ member: Int, _ relationship: MemberRole, _ itsSex: Int, _ itsAge: Int) {
        age[member] = itsAge
        sex[member] = itsSex
        role[member] = relationship.rawValue
        state.cells(row)[itsSex][min(15, itsAge / 5)] -= 1
    }

    private func addOther(_ member: Int, headAge: Int, motherAge: Int, _ taken: inout (low: UInt64, high: UInt64)) {
        let base = milieu &* NationFamilies.ages
        let child = families.child[base &+ motherAge]
        let parent = families.parent[base &+ min(headAge, NationFamilies.ages - 1)]
        let sibling = families.sibling[base &+ min(headAge, NationFamilies.ages - 1)]
        let fit = child + parent + sibling + families.other[milieu]
        let due = state.cells(row)
        let men = tables.cells[row &* 2] * fit * easier(due[0])
        let women = tables.cells[row &* 2 &+ 1] * fit * easier(due[1])
        let (manly, all) = (men.sum(), men.sum() + women.sum())
        let itsSex = draws.unit() * all < manly ? 0 : 1
        let group = pick(itsSex == 0 ? men : women)
        var itsAge = year(in: group)
        var rest = draws.unit() * fit[group]
        rest -= child[group]
        if rest < 0 {
            let youngest = max(0, motherAge - Int(choices.parameter(.oldestMother, milieu)))
            let eldest = max(youngest, motherAge - Int(choices.parameter(.youngestMother, milieu)))
            itsAge = min(eldest, max(youngest, itsAge))
            itsAge = free(itsAge, youngest...eldest, &taken)
            return add(member, .child, itsSex, itsAge)
        }
        rest -= parent[group]
        if rest < 0 { return add(member, .parent, itsSex, min(98, max(headAge + 18, itsAge))) }
        rest -= sibling[group]
        add(member, rest < 0 ? .sibling : .other, itsSex, itsAge)
    }

    /// The nearest age that no brother or sister has; the same, a twin, where there is none near.
    @inline(__always)
    private func free(_ wanted: Int, _ range: ClosedRange<Int>, _ taken: inout (low: UInt64, high: UInt64)) -> Int {
        for distance in 0..<5 {
            for candidate in [wanted &+ distance, wanted &- distance] where range.contains(candidate) {
                let bit = UInt64(1) << UInt64(candidate & 63)
                if candidate < 64 {
                    if taken.low & bit != 0 { continue }
                    taken.low |= bit
                } else {
                    if taken.high & bit != 0 { continue }
                    taken.high |= bit
                }
                return candidate
            }
        }
        return wanted
    }

    private func writeBirths(_ first: Int, _ batch: NationBatch) {
        // Brothers and sisters of the next age are born near the same time of the year, so at least ten months apart.
        let season = draws.below(300)
        let yearOnly = choices.parameter(.yearOnly, milieu)
        for member in 0..<size {
            let isChild = role[member] == MemberRole.child.rawValue
            let days = isChild ? season &+ draws.below(60) : min(364, draws.twelveBits() &* 365 >> 12)
            var date = calendar.birthDate(age: age[member], daysBefore: days)
            if age[member] >= 60, draws.chance(yearOnly) {
                let whole = calendar.firstOfYear(date)
                date = whole.date
                age[member] = whole.age
            }
            batch.column(.relationship)[first &+ member] = role[member]
            batch.column(.sex)[first &+ member] = Int32(sex[member])
            batch.column(.birthDate)[first &+ member] = date
        }
    }
}

/// By place in `MemberColumn.relationships`.
enum MemberRole: Int32 { case head, spouse, child, parent, sibling, other }
