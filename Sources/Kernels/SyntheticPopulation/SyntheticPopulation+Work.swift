extension SyntheticPopulation {
    /// Activity, status in employment and occupation of each member of 15 and over.
    func employ(_ draft: inout HouseholdDraft) {
        var stream = draft.stream(.work)
        for index in draft.members.indices {
            var member = draft.members[index]
            let disability = census.share("disability", draft.row) * parameter("severeDisability", draft)
            member.severeDisability = stream.chance(disability)
            member.activity = activity(of: member, draft, &stream)
            if member.activity == "working" { employ(&member, draft, &stream) }
            if member.activity == "retired" { member.pension = stream.chance(parameter("pensionOfRetired", draft)) }
            if member.age >= 30 {
                member.regularIncome = stream.tilted(parameter("regularIncome", draft), by: draft.level)
            }
            draft.members[index] = member
        }
    }

    private func activity(of member: MemberDraft, _ draft: HouseholdDraft, _ stream: inout RandomStream) -> String {
        if member.school != "none" { return "student" }
        guard member.age >= 15 else { return "other" }
        let active = census.share("\(member.sex)_active", draft.row) * age("active", member.age)
        if !member.severeDisability, stream.chance(min(0.97, active)) {
            return stream.tilted(
                census.share("\(member.sex)_unemployed", draft.row), by: -draft.level, correlation: 0.3)
                ? "unemployed" : "working"
        }
        if member.age >= 60, stream.chance(parameter(member.isMale ? "retiredMen" : "retiredWomen", draft)) {
            return "retired"
        }
        return member.isMale ? "other" : "home"
    }

    private func employ(_ member: inout MemberDraft, _ draft: HouseholdDraft, _ stream: inout RandomStream) {
        let isHead = member.relationship == .head
        let weights = CensusRows.employment.map { status -> Double in
            switch status {
            case "family_worker": isHead ? 0 : census.value(status, draft.row)
            case "public_sector": member.literate ? census.value(status, draft.row) : 0
            default: census.value(status, draft.row)
            }
        }
        switch CensusRows.employment[stream.index(weights)] {
        case "employer": member.employmentStatus = "employer"
        case "self_employed": member.employmentStatus = "selfEmployed"
        case "family_worker": member.employmentStatus = "familyWorker"
        case "public_sector":
            member.employmentStatus = "employee"
            member.publicPay = true
        default: member.employmentStatus = "employee"
        }
        let status = member.employmentStatus ?? "employee"
        member.occupation =
            draw("occupation", "\(status) \(member.educationLevel)", draft, &stream)
            ?? draw("occupation", status, draft, &stream) ?? "other"
    }

    /// Health cover, family allowance and whose father died.
    func insure(_ draft: inout HouseholdDraft) {
        var stream = draft.stream(.cover)
        let earners = draft.members.filter { $0.relationship == .head || $0.relationship == .spouse }
        let shared = cover(of: earners, draft, &stream)
        let widowed = !draft.members[0].isMale && draft.spouse == nil
        for index in draft.members.indices {
            let member = draft.members[index]
            let onOwn = member.activity == "working" && member.relationship != .head && member.relationship != .spouse
            draft.members[index].healthCover = onOwn ? cover(of: [member], draft, &stream) : shared
            if member.relationship == .child {
                let key = widowed ? "fatherDeceasedWidow" : "fatherDeceasedOther"
                draft.members[index].fatherDeceased = stream.chance(parameter(key, draft))
            }
        }
        let hasChildren = draft.members.contains { $0.relationship == .child && $0.age <= 20 }
        let head = draft.members[0]
        if hasChildren, head.healthCover == "amo", head.employmentStatus == "employee" {
            draft.members[0].familyAllowance = head.publicPay || stream.chance(parameter("familyAllowance", draft))
        }
    }

    private func cover(of earners: [MemberDraft], _ draft: HouseholdDraft, _ stream: inout RandomStream) -> String {
        let given: String
        if earners.contains(where: { $0.publicPay || $0.pension }) {
            given = "public"
        } else if earners.contains(where: { $0.employmentStatus == "employee" }) {
            given = "employee"
        } else {
            given = draft.level < -0.3 ? "poor" : "other"
        }
        return draw("healthCover", given, draft, &stream) ?? "none"
    }
}
