extension NationMaker {
    /// School, reading, education and diploma of each member.
    func learn(_ first: Int, _ batch: NationBatch) {
        let (schools, levels) = (batch.column(.school) + first, batch.column(.educationLevel) + first)
        let (literates, diplomas) = (batch.column(.literate) + first, batch.column(.diploma) + first)
        let privately: Int32 = has(.privateSchool) ? 2 : 1
        for member in 0..<size {
            let (years, itsSex) = (age[member], sex[member])
            let group = min(15, years / 5)
            let gift = latent(0.5)
            talent[member] = gift
            let enrolled = isEnrolled(years)
            schools[member] = enrolled ? (years < 19 ? privately : 1) : 0
            let literate = isLiterate(years, itsSex, group, enrolled: enrolled, gift)
            literates[member] = literate ? 1 : 0
            let level = education(years, itsSex, group, enrolled: enrolled, literate: literate, gift)
            levels[member] = level
            diplomas[member] =
                years < 15 ? 0 : choices.diploma[milieu &* 4 &+ Int(level)].value(at: draws.unit())
        }
    }

    @inline(__always)
    private func isEnrolled(_ years: Int) -> Bool {
        guard years >= 6, years < 30 else { return false }
        let base = row &* NationTables.enrolGroups
        if years < 12 {
            return Diffusion.passes(
                latent(0.3), bound: tables.enrolBound[base], owed: owed + NationState.Layout.school,
                due: tables.schoolShare[row], gain: Diffusion.rare)
        }
        return latent(0.3) > tables.enrolBound[base &+ (years < 15 ? 1 : years / 5 &- 1)]
    }

    @inline(__always)
    private func isLiterate(_ years: Int, _ itsSex: Int, _ group: Int, enrolled: Bool, _ gift: Float) -> Bool {
        let bound = tables.literateBound[(row &* 2 &+ itsSex) &* NationTables.ageGroups &+ group]
        guard years >= 15 else {
            if enrolled { return years >= 7 }
            return years >= 10 && gift > bound
        }
        let debt = owed + NationState.Layout.literate + itsSex
        let due = 1 - tables.illiterateShare[row &* 2 &+ itsSex]
        return Diffusion.passes(
            enrolled ? 20 : gift, bound: bound, owed: debt, due: due, gain: enrolled ? 0 : Diffusion.person)
    }

    /// A place in `MemberColumn.educations`.
    @inline(__always)
    private func education(
        _ years: Int, _ itsSex: Int, _ group: Int, enrolled: Bool, literate: Bool, _ gift: Float
    ) -> Int32 {
        let base = (row &* 2 &+ itsSex) &* 3
        let debts = owed + NationState.Layout.education + itsSex &* 3
        var known: Int32 = -1
        // At 15 to 18 some pupils are still in lower secondary school, which counts as basic.
        let isYouth = enrolled && years >= 15 && years < 19
        if years < 6 { known = 0 } else if enrolled, !isYouth { known = years < 15 ? 1 : 3 }
        if years < 15, !enrolled, !literate { known = 0 }
        var level: Int32 = 0
        for step in 0..<3 {
            let debt = debts[step] + tables.educationShare[base &+ step]
            var passes = known > Int32(truncatingIfNeeded: step)
            if known < 0, level == step {
                var bound = tables.educationBound[base &+ step] + tables.educationShift[step &* 16 &+ group]
                // Who cannot read may have been to school all the same, but not for long.
                if !literate { bound += 1.5 }
                let possible = step == 0 || (literate && years >= (step == 2 ? 21 : isYouth ? 15 : 17))
                passes = possible && ((isYouth && step == 0) || gift > bound - Diffusion.person * debts[step])
            }
            if passes { level = Int32(truncatingIfNeeded: step &+ 1) }
            debts[step] = min(Diffusion.most, max(-Diffusion.most, passes ? debt - 1 : debt))
        }
        return level
    }
}
