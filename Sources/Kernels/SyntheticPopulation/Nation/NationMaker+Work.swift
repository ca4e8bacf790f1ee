extension NationMaker {
    private static let working: Int32 = 0
    private static let unemployed: Int32 = 1
    private static let student: Int32 = 2
    private static let home: Int32 = 3
    private static let retired: Int32 = 4
    private static let inactive: Int32 = 5

    /// Activity, status in employment and occupation of each member.
    func work(_ first: Int, _ batch: NationBatch) {
        let (activities, occupations) = (batch.column(.activity) + first, batch.column(.occupation) + first)
        let (statuses, publicPay) = (batch.column(.employmentStatus) + first, batch.column(.publicPay) + first)
        let (pensions, incomes) = (batch.column(.pension) + first, batch.column(.regularIncome) + first)
        let (schools, levels) = (batch.column(.school) + first, batch.column(.educationLevel) + first)
        let disabilities = batch.column(.severeDisability) + first
        for member in 0..<size {
            let (years, itsSex) = (age[member], sex[member])
            let disabled = draws.chance(tables.disabilityShare[row])
            disabilities[member] = disabled ? 1 : 0
            let activity = self.activity(years, itsSex, pupil: schools[member] != 0, disabled: disabled)
            activities[member] = activity
            occupations[member] = -1
            statuses[member] = -1
            publicPay[member] = 0
            pensions[member] = 0
            incomes[member] = 0
            if activity == Self.working {
                let status = employment(isHead: member == 0, literate: batch.column(.literate)[first &+ member] != 0)
                publicPay[member] = status == 2 ? 1 : 0
                statuses[member] = status < 2 ? status : status == 4 ? 3 : 2
                let draw = (milieu &* 4 &+ Int(statuses[member])) &* 4 &+ Int(levels[member])
                occupations[member] = choices.occupation[draw].value(at: draws.unit())
            } else if activity == Self.retired {
                pensions[member] = draws.chance(choices.parameter(.pensionOfRetired, milieu)) ? 1 : 0
            }
            if years >= 30, latent(0.45) > Self.bound(of: choices.parameter(.regularIncome, milieu)) {
                incomes[member] = 1
            }
        }
    }

    @inline(__always)
    private static func bound(of share: Float) -> Float { NormalTable.shared.quantile(1 - Double(share)) }

    @inline(__always)
    private func activity(_ years: Int, _ itsSex: Int, pupil: Bool, disabled: Bool) -> Int32 {
        guard years >= 15 else { return pupil ? Self.student : Self.inactive }
        let place = row &* 2 &+ itsSex
        let bound = tables.activeBound[place &* NationTables.ageGroups &+ min(15, years / 5)]
        let debt = owed + NationState.Layout.active + itsSex
        let active = Diffusion.passes(
            pupil || disabled ? -20 : draws.normal(), bound: bound, owed: debt, due: tables.activeShare[place],
            gain: pupil || disabled ? 0 : Diffusion.person)
        if active {
            // The young and the poor look for work more often.
            let search = -latent(0.3) + (years < 30 ? 0.5 : -0.2)
            return Diffusion.passes(
                search, bound: tables.unemployedBound[place], owed: owed + NationState.Layout.unemployed + itsSex,
                due: tables.unemployedShare[place], gain: Diffusion.rare) ? Self.unemployed : Self.working
        }
        if pupil { return Self.student }
        if years >= 60, draws.chance(choices.parameter(itsSex == 0 ? .retiredMen : .retiredWomen, milieu)) {
            return Self.retired
        }
        return itsSex == 0 ? Self.inactive : Self.home
    }

    /// A place in the census's list: employer, self-employed, public, private, family worker, the rest.
    @inline(__always)
    private func employment(isHead: Bool, literate: Bool) -> Int32 {
        let base = row &* NationTables.employments
        let debts = owed + NationState.Layout.employment
        var weights = SIMD8<Float>(repeating: 0)
        for kind in 0..<NationTables.employments {
            let share = tables.employmentShare[base &+ kind]
            weights[kind] = max(0, share + 0.3 * debts[kind])
            debts[kind] += share
        }
        if isHead { weights[4] = 0 }
        if !literate { weights[2] = 0 }
        var rest = draws.unit() * weights.sum()
        var kind = 0
        while kind < NationTables.employments - 1 {
            rest -= weights[kind]
            if rest < 0 { break }
            kind &+= 1
        }
        debts[kind] = max(-Diffusion.most, min(Diffusion.most, debts[kind] - 1))
        return Int32(truncatingIfNeeded: kind)
    }

    /// Health cover, family allowance and whose father died.
    func insure(_ first: Int, _ batch: NationBatch) {
        let covers = batch.column(.healthCover) + first
        let (activities, statuses) = (batch.column(.activity) + first, batch.column(.employmentStatus) + first)
        let (publicPay, pensions) = (batch.column(.publicPay) + first, batch.column(.pension) + first)
        let (allowances, fathers) = (batch.column(.familyAllowance) + first, batch.column(.fatherDeceased) + first)
        @inline(__always) func earner(_ member: Int) -> Int {
            publicPay[member] != 0 || pensions[member] != 0 ? 0 : statuses[member] == 2 ? 1 : level < -0.3 ? 2 : 3
        }
        let hasSpouse = size > 1 && role[1] == MemberRole.spouse.rawValue
        var household = earner(0)
        if hasSpouse { household = min(household, earner(1)) }
        let shared = choices.cover[milieu &* 4 &+ household].value(at: draws.unit())
        let widowed = sex[0] == 1 && !hasSpouse
        var hasChildren = false
        for member in 0..<size {
            let isChild = role[member] == MemberRole.child.rawValue
            let onOwn = activities[member] == Self.working && role[member] > MemberRole.spouse.rawValue
            covers[member] =
                onOwn ? choices.cover[milieu &* 4 &+ earner(member)].value(at: draws.unit()) : shared
            allowances[member] = 0
            fathers[member] = 0
            if isChild {
                if age[member] <= 20 { hasChildren = true }
                let key: NationChoices.Key = widowed ? .fatherDeceasedWidow : .fatherDeceasedOther
                fathers[member] = draws.chance(choices.parameter(key, milieu)) ? 1 : 0
            }
        }
        if hasChildren, covers[0] == 2, statuses[0] == 2,
            publicPay[0] != 0 || draws.chance(choices.parameter(.familyAllowance, milieu))
        {
            allowances[0] = 1
        }
    }
}
