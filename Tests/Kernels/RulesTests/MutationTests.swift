import Quantities
import Rules
import StrictJSON
import Testing

@Suite("Damaged declarations")
struct MutationTests {
    @Test("Whatever is changed in a declaration, it is refused with reasons or assessed without a fault")
    func mutations() throws {
        let seed: UInt64 = 0x51_71_17
        var random = SplitMix64(state: seed)
        let book = try Law.book.get()
        var refused = 0
        for _ in 0..<1500 {
            let changed = mutated(household(), &random)
            do {
                let facts = try book.facts(from: changed)
                let result = try book.assess(facts)
                #expect(result.json["decisions"]?.object?.count == 3)
            } catch let refusal as FactsRefusal {
                refused += 1
                #expect(!refusal.problems.isEmpty, "seed \(seed)")
                #expect(refusal.problems.allSatisfy { !$0.message.isEmpty }, "seed \(seed)")
            }
        }
        #expect(refused > 500, "seed \(seed)")
    }

    private func mutated(_ json: JSONValue, _ random: inout SplitMix64) -> JSONValue {
        switch json {
        case .object(var object):
            let key = object.keys.randomElement(using: &random) ?? ""
            switch Int.random(in: 0..<12, using: &random) {
            case 0: object[key] = nil
            case 1: object["\(key)x"] = value(&random)
            default: object[key] = object[key].map { mutated($0, &random) }
            }
            return .object(object)
        case .array(var elements) where !elements.isEmpty:
            let place = elements.indices.randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<8, using: &random) {
            case 0: elements.remove(at: place)
            case 1: elements.append(elements[place])
            default: elements[place] = mutated(elements[place], &random)
            }
            return .array(elements)
        default: return value(&random)
        }
    }

    private func value(_ random: inout SplitMix64) -> JSONValue {
        let values: [JSONValue] = [
            nil, true, false, 0, 1, -1, 7, 1_000_000_000_000, .integer(.max), .integer(.min), 0.5, .double(1e300), "",
            "none",
            "head", "child", "urban", "2024-02-29", "2023-02-29", "08", "\u{0}", "س", [], [1], [:], ["a": 1],
        ]
        return values.randomElement(using: &random) ?? nil
    }
}

/// So that a failing case can be run again.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
