import ArgumentParser
import Installation
import PopulationRegister
import Quantities
import RecordStore
import StrictJSON

struct PersonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "person", abstract: "Enters and decides applications for a civil number.",
        subcommands: [Apply.self, Review.self])

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Submits an application and prints its receipt.",
            discussion: """
                The file holds one JSON object; `sijill person apply --example` prints one. Names are given in Arabic \
                and in Latin letters. The date of birth may be known to the day, the month or the year. Proof is one \
                document or more, or witnesses who hold a number and a national card: \
                "witnesses": [{"civilNumber": "…"}, {"civilNumber": "…"}]. A document number that another application \
                uses is refused.

                Prints a JSON object: application, receipt, state, submittedAt.

                EXAMPLES
                  sijill person apply --example > application.json
                  sijill person apply application.json --store ./store
                """)

        @Argument(help: "The application; - for standard input.") var file: String?
        @Flag(help: "Print an example of an application and do nothing else.") var example = false
        @OptionGroup var options: StoreOptions

        func validate() throws {
            guard example || file != nil else { throw ValidationError("name a file, or - for standard input") }
        }

        func run() async throws {
            if example { return Output.line(try await options.country.example("application")) }
            let document = try readDocument(file ?? "-")
            try await options.withInstallation { installation in
                let content = try ApplicationContent(
                    document, rules: installation.jurisdiction.population, today: try installation.today())
                let receipt = try await installation.population.apply(content, access: operatorAccess(.enrolment))
                Output.line(
                    JSONValue.object([
                        "application": .string(receipt.application), "receipt": .string(receipt.receipt),
                        "state": .string(receipt.state.rawValue),
                        "submittedAt": .string(receipt.submittedAt.description),
                        "path": .string(receipt.path.rawValue),
                        "candidates": .array(receipt.candidates.map(Self.json)),
                    ]).serialized())
            }
        }

        private static func json(_ candidate: DuplicateCandidate) -> JSONValue {
            var object: JSONObject = [
                "file": .string(candidate.file), "probability": .double(candidate.probability),
                "path": .string(candidate.path.rawValue),
                "reasons": .array(
                    candidate.reasons.map { reason in
                        var entry: JSONObject = ["field": .string(reason.field)]
                        if let level = reason.level { entry["level"] = .string(level) }
                        if let bits = reason.bits { entry["bits"] = .double(bits) }
                        return .object(entry)
                    }),
            ]
            if let veto = candidate.veto { object["veto"] = .string(veto) }
            return .object(object)
        }
    }

    struct Review: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Accepts or refuses an application, or asks for a correction.",
            discussion: """
                Accepting gives the civil number. Prints a JSON object: application, state and, once accepted, \
                civilNumber.

                EXAMPLES
                  sijill person review 019ab… --accept
                  sijill person review 019ab… --refuse --reason "The document belongs to somebody else."
                """)

        @Argument(help: "The identifier on the receipt.") var application: String
        @Flag(help: "Accept: the person gets a number.") var accept = false
        @Flag(help: "Refuse; give a reason.") var refuse = false
        @Flag(help: "Send the application back to be corrected; give a reason.") var askCorrection = false
        @Option(help: "The reason, as the applicant will read it.") var reason: String?
        @OptionGroup var options: StoreOptions

        func validate() throws {
            guard [accept, refuse, askCorrection].filter({ $0 }).count == 1 else {
                throw ValidationError("give one of --accept, --refuse, --ask-correction")
            }
            guard accept || reason != nil else { throw ValidationError("give --reason") }
        }

        func run() async throws {
            let decision: ReviewDecision =
                if accept { .accept } else if refuse { .refuse(reason: reason ?? "") } else {
                    .askCorrection(reason: reason ?? "")
                }
            try await options.withInstallation { installation in
                let outcome = try await installation.population.review(
                    application, decision, access: operatorAccess(.adjudication))
                var answer: JSONObject = [
                    "application": .string(outcome.application), "state": .string(outcome.state.rawValue),
                ]
                if let number = outcome.civilNumber { answer["civilNumber"] = .string(number) }
                Output.line(JSONValue.object(answer).serialized())
            }
        }
    }
}
