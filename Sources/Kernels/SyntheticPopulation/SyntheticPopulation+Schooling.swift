import RealModule

extension SyntheticPopulation {
    /// School, reading, education and diploma of each member.
    func school(_ draft: inout HouseholdDraft) {
        var stream = draft.stream(.schooling)
        let privately = stream.tilted(parameter("privateSchool", draft), by: draft.level, correlation: 0.7)
        for index in draft.members.indices {
            var member = draft.members[index]
            let age = member.age
            let enrolled = isEnrolled(age: age, draft, &stream)
            if enrolled { member.school = privately && age < 19 ? "private" : "public" }
            member.literate = isLiterate(member, enrolled: enrolled, draft, &stream)
            member.educationLevel = education(member, enrolled: enrolled, draft, &stream)
            if age >= 15, let diploma = draw("diploma", member.educationLevel, draft, &stream) {
                member.diploma = diploma
            }
            draft.members[index] = member
        }
    }

    private func isEnrolled(age: Int, _ draft: HouseholdDraft, _ stream: inout RandomStream) -> Bool {
        guard age >= 6 else { return false }
        let schooling = census.share("schooling", draft.row)
        return stream.tilted(
            age < 12 ? schooling : self.age("enrolled", age) * schooling, by: draft.level, correlation: 0.3)
    }

    private func isLiterate(
        _ member: MemberDraft, enrolled: Bool, _ draft: HouseholdDraft, _ stream: inout RandomStream
    ) -> Bool {
        if enrolled { return member.age >= 7 }
        guard member.age >= 10 else { return false }
        let rate = census.share("\(member.sex)_illiterate", draft.row) * age("illiterate", member.age)
        return stream.tilted(1 - min(0.97, rate), by: draft.level, correlation: 0.3)
    }

    private func education(
        _ member: MemberDraft, enrolled: Bool, _ draft: HouseholdDraft, _ stream: inout RandomStream
    ) -> String {
        if enrolled { return member.age < 15 ? "basic" : member.age < 19 ? "secondary" : "higher" }
        guard member.literate else { return "none" }
        func share(_ level: String) -> Double { census.share("\(member.sex)_education_\(level)", draft.row) }
        let tilt = parameter("educationTilt", draft)
        func lift(_ factor: Double) -> Double {
            Double.exp(factor * tilt * draft.level - factor * factor * tilt * tilt / 2)
        }
        let illiterate = census.share("\(member.sex)_illiterate", draft.row)
        let weights = [
            max(0.02, share("none") - illiterate), share("primary") + share("lower_secondary"),
            member.age < 17 ? 0 : share("upper_secondary") * lift(0.5),
            member.age < 21 ? 0 : share("higher") * age("higher", member.age) * lift(1),
        ]
        return ["none", "basic", "secondary", "higher"][stream.index(weights)]
    }
}
