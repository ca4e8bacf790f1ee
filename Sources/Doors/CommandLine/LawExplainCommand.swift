import ArgumentParser
import Installation
import Rules
import StrictJSON

extension LawCommand {
    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Explains each household's score and decisions in sentences.",
            discussion: """
                With --json, one JSON object a line; otherwise sentences to be read aloud; --what-if adds the smallest \
                single changes that would flip a decision (+ entitled, − no longer).

                EXAMPLES
                  sijill law explain facts.jsonl --language ar
                  sijill law explain facts.jsonl --language fr --json
                """)

        @OptionGroup var country: CountryOptions
        @Argument(help: "A file of facts, one JSON object a line; - for standard input.") var facts: String
        @Option(help: "The language: one of the law's.") var language: String = "ar"
        @Flag(help: "One JSON object a line.") var json = false
        @Flag(help: "Add the single changes of one fact that would flip a decision.") var whatIf = false

        func run() async throws {
            let law = try await country.load().law
            var lines = try LineReader(facts)
            var refused = 0
            while let line = lines.next() {
                guard line.bytes.contains(where: { $0 > 0x20 }) else { continue }
                do {
                    let facts = try law.facts(from: try JSONValue(parsing: line.bytes))
                    let explanation = try Explanation(try law.assess(facts), language: language)
                    if json {
                        Output.line(explanation.json(householdRef: facts.householdRef).serialized())
                    } else {
                        Output.line("── \(facts.householdRef)")
                        for sentence in explanation.sentences { Output.line(sentence) }
                        guard whatIf else { continue }
                        for fact in try law.decidingFacts(facts) {
                            Output.line(
                                "\(fact.programme) \(fact.eligible ? "+" : "−"): \(fact.labels[language] ?? fact.path) "
                                    + "(\(fact.path)): \(fact.before.serialized()) → \(fact.after.serialized())")
                        }
                    }
                } catch let error as LawError where error.code == .unknownLanguage {
                    throw error
                } catch {
                    refused += 1
                    for reason in Refused(explaining: error).reasons {
                        Output.complain("line \(line.number): \(reason)")
                    }
                }
            }
            Output.flush()
            if refused > 0 { throw Refused("\(refused) households; the others are explained") }
        }
    }
}
