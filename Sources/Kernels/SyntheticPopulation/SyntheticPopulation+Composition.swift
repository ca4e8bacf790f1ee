import Quantities
import RealModule

extension SyntheticPopulation {
    /// Who lives in the household: relationships, sexes, ages.
    func compose(_ draft: inout HouseholdDraft) {
        var stream = draft.stream(.composition)
        let size = size(draft, &stream)
        let ages = ages(draft)
        let headIsMale = !stream.chance(parameter("femaleHeads", draft))
        var coupled = false
        if headIsMale, size > 1 { coupled = stream.chance(parameter(size == 2 ? "coupleOfTwo" : "coupleShare", draft)) }
        let companion: MemberDraft.Relationship? =
            size == 2 && !coupled
            ? draw("companion", "of two", draft, &stream).flatMap(MemberDraft.Relationship.init(rawValue:)) ?? .child
            : nil
        let hasChildren = size > 2 || companion == .child
        let headAge = headAge(isMale: headIsMale, hasChildren: hasChildren, ages, draft, &stream)
        add(.head, isMale: headIsMale, age: headAge, to: &draft, &stream)
        // Who bore the children; for a man without spouse somebody about his age.
        var motherAge = headAge
        if coupled {
            let gap = parameter("spouseAgeGap", draft) + parameter("spouseAgeSpread", draft) * stream.normal()
            motherAge = max(Int(parameter("youngestMother", draft)), headAge - Int(gap.rounded()))
            add(.spouse, isMale: false, age: motherAge, to: &draft, &stream)
        }
        if let companion {
            addOther(companion, headAge: headAge, motherAge: motherAge, ages, to: &draft, &stream)
            return
        }
        if size >= 4, headAge < 72, stream.chance(parameter("parentOfHead", draft)) {
            addOther(.parent, headAge: headAge, motherAge: motherAge, ages, to: &draft, &stream)
        }
        if size >= 3, draft.members.count < size, stream.chance(parameter("siblingOfHead", draft)) {
            addOther(.sibling, headAge: headAge, motherAge: motherAge, ages, to: &draft, &stream)
        }
        if size >= 6, motherAge >= 44, stream.chance(parameter("secondNucleus", draft)) {
            draft.familyNuclei = 2
            // A married son, his wife and a child of theirs.
            let wife = 20 + stream.below(14)
            add(
                .child, isMale: true, age: min(motherAge - ages.youngestMother, wife + 1 + stream.below(8)), to: &draft,
                &stream)
            add(.other, isMale: false, age: wife, to: &draft, &stream)
            add(.other, isMale: stream.chance(0.51), age: stream.below(wife - 18), to: &draft, &stream)
        }
        while draft.members.count < size {
            let stranger = stream.chance(parameter("otherMember", draft))
            addOther(stranger ? .other : .child, headAge: headAge, motherAge: motherAge, ages, to: &draft, &stream)
        }
    }

    private func size(_ draft: HouseholdDraft, _ stream: inout RandomStream) -> Int {
        let tilt = parameter("spendingSizeTilt", draft)
        let mean = (census.value("size", draft.row) - 1) * Double.exp(-tilt * draft.level - tilt * tilt / 2)
        return min(1 + stream.poisson(max(0, mean)), min(16, Int(parameter("largestHousehold", draft))))
    }

    /// What the composition of one household asks for again and again, read once.
    private struct Ages {
        /// Share of the commune's women and men by five years of age.
        let female: [Double]
        let male: [Double]
        /// Weight of a child at home by year of age.
        let home: [Double]
        let youngestMother: Int
        let oldestMother: Int

        func share(of age: Int, isMale: Bool) -> Double {
            // The open last group thins out over about fifteen years.
            let thinning = age < 75 ? 1 : 0.53 * Double.exp(-Double(age - 75) / 7)
            return (isMale ? male : female)[min(age / 5, 15)] * thinning
        }

        /// The ages of children that a mother of this age can have at home.
        func children(of motherAge: Int) -> ClosedRange<Int> {
            let low = min(max(0, motherAge - oldestMother), home.count - 1)
            return low...min(max(low, motherAge - youngestMother), home.count - 1)
        }
    }

    private func ages(_ draft: HouseholdDraft) -> Ages {
        let (female, male) = (census.ages(isMale: false, draft.row), census.ages(isMale: true, draft.row))
        let atHome = tables.ages["atHome"] ?? []
        var home: [Double] = []
        for year in 0..<75 { home.append((female[year / 5] + male[year / 5]) * atHome[year / 5]) }
        return Ages(
            female: female, male: male, home: home, youngestMother: Int(parameter("youngestMother", draft)),
            oldestMother: Int(parameter("oldestMother", draft)))
    }

    private func headAge(
        isMale: Bool, hasChildren: Bool, _ ages: Ages, _ draft: HouseholdDraft, _ stream: inout RandomStream
    ) -> Int {
        let groups = Array(stride(from: 15, to: 95, by: 5))
        let gap = isMale ? Int(parameter("spouseAgeGap", draft)) : 0
        // How many children at home somebody of this age may have: few young, few old.
        let room = groups.map { group -> Double in
            let motherAge = group - gap + 2
            return motherAge < ages.youngestMother ? 0 : ages.home[ages.children(of: motherAge)].reduce(0, +)
        }
        let most = max(room.max() ?? 1, .leastNonzeroMagnitude)
        let weights = groups.indices.map { index -> Double in
            let heads = age(isMale ? "headMale" : "headFemale", groups[index])
            let fit = room[index] / most
            return ages.share(of: groups[index], isMale: isMale) * heads * (hasChildren ? fit : 1 - 0.8 * fit)
        }
        let drawn = groups[stream.index(weights)] + stream.below(5)
        return max(drawn, hasChildren ? ages.youngestMother + gap : 18)
    }

    private func addOther(
        _ relationship: MemberDraft.Relationship, headAge: Int, motherAge: Int, _ ages: Ages,
        to draft: inout HouseholdDraft,
        _ stream: inout RandomStream
    ) {
        switch relationship {
        case .parent:
            let isMale = stream.chance(0.25)
            add(.parent, isMale: isMale, age: min(98, headAge + 18 + stream.below(20)), to: &draft, &stream)
        case .sibling:
            let age = max(1, headAge - 12 + stream.below(20))
            add(.sibling, isMale: stream.chance(0.5), age: age, to: &draft, &stream)
        case .child:
            addChild(motherAge: motherAge, ages, to: &draft, &stream)
        case .head, .spouse, .other:
            let isMale = stream.chance(0.5)
            let weights = (0..<90).map { ages.share(of: $0, isMale: isMale) }
            add(.other, isMale: isMale, age: stream.index(weights), to: &draft, &stream)
        }
    }

    private func addChild(
        motherAge: Int, _ ages: Ages, to draft: inout HouseholdDraft, _ stream: inout RandomStream
    ) {
        let window = ages.children(of: motherAge)
        let siblings = draft.members.filter { $0.relationship == .child }
        // Two years apart where the mother's age leaves room, else twins of whom they would be too near.
        var weights = Array(ages.home[window])
        for sibling in siblings {
            for near in sibling.age - 1...sibling.age + 1 where window.contains(near) {
                weights[near - window.lowerBound] = 0
            }
        }
        let isMale = stream.chance(0.51)
        if weights.allSatisfy({ $0 == 0 }), let twin = siblings.first {
            add(.child, isMale: isMale, age: twin.age, to: &draft, &stream)
            draft.members[draft.members.count - 1].birthDate = twin.birthDate
        } else {
            add(.child, isMale: isMale, age: window.lowerBound + stream.index(weights), to: &draft, &stream)
        }
    }

    private func add(
        _ relationship: MemberDraft.Relationship, isMale: Bool, age: Int, to draft: inout HouseholdDraft,
        _ stream: inout RandomStream
    ) {
        var birthDate = birthDate(age: age, asOf: draft.asOf, &stream)
        let yearOnly = age >= 60 && stream.chance(parameter("yearOnly", draft))
        if yearOnly, let first = try? CivilDate(year: birthDate.year, month: 1, day: 1) { birthDate = first }
        draft.members.append(
            MemberDraft(
                relationship: relationship, isMale: isMale, birthDate: birthDate, yearOnly: yearOnly,
                age: birthDate.completedYears(on: draft.asOf)))
    }

    /// A day, each as likely, on which somebody was born who is `age` years old on `asOf`.
    private func birthDate(age: Int, asOf: CivilDate, _ stream: inout RandomStream) -> CivilDate {
        let last = anniversary(of: asOf, years: age)
        let first = anniversary(of: asOf, years: age + 1) + 1
        let day = first + stream.below(last - first + 1)
        return (try? CivilDate(daysSinceEpoch: day)) ?? asOf
    }

    /// The same day so many years earlier; 28 February for a 29th that does not exist, as ages are counted.
    private func anniversary(of date: CivilDate, years: Int) -> Int {
        let year = max(1, date.year - years)
        let day = min(date.day, CivilDate.days(inMonth: date.month, of: year))
        return (try? CivilDate(year: year, month: date.month, day: day))?.daysSinceEpoch ?? date.daysSinceEpoch
    }
}
