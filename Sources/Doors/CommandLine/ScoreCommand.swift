import ArgumentParser
import Foundation
import Installation
import Rules

struct ScoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Scores households and decides every programme, from declared facts.",
        discussion: """
            Reads one JSON object a line (the facts of a household) and writes one JSON object a line: householdRef, \
            score with ten decimals as text, contributions by variable, decisions by programme. The law in force on the \
            household's asOf is applied. Nothing is stored.

            A line that is refused is reported on standard error with its number, the path of the field and the reason; \
            the other lines are answered all the same, and the exit status is 1.

            EXAMPLES
              sijill score facts.jsonl > scores.jsonl
              head -1 facts.jsonl | sijill score -
            """)

    @Argument(help: "A file of facts, one JSON object a line; - for standard input.")
    var facts: String

    @OptionGroup var country: CountryOptions

    @Option(
        help: "columns computes many households at once; single computes one after the other. The answers are the same."
    )
    var evaluator: Evaluator = .columns

    enum Evaluator: String, ExpressibleByArgument, CaseIterable { case columns, single }

    func run() async throws {
        let law = try await country.load().law
        let answerer = DeclarationAnswerer(law, overColumns: evaluator == .columns)
        var chunks = try LineChunks(facts)
        let cores = max(2, ProcessInfo.processInfo.activeProcessorCount)
        var (refused, total) = (0, 0)
        await withTaskGroup(of: (Int, DeclarationAnswerer.Answers).self) { group in
            var (given, written) = (0, 0)
            var waiting: [Int: DeclarationAnswerer.Answers] = [:]
            func give() -> Bool {
                guard let chunk = chunks.next() else { return false }
                let place = given
                group.addTask { (place, answerer.answers(to: chunk)) }
                given += 1
                return true
            }
            // One chunk more than cores, so that reading and writing do not leave a core idle.
            for _ in 0...cores where !give() { break }
            for await (place, answers) in group {
                waiting[place] = answers
                while let next = waiting.removeValue(forKey: written) {
                    written += 1
                    total += next.households
                    refused += next.refusals.count
                    Output.lines(of: next.bytes)
                    for refusal in next.refusals {
                        for reason in refusal.reasons { Output.complain(reason) }
                    }
                    _ = give()
                }
            }
        }
        Output.flush()
        if refused > 0 { throw Refused("\(refused) of \(total) households; the others are answered") }
    }
}
