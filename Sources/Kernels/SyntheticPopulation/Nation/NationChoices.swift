import RealModule

/// What is drawn among values by weight, and the numbers of the parameters, by milieu.
struct NationChoices: Sendable {
    /// Values and the cumulated shares up to each.
    struct Draw: Sendable {
        var values: [Int32] = []
        var upTo: [Float] = []

        @inline(__always)
        func value(at position: Float) -> Int32 {
            var place = 0
            while place < upTo.count - 1, upTo[place] <= position { place &+= 1 }
            return values[place]
        }
    }

    let dwellingTypes: [String]
    /// By milieu and kind.
    let dwelling: [Draw]
    /// By milieu and level of education.
    let diploma: [Draw]
    /// By milieu, status in employment and level of education.
    let occupation: [Draw]
    /// By milieu and what the earners are: public, employee, poor, other.
    let cover: [Draw]
    /// Bottles a month by milieu and size; heads of cattle by milieu.
    let bottles: [Draw]
    let cattle: [Draw]
    let parameters: [[Float]]
    /// Factors of mean 1 for the 4,096 values of a normal variable: between households' bills, and between months.
    let billNoise: [[Float]]
    let monthNoise: [Float]

    enum Key: Int, CaseIterable {
        case coupleShare, coupleOfTwo, parentOfHead, siblingOfHead, secondNucleus, otherMember, spouseAgeGap
        case spouseAgeSpread, youngestMother, oldestMother, mobilePhones, waterElectricityShare, telecomShare
        case butaneBottlePrice, regularIncome, familyAllowance, pensionOfRetired, retiredMen, retiredWomen
        case fatherDeceasedOther, fatherDeceasedWidow, yearOnly
    }

    @inline(__always)
    func parameter(_ key: Key, _ milieu: Int) -> Float { parameters[milieu][key.rawValue] }

    init(_ tables: DemonstrationTables, _ kinds: [String]) throws(SyntheticTableError) {
        var types: [String] = []
        for kind in kinds {
            for value in tables.weights["dwelling \(kind)"]?[0].values ?? [] where !types.contains(value) {
                types.append(value)
            }
        }
        dwellingTypes = types
        func draw(_ key: String, _ milieu: Int, _ list: [String], fallback: String) -> Draw {
            let choices = tables.weights[key]?[milieu]
            let known = zip(choices?.values ?? [], choices?.weights ?? []).filter { $1 > 0 && list.contains($0) }
            let pairs = known.isEmpty ? [(fallback, 1)] : known
            let total = pairs.reduce(0) { $0 + $1.1 }
            var (draw, sum) = (Draw(), 0.0)
            for (value, weight) in pairs {
                sum += weight
                draw.values.append(Int32(list.firstIndex(of: value) ?? 0))
                draw.upTo.append(Float(sum / total))
            }
            return draw
        }
        var (dwelling, diploma, occupation, cover): ([Draw], [Draw], [Draw], [Draw]) = ([], [], [], [])
        var (bottles, cattle): ([Draw], [Draw]) = ([], [])
        func number(_ key: String, _ milieu: Int) -> Double { tables.parameters[key]?[milieu] ?? 0 }
        func poisson(_ mean: Double) -> Draw {
            var (draw, term, sum) = (Draw(), Double.exp(-mean), 0.0)
            for count in 0..<40 {
                sum += term
                draw.values.append(Int32(count))
                draw.upTo.append(Float(sum))
                term *= mean / Double(count + 1)
                if sum > 0.9999 { break }
            }
            return draw
        }
        for milieu in 0...1 {
            for kind in kinds { dwelling.append(draw("dwelling \(kind)", milieu, types, fallback: types[0])) }
            for level in MemberColumn.educations {
                diploma.append(draw("diploma \(level)", milieu, MemberColumn.diplomas, fallback: "none"))
            }
            for status in MemberColumn.statuses {
                for level in MemberColumn.educations {
                    let key = "occupation \(status) \(level)"
                    occupation.append(
                        draw(
                            tables.weights[key] == nil ? "occupation \(status)" : key, milieu, MemberColumn.occupations,
                            fallback: "other"))
                }
            }
            for earner in ["public", "employee", "poor", "other"] {
                cover.append(draw("healthCover \(earner)", milieu, MemberColumn.covers, fallback: "none"))
            }
            for size in 1...SyntheticNation.mostMembers {
                bottles.append(poisson(number("butaneBottles", milieu) * Double(size) / 4))
            }
            cattle.append(poisson(max(0, number("cattleMean", milieu) - 1)))
        }
        (self.dwelling, self.diploma, self.occupation, self.cover) = (dwelling, diploma, occupation, cover)
        (self.bottles, self.cattle) = (bottles, cattle)
        parameters = (0...1).map { milieu in Key.allCases.map { Float(number("\($0)", milieu)) } }
        func noise(_ spread: Double) -> [Float] {
            (0..<NormalTable.count).map { place in
                Float(Double.exp(spread * Double(NormalTable.shared.values[place]) - spread * spread / 2))
            }
        }
        billNoise = (0...1).map { noise(number("billSpread", $0)) }
        monthNoise = noise(0.1)
    }
}

/// Who lives with whom: how well a person of an age group fits a household, before the commune's ages are looked at.
struct NationFamilies: Sendable {
    static let ages = 100
    /// By sex, men first: how likely somebody of an age group heads a household with children, and one without.
    let headWithChildren: [SIMD16<Float>]
    let headWithout: [SIMD16<Float>]
    /// By milieu and the mother's age.
    let child: [SIMD16<Float>]
    /// By milieu and the head's age.
    let parent: [SIMD16<Float>]
    let sibling: [SIMD16<Float>]
    let other: [SIMD16<Float>]

    init(_ tables: DemonstrationTables, _ census: CensusRows) {
        func age(_ column: String, _ group: Int) -> Double { tables.ages[column]?[group] ?? 0 }
        func number(_ key: String, _ milieu: Int) -> Double { tables.parameters[key]?[milieu] ?? 0 }
        /// The share of an age group's years inside a range.
        func part(_ group: Int, from: Int, through: Int) -> Double {
            let years = group * 5...(group == 15 ? 94 : group * 5 + 4)
            return Double(years.count { $0 >= from && $0 <= through }) / Double(years.count)
        }
        var (child, parent, sibling, other): ([SIMD16<Float>], [SIMD16<Float>], [SIMD16<Float>], [SIMD16<Float>])
        (child, parent, sibling, other) = ([], [], [], [])
        func groups(_ value: (Int) -> Double) -> SIMD16<Float> { SIMD16((0..<16).map { Float(value($0)) }) }
        for milieu in 0...1 {
            let (youngest, oldest) = (Int(number("youngestMother", milieu)), Int(number("oldestMother", milieu)))
            for years in 0..<Self.ages {
                child.append(groups { age("atHome", $0) * part($0, from: years - oldest, through: years - youngest) })
                parent.append(
                    groups { 4 * number("parentOfHead", milieu) * part($0, from: years + 18, through: years + 38) })
                sibling.append(
                    groups { number("siblingOfHead", milieu) * part($0, from: max(15, years - 12), through: years + 8) }
                )
            }
            other.append(groups { _ in number("otherMember", milieu) })
        }
        (self.child, self.parent, self.sibling, self.other) = (child, parent, sibling, other)
        let room = (0..<Self.ages).map { Double(child[$0].sum()) }
        let most = max(room.max() ?? 1, 1e-9)
        func heads(_ column: String, gap: Int, _ weight: (Double) -> Double) -> SIMD16<Float> {
            groups { group in
                guard group >= 3 else { return 0 }
                let mother = max(0, group * 5 + 2 - gap)
                return age(column, group) * max(0.001, weight(mother < 18 ? 0 : room[mother] / most))
            }
        }
        let gap = Int(number("spouseAgeGap", 0))
        headWithChildren = [heads("headMale", gap: gap) { $0 }, heads("headFemale", gap: 0) { $0 }]
        headWithout = [heads("headMale", gap: gap) { 1 - 0.8 * $0 }, heads("headFemale", gap: 0) { 1 - 0.8 * $0 }]
    }
}
