import ArgumentParser
import Foundation
import Installation
import Rules
import StrictJSON

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

    private static let batch = 64

    func run() async throws {
        let law = try await country.load().law
        var lines = try LineReader(facts)
        var refused = 0
        var total = 0
        while true {
            var batches: [[(number: Int, bytes: [UInt8])]] = []
            for _ in 0..<max(2, ProcessInfo.processInfo.activeProcessorCount) {
                var batch: [(number: Int, bytes: [UInt8])] = []
                while batch.count < Self.batch, let line = lines.next() {
                    if line.bytes.contains(where: { $0 > 0x20 }) { batch.append(line) }
                }
                if !batch.isEmpty { batches.append(batch) }
            }
            if batches.isEmpty { break }
            for answer in await Self.answers(batches, law) {
                total += 1
                switch answer {
                case .success(let line): Output.line(line)
                case .failure(let refusal):
                    refused += 1
                    for reason in refusal.reasons { Output.complain(reason) }
                }
            }
        }
        Output.flush()
        if refused > 0 { throw Refused("\(refused) of \(total) households; the others are answered") }
    }

    /// Answers in the order of the lines; the batches are worked on at the same time.
    private static func answers(
        _ batches: [[(number: Int, bytes: [UInt8])]], _ law: LawBook
    ) async -> [Result<String, Refused>] {
        await withTaskGroup(of: (Int, [Result<String, Refused>]).self) { group in
            for (index, batch) in batches.enumerated() {
                group.addTask { (index, batch.map { answer($0.number, $0.bytes, law) }) }
            }
            var ordered: [Int: [Result<String, Refused>]] = [:]
            for await (index, answers) in group { ordered[index] = answers }
            return batches.indices.flatMap { ordered[$0] ?? [] }
        }
    }

    private static func answer(_ number: Int, _ bytes: [UInt8], _ law: LawBook) -> Result<String, Refused> {
        do {
            let facts = try law.facts(from: try JSONValue(parsing: bytes))
            return .success(try law.assess(facts).json.serialized())
        } catch let error as FactsRefusal {
            return .failure(
                Refused(
                    error.problems.map {
                        "line \(number): \($0.path.isEmpty ? "household" : $0.path): \($0.code): \($0.message)"
                    }))
        } catch let error as JSONError {
            let place = error.path.isEmpty ? "household" : error.path
            let column = error.column.map { " (column \($0))" } ?? ""
            return .failure(Refused("line \(number): \(place): \(error.code.rawValue): \(error.message)\(column)"))
        } catch let error as LawError {
            let place = error.code == .notInForce ? "asOf" : error.field ?? "household"
            return .failure(Refused("line \(number): \(place): \(error.code.rawValue): \(error.message)"))
        } catch {
            return .failure(Refused("line \(number): household: it cannot be assessed"))
        }
    }
}
