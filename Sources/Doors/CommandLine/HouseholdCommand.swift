import ArgumentParser
import Installation
import Quantities
import RecordStore
import Rules
import SocialRegister
import StrictJSON

struct HouseholdCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "household", abstract: "Declares households and explains their scores.",
        subcommands: [Declare.self, Explain.self])

    struct Declare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Registers a household, scores it, and lets every programme decide.",
            discussion: """
                The file holds one JSON object; `sijill household declare --example` prints one: declarant (the civil \
                number of an adult member), facts (as for `sijill score`, and a civilNumber for each member; sex, \
                birthDate, householdRef and asOf may be left out: they come from the population register and today), \
                provenance (optional: path of a fact -> partner or inquiry), householdNumber (needed when a new \
                declaration leaves out members of the last one). Declaring again supersedes; nothing is overwritten.

                Prints a JSON object: householdNumber, declarationNumber, declaredAt, score, contributions, decisions.

                EXAMPLES
                  sijill household declare --example > household.json
                  sijill household declare household.json --store ./store
                """)

        @Argument(help: "The declaration; - for standard input.") var file: String?
        @Flag(help: "Print an example of a declaration and do nothing else.") var example = false
        @OptionGroup var options: StoreOptions

        func validate() throws {
            guard example || file != nil else { throw ValidationError("name a file, or - for standard input") }
        }

        func run() async throws {
            if example { return Output.line(try await options.country.example("household")) }
            let declaration = try HouseholdDeclaration(try readDocument(file ?? "-"))
            try await options.withInstallation { installation in
                let receipt = try await installation.social.declare(
                    declaration, today: try installation.today(), access: operatorAccess(.householdRegistration))
                var answer: JSONObject = [
                    "householdNumber": .string(receipt.householdNumber),
                    "declarationNumber": .integer(receipt.declarationNumber),
                    "declaredAt": .string(receipt.declaredAt.description),
                ]
                for (name, value) in receipt.result.json.object ?? [:] where name != "householdRef" {
                    answer[name] = value
                }
                Output.line(JSONValue.object(answer).serialized())
            }
        }
    }

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Explains a household's score and decisions in plain words.",
            discussion: """
                NUMBER is the household's number, or the civil number of a person who lives in it.

                EXAMPLES
                  sijill household explain 48120937465 --language fr --store ./store
                """)

        @Argument(help: "The household's number, or a member's civil number.") var number: String
        @Option(help: "The language of the explanation: ar, fr or en.") var language = "ar"
        @OptionGroup var options: StoreOptions

        func run() async throws {
            try await options.withInstallation { installation in
                guard installation.jurisdiction.law.languages.contains(language) else {
                    let known = installation.jurisdiction.law.languages.joined(separator: ", ")
                    throw Refused("language: give one of: \(known)")
                }
                let household = try await installation.social.household(
                    number: number, access: operatorAccess(.householdRegistration))
                let explanation = try Explanation(household.assessment, language: language)
                let names = installation.jurisdiction.sourceNames(language: language)
                for line in ExplanationText.lines(explanation, household, sourceNames: names) { Output.line(line) }
            }
        }
    }
}

/// An explanation as lines of text, every sentence of which comes from the law's own words.
enum ExplanationText {
    static func lines(
        _ explanation: Explanation, _ household: HouseholdView, sourceNames: [String: String]
    ) -> [String] {
        var lines = [household.householdNumber, explanation.summary, explanation.start, ""]
        for term in explanation.terms where term.contribution != .zero {
            let sources = Set(term.factPaths.map { household.source(of: $0).rawValue }).sorted()
            let named = sources.map { sourceNames[$0] ?? $0 }.joined(separator: ", ")
            lines.append("• \(term.sentence) \(term.effect)")
            lines.append("  \(term.figures) [\(named)]")
        }
        for decision in explanation.decisions {
            lines += ["", decision.headline] + decision.reasons.map { "  • \($0)" }
            if let amount = decision.amount { lines.append("  • \(amount)") }
            lines += ["  \(decision.limit)", "  \(decision.position)"] + decision.provisional.map { "  \($0)" }
        }
        return lines
    }
}
