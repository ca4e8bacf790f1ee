import Rules
import StrictJSON
import Testing

@Suite("The 2,000 households computed elsewhere")
struct SharedHouseholdsTests {
    /// Expected values: an independent program in exact rational arithmetic (data/households of the shared folder).
    @Test("Every score, contribution, decision and amount is the same, to the last character")
    func all() throws {
        guard let facts = sharedLines("data/households/facts.jsonl"),
            let expected = sharedLines("data/households/expected.jsonl")
        else { return }
        let book = try Law.book.get()
        var equal = 0
        for (line, result) in zip(facts, expected) {
            let assessment = try book.assess(try book.facts(from: try JSONValue(parsing: line)))
            let text = try JSONValue(parsing: result).serialized()
            if assessment.json.serialized() == text {
                equal += 1
            } else {
                Issue.record("\(assessment.householdRef): \(assessment.json.serialized()) instead of \(text)")
            }
        }
        #expect(equal == facts.count)
        #expect(facts.count == expected.count)
        print("\(equal) of \(facts.count) households equal")
    }
}
