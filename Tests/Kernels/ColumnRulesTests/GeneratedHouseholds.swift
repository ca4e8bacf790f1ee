import Quantities
import Rules
import StrictJSON

/// Declarations drawn towards boundaries: birthdays, limits of age, no and the greatest amounts, one member and many.
struct GeneratedHouseholds {
    private var state: UInt64
    private let questions: [FactQuestion]
    private static let ages = [0, 1, 5, 6, 14, 15, 19, 20, 21, 29, 30, 45, 59, 60, 99]

    init(seed: UInt64, _ law: LawBook) {
        state = seed
        questions = law.questions
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    private mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

    private mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

    mutating func household(_ number: Int, on day: CivilDate) -> JSONValue {
        var facts = JSONObject()
        for question in questions {
            switch question.name {
            case "householdRef": facts[question.name] = .string("H-\(number)")
            case "asOf": facts[question.name] = .string(day.description)
            case "commune":
                facts[question.name] = .string("\(facts["region"]?.string ?? "").\(100 + below(900)).01.\(below(10))")
            case "members": facts[question.name] = members(question, day)
            default: facts[question.name] = value(question, day)
            }
        }
        return .object(facts)
    }

    private mutating func members(_ question: FactQuestion, _ day: CivilDate) -> JSONValue {
        guard case .list(.record(let fields), _) = question.answer else { return .null }
        let count = pick([1, 1, 2, 2, 3, 4, 5, 7, 8, 9, 17])
        var members: [JSONValue] = []
        for place in 0..<count {
            var member = JSONObject()
            for field in fields {
                switch field.name {
                case "ref": member[field.name] = .string("M\(pick(["", "a", "B"]))\(count - place)")
                case "relationship":
                    member[field.name] = .string(
                        place == 0 ? "head" : pick(["spouse", "child", "child", "child", "parent", "other"]))
                case "publicPay", "pension", "familyAllowance": member[field.name] = .bool(below(8) == 0)
                default: member[field.name] = value(field, day)
                }
            }
            // Equal births leave the order to the reference.
            if below(5) == 0, let before = members.last?["birthDate"] { member["birthDate"] = before }
            members.append(.object(member))
        }
        return .array(members)
    }

    private mutating func value(_ question: FactQuestion, _ day: CivilDate) -> JSONValue {
        if question.isNullable, below(2) == 0 { return .null }
        return value(question.answer, day)
    }

    private mutating func value(_ answer: FactQuestion.Answer, _ day: CivilDate) -> JSONValue {
        switch answer {
        case .record(let questions):
            var record = JSONObject()
            for question in questions { record[question.name] = value(question, day) }
            return .object(record)
        case .list(let element, _): return .array((0..<pick([1, 2, 3, 7, 12])).map { _ in value(element, day) })
        case .text: return .string("text")
        case .yesNo: return .bool(below(2) == 0)
        case .choice(let options): return .string(pick(options).code)
        case .wholeNumber(let range):
            let number = pick([0, 1, 1, 2, 3, 4, 7, below(12), below(100) == 0 ? 1_000_000 : 5, below(200_000)])
            return .integer(
                min(
                    max(Int64(range.upperBound > 1_000_000 ? number : min(number, 60)), range.lowerBound),
                    range.upperBound))
        case .date:
            let years = pick(Self.ages)
            let (year, last) = (day.year - years, day.month == 2 ? 28 : 30)
            let offset = pick([-1, 0, 0, 1])
            let date = min(max(min(day.day, last) + (years == 0 ? min(offset, 0) : offset), 1), last)
            return .string((try? CivilDate(year: year, month: day.month, day: date))?.description ?? "2000-01-01")
        }
    }
}
