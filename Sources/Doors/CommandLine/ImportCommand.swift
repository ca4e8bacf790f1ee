import ArgumentParser
import Foundation
import Installation
import PopulationRegister
import RecordStore
import StrictJSON

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Brings persons or households in from a file, and goes on after an interruption.",
        discussion: """
            The name of FILE ends in .jsonl (one object a line) or .csv (names in the first line, RFC 4180, UTF-8).

            persons: the members of `sijill person apply --example`, and civilNumber where the person has one that is to \
            be kept; otherwise a number is given. The person is accepted at once: whoever brings a register over has \
            identified its persons before. `sijill export persons` tells the numbers.

            households: the members of `sijill household declare --example`: declarant, facts, and in facts.members the \
            civilNumber of each, who must be in the population register; householdNumber is kept where no household has \
            it. Each household is scored and decided at once.

            In CSV a column is named by its path: names.latin.given, documents.0.number, facts.members.0.civilNumber. An \
            empty cell is left out; null in a column of facts says that the question does not apply.

            Rows are committed in batches together with the place reached in the file. Stopped at any moment, the same \
            command goes on from there; a file that was brought in before adds nothing. Rows that are refused go to \
            FILE.rejected.jsonl, one JSON object a problem: line, field, code, reason; the others are brought in. Prints a \
            JSON object: file, kind, lines, accepted, refused, resumedAfterLine, rejected, importSeconds, searchSeconds \
            (putting persons under the keys of the search for duplicates, where that is done after the rows), leaves and \
            logSeconds (how many audit leaves went into the log, and in what time). The exit status is 1 when rows were \
            refused.

            EXAMPLES
              sijill import persons persons.csv --store ./store
              sijill import persons nation.jsonl --defer-search --batch 20000 --store ./store
              sijill import households households.jsonl --store postgresql:///sijill --keys ./keys
            """)

    @Argument(help: "persons or households.", transform: bulkKind) var kind: BulkImport.Kind
    @Argument(help: "The file, .jsonl or .csv.") var file: String
    @Option(help: "Where refused rows are listed; default: FILE.rejected.jsonl.") var rejected: String?
    @Flag(
        help: """
            Put persons under the keys of the search for duplicates after all of them are in, instead of at once: the rows \
            are in about three times sooner, the whole command takes as long. Until it has ended a search does not find \
            them.
            """)
    var deferSearch = false
    @Option(help: "Rows of one transaction; default: 2000 persons, 200 households.") var batch: Int?
    @OptionGroup var options: StoreOptions

    func validate() throws {
        guard (1...100_000).contains(batch ?? 1) else { throw ValidationError("--batch must be from 1 to 100000") }
    }

    func run() async throws {
        let source: RecordFile
        do { source = try RecordFile(path: file) } catch { throw Refused("\(file): \(error.message)") }
        let list = rejected ?? "\(file).rejected.jsonl"
        let clock = ContinuousClock()
        let (kind, deferSearch, batch) = (kind, deferSearch, batch)
        let (summary, leaves, importing, searching, logging) = try await options.withInstallation { installation in
            let bar = ProgressBar(kind.rawValue, total: Int(source.size))
            let access = operatorAccess(kind == .persons ? .enrolment : .householdRegistration)
            let bulk = BulkImport(
                installation, kind, access: access, list: list, isSearched: !deferSearch, batch: batch)
            do {
                let begin = clock.now
                let summary = try await bulk.run(source) { bar.show(Int($0.byte)) }
                bar.finish()
                let imported = clock.now
                if kind == .persons, deferSearch {
                    let bar = ProgressBar("keys of the search", total: Int(summary.lines))
                    try await installation.population.completeCandidateLists { done, _ in bar.show(done) }
                    bar.finish()
                }
                let searched = clock.now
                let leaves = try await installation.sequencer.drain()
                return (summary, leaves, imported - begin, searched - imported, clock.now - searched)
            } catch let error as ImportError {
                throw Refused("\(file): \(error.message)")
            }
        }
        var answer: JSONObject = [
            "file": .string(file), "kind": .string(kind.rawValue), "lines": .integer(summary.lines),
            "accepted": .integer(summary.accepted), "refused": .integer(summary.refused),
            "resumedAfterLine": .integer(summary.doneBefore),
        ]
        if summary.refused > 0 { answer["rejected"] = .string(list) }
        answer["importSeconds"] = .double(Self.seconds(importing))
        if deferSearch { answer["searchSeconds"] = .double(Self.seconds(searching)) }
        answer["leaves"] = .integer(Int64(leaves))
        answer["logSeconds"] = .double(Self.seconds(logging))
        Output.line(JSONValue.object(answer).serialized())
        Output.flush()
        if summary.refused > 0 { throw Refused("\(summary.refused) rows; see \(list); the others are in") }
    }

    private static func seconds(_ duration: Duration) -> Double { (duration / .seconds(1) * 1000).rounded() / 1000 }
}

/// What a bulk command is about. Throws `ValidationError`.
@Sendable func bulkKind(_ text: String) throws -> BulkImport.Kind {
    guard let kind = BulkImport.Kind(rawValue: text) else { throw ValidationError("give persons or households") }
    return kind
}
