import ArgumentParser
import Installation
import Rules
import StrictJSON

extension LawCommand {
    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Explains each household's score and decisions in sentences, as a tree, or as data.",
            discussion: """
                text: sentences to be read aloud; a fact may carry who said it in `provenance`. tree: the rule itself, \
                with every input, number, step and result. json: both, one object a line. --what-if adds the smallest \
                single changes of one fact that would flip a decision; --since what changed since an earlier \
                declaration of the same household (by its reference), term by term.

                EXAMPLES
                  sijill law explain facts.jsonl --language ar
                  sijill law explain facts.jsonl --language fr --format json
                  sijill law explain facts.jsonl --language zgh --what-if
                  sijill law explain now.jsonl --since before.jsonl --language en
                """)

        enum Format: String, ExpressibleByArgument { case text, tree, json }

        @OptionGroup var country: CountryOptions
        @Argument(help: "A file of facts, one JSON object a line; - for standard input.") var facts: String
        @Option(help: "The language: one of the law's.") var language: String = "ar"
        @Option(help: "text, tree or json.") var format: Format = .text
        @Flag(help: "The same as --format json.") var json = false
        @Flag(help: "Add the single changes of one fact that would flip a decision.") var whatIf = false
        @Option(help: "A file of earlier facts: tell what changed since.") var since: String?
        @Option(help: "The damping option to apply in place of the one the law chooses.") var damping: String?
        @Option(help: "A folder of law files in place of the country's.") var law: String?

        func run() async throws {
            var book = try await lawBook(law, country)
            if let damping { book = try book.damped(by: damping) }
            guard book.languages.contains(language) else {
                throw Refused("--language: the law has \(book.languages.joined(separator: ", "))")
            }
            let earlier = try since.map { try Self.read($0, book) }
            var lines = try LineReader(facts)
            var refused = 0
            while let line = lines.next() {
                guard line.bytes.contains(where: { $0 > 0x20 }) else { continue }
                do {
                    try explain(try book.facts(from: try JSONValue(parsing: line.bytes)), book, earlier)
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

        private func explain(_ facts: Facts, _ law: LawBook, _ earlier: [String: Assessment]?) throws {
            let assessment = try law.assess(facts)
            var changes: [String]?
            if let earlier {
                if let before = earlier[facts.householdRef] {
                    changes = law.sentences(assessment.changes(since: before), language: language)
                } else {
                    Output.complain("--since: a household is not in the earlier file, so nothing is compared")
                }
            }
            var flips: [String]?
            if whatIf {
                let found = try law.decidingFacts(facts).map { law.sentence($0, of: facts, language: language) }
                flips = found.isEmpty ? [law.nothingFlips(language: language)] : found
            }
            if json || format == .json {
                var object =
                    try Explanation(assessment, language: language).json(householdRef: facts.householdRef)
                    .object ?? [:]
                object["sentences"] = .array(try law.narrative(facts, language: language).map(JSONValue.string))
                object["tree"] = .array(try law.reasoning(facts, language: language).map(\.json))
                if let flips { object["whatIf"] = .array(flips.map(JSONValue.string)) }
                if let changes { object["changes"] = .array(changes.map(JSONValue.string)) }
                return Output.line(JSONValue.object(object).serialized())
            }
            Output.line("── \(facts.householdRef)")
            if let changes {
                for sentence in changes { Output.line(sentence) }
                Output.line("")
            }
            if format == .tree {
                for root in try law.reasoning(facts, language: language) { Self.show(root, 0) }
            } else {
                for sentence in try law.narrative(facts, language: language) { Output.line(sentence) }
            }
            for sentence in flips ?? [] { Output.line(sentence) }
        }

        private static func show(_ node: Reasoning, _ level: Int) {
            let result = node.value.map { " = \($0)" } ?? ""
            let source = node.status.map { " [\($0.rawValue)]" } ?? node.provenance.map { " [\($0)]" } ?? ""
            let words = node.sentence.isEmpty ? "" : "  \(node.sentence)"
            Output.line(
                String(repeating: "  ", count: level) + "\(node.kind.rawValue) \(node.id)\(result)\(source)\(words)")
            for child in node.children { show(child, level + 1) }
        }

        private static func read(_ path: String, _ law: LawBook) throws -> [String: Assessment] {
            var lines = try LineReader(path)
            var found: [String: Assessment] = [:]
            while let line = lines.next() {
                guard line.bytes.contains(where: { $0 > 0x20 }) else { continue }
                do {
                    let facts = try law.facts(from: try JSONValue(parsing: line.bytes))
                    found[facts.householdRef] = try law.assess(facts)
                } catch {
                    for reason in Refused(explaining: error).reasons {
                        Output.complain("--since, line \(line.number): \(reason)")
                    }
                }
            }
            return found
        }
    }

    struct Decide: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Answers one application to a programme that is not decided for every household.",
            discussion: """
                APPLICATION is a JSON file with the fields of applications/PROGRAMME.yaml; --facts the household's, \
                where the programme looks at it. The answer is one JSON object: whether entitled, grounds, amount and \
                days, and the same in sentences.

                EXAMPLES
                  sijill law decide PROGRAMME application.json --on 2026-10-01
                  sijill law decide PROGRAMME application.json --facts household.json --on 2026-10-01 --language fr
                """)

        @OptionGroup var country: CountryOptions
        @Argument(help: "The programme's id.") var programme: String
        @Argument(help: "A JSON file; - for standard input.") var application: String
        @Option(help: "A JSON file with the household's facts.") var facts: String?
        @Option(help: "The day whose rules apply, as 2026-10-01.") var on: String
        @Option(help: "The language of the sentences.") var language: String = "ar"
        @Option(help: "A folder of law files in place of the country's.") var law: String?

        func run() async throws {
            let book = try await lawBook(law, country)
            let household = try facts.map { try book.facts(from: try readDocument($0)) }
            let ruling = try book.rule(
                programme, facts: household, application: try readDocument(application),
                on: try civilDate(on, "--on"))
            var object = ruling.json.object ?? [:]
            object["programme"] = .string(programme)
            object["sentences"] = .array(try book.sentences(ruling, language: language).map(JSONValue.string))
            Output.line(JSONValue.object(object).serialized())
            Output.flush()
        }
    }
}
