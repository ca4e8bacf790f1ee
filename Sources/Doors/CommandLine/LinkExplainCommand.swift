import ArgumentParser
import Linkage
import StrictJSON

struct LinkExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tells why two records of a file are held to be one person or not.",
        discussion: """
            Prints the weights in bits, one comparison a line, then the probability, what is done with the pair, and \
            what would settle it. No value of a record is shown.

            EXAMPLES
              sijill link explain people.csv --config register 17 2093
              sijill link explain people.csv --config register 17 2093 --format svg > waterfall.svg
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, svg }

    @Argument(help: "A comma-separated file with a header line.") var input: String
    @Argument(help: "The identifier of a record.") var one: String
    @Argument(help: "The identifier of the other.") var other: String
    @Option(help: "text, json or svg.") var format: Format = .text
    @OptionGroup var options: LinkOptions

    func run() async throws {
        let linker = try options.linker(input)
        let explanation: Explanation
        do { explanation = try linker.explain(one, other) } catch { throw Refused("\(error)") }
        let path = linker.configuration.path(explanation.probability)
        switch format {
        case .svg: Output.line(explanation.svg)
        case .json:
            guard case .object(var object) = explained(explanation) else { return }
            object["path"] = .string(path.rawValue)
            Output.line(JSONValue.object(object).serialized())
        case .text:
            for line in explanation.text { Output.line(line) }
            Output.line("path\t\(path.rawValue)")
        }
    }
}

func explained(_ explanation: Explanation) -> JSONValue {
    var object = JSONObject()
    object["probability"] = .double(explanation.probability)
    if let veto = explanation.veto { object["veto"] = .string(veto) }
    object["steps"] = .array(
        explanation.steps.map { step in
            var row = JSONObject()
            row["name"] = .string(step.name)
            row["finding"] = .string(step.finding)
            row["bits"] = .double(step.bits)
            return .object(row)
        })
    object["wouldSettle"] = .array(
        explanation.wouldSettle.map { evidence in
            var row = JSONObject()
            row["field"] = .string(evidence.field)
            row["ifEqual"] = .double(evidence.ifEqual)
            row["ifDifferent"] = .double(evidence.ifDifferent)
            return .object(row)
        })
    return .object(object)
}
