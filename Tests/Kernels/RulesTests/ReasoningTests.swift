import Foundation
import Quantities
import Rules
import StrictJSON
import Testing

@Suite("What stands behind an answer")
struct ReasoningTests {
    private func all(_ node: Reasoning) -> [Reasoning] { [node] + node.children.flatMap(all) }

    @Test("The tree has every input with who said it, every number with its source, and adds up to the score")
    func tree() throws {
        let law = try Law.book.get()
        let facts = try law.facts(
            from: household([
                "assets.cars": 1,
                "provenance": [
                    "assets.cars": "partner", "members[].birthDate": "populationRegister", "loan": "inquiry",
                ],
            ]))
        let assessment = try law.assess(facts)
        let roots = try law.reasoning(facts, language: "en")
        #expect(roots.map(\.id) == ["urban", "directAid", "amoTadamon", "amoAchamil"])
        var sum = try FixedPoint(rounding: assessment.score.constant.value)
        for term in roots[0].children where term.kind == .term {
            sum = try sum + FixedPoint(decimal: try #require(term.value))
        }
        #expect(sum == assessment.score.value)
        let nodes = roots.flatMap(all)
        let inputs = nodes.filter { $0.kind == .input }
        #expect(inputs.allSatisfy { $0.provenance != nil })
        #expect(inputs.first { $0.id == "assets.cars" }?.provenance == "partner")
        #expect(inputs.first { $0.id == "members[2].birthDate" }?.provenance == "populationRegister")
        #expect(inputs.first { $0.id == "loan" }?.provenance == "inquiry")
        #expect(inputs.first { $0.id == "assets.mobilePhones" }?.provenance == "declared")
        let numbers = nodes.filter { $0.kind == .parameter }
        #expect(numbers.allSatisfy { $0.source?.isEmpty == false && $0.status != nil })
        let amount = try #require(nodes.first { $0.kind == .amount && $0.id == "monthlyMAD" })
        #expect(amount.value == "500")
        #expect(amount.children.contains { $0.kind == .step && $0.id == "childTotal" && $0.value == "200" })
    }

    @Test("The tree is whole in every language", arguments: ["ar", "fr", "zgh", "en"])
    func languages(_ language: String) throws {
        let law = try Law.book.get()
        let facts = try law.facts(from: household(["milieu": "rural", "assets.cars": 1]))
        for node in try law.reasoning(facts, language: language).flatMap(all) {
            #expect(!node.sentence.contains("{"), "\(node.id)")
            if node.kind != .step, node.kind != .input { #expect(!node.sentence.isEmpty, "\(node.kind) \(node.id)") }
        }
        let told = try law.narrative(facts, language: language)
        #expect(told.allSatisfy { !$0.isEmpty && !$0.contains("{") })
        // The rural weight of the car is not confirmed, and it has an effect here.
        let car = try law.parameter("formula.rural.car", on: facts.asOf)
        #expect(told.contains { $0.contains(car.labels[language] ?? "?") })
        for change in try law.decidingFacts(facts) {
            let sentence = law.sentence(change, of: facts, language: language)
            #expect(sentence.count > 20 && !sentence.contains("{"))
        }
    }

    @Test("A source that the law does not know is refused, and so is a fact beside the fields that has another shape")
    func refused() throws {
        let law = try Law.book.get()
        for (change, path) in [
            (["provenance": ["assets.cars": "rumour"]], "provenance.assets.cars"),
            (["provenance": 3], "provenance"), (["history": ["spending.butaneMonthly": [-1]]], "history"),
            (["standing": ["directAid": ["entitled": 1]]], "standing.directAid.entitled"),
        ] as [([String: JSONValue], String)] {
            do {
                _ = try law.facts(from: household(change))
                Issue.record("taken")
            } catch {
                #expect(error.problems.count == 1)
                #expect(error.problems[0].path.hasPrefix(path), "\(error.problems[0].path)")
            }
        }
    }

    @Test("What changed is told term by term, with the right that was lost and why")
    func changes() throws {
        let law = try Law.book.get()
        let before = try law.assess(try law.facts(from: household()))
        let now = try law.assess(
            try law.facts(from: household(["assets.cars": 8, "assets.mobilePhones": 20])))
        let changes = now.changes(since: before)
        #expect(Set(changes.terms.map(\.code)) == ["cars", "mobilePhones"])
        let told = law.sentences(changes, language: "en")
        #expect(told[0].contains("rose"))
        #expect(told.contains("You are no longer entitled to: Direct social aid."))
        #expect(told.contains("Your household’s index is above this programme’s threshold."))
        for language in law.languages {
            #expect(law.sentences(changes, language: language).allSatisfy { !$0.isEmpty && !$0.contains("{") })
        }
        let same = law.sentences(now.changes(since: now), language: "en")
        #expect(same == ["Since the last decision the estimate has not changed.", "No decision changed."])
    }

    @Test("An application's days and grounds are told in every language")
    func rulings() throws {
        let law = try Law.book.get()
        let facts = try law.facts(from: household(["asOf": "2026-03-20"]))
        let ruling = try law.rule(
            "directAidPayment", facts: facts, application: ["appliedOn": "2026-03-20"], on: facts.asOf)
        #expect(ruling.json["answerDueOn"] == "2026-04-19")
        #expect(ruling.json["firstPaymentMAD"] == 1000)
        #expect(ruling.json["firstPaymentOn"] == "2026-04-30")
        for language in law.languages {
            let told = try law.sentences(ruling, language: language)
            #expect(told.contains { $0.contains("2026-04-19") })
            #expect(told.allSatisfy { !$0.contains("{") })
        }
    }
}
