import ArgumentParser
import ExpressionLanguage
import Foundation
import StrictJSON

struct RuleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rule", abstract: "Works with the expressions in which the law is written.",
        subcommands: [Evaluate.self])

    struct Evaluate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Evaluates an expression of the Common Expression Language, or runs conformance cases.",
            discussion: """
                With an expression: prints its value as JSON (a type by its name, bytes in base64, fractions, dates and times as texts); names come from --bindings, a JSON object. With --cases: \
                runs one case a line (file, section, name, expr, value or eval_error, bindings, type_env), names those \
                that fail, and ends with `N passed, N failed, N skipped`; the exit status is 1 when a case fails.

                EXAMPLES
                  sijill rule evaluate '1 + 2 * 3'
                  sijill rule evaluate 'members.size() <= 2 * rooms' --bindings household.json
                  sijill rule evaluate 'ratio(3, 7) * 5'
                  sijill rule evaluate --cases conformance.jsonl
                """)

        @Argument(help: "The expression.") var expression: String?
        @Option(help: "A JSON file whose members are the names of the expression.") var bindings: String?
        @Option(help: "Conformance cases, one JSON object a line; - for standard input.") var cases: String?

        func validate() throws {
            guard (expression == nil) != (cases == nil) else {
                throw ValidationError("give an expression or --cases, not both")
            }
            guard cases == nil || bindings == nil else { throw ValidationError("--bindings goes with an expression") }
        }

        func run() async throws {
            if let cases { return try runCases(cases) }
            try evaluate(expression ?? "")
        }

        private func evaluate(_ source: String) throws {
            var environment = Environment.standard
            environment.timeZone = Self.timeZone
            var values: [String: Value] = [:]
            if let bindings {
                guard case .object(let object) = try readDocument(bindings) else {
                    throw Refused("bindings: give a JSON object")
                }
                for (name, value) in object {
                    environment = environment.declaring(name, as: .dyn)
                    values[name] = Value(value)
                }
            }
            do {
                let expression = try Expression(source, in: environment)
                Output.line(Self.shown(try expression.evaluate(Bindings(values))).serialized())
            } catch let error as ExpressionError {
                throw Refused("\(error)")
            }
        }

        private func runCases(_ path: String) throws {
            var lines = try LineReader(path)
            var counts = (passed: 0, failed: 0, skipped: 0)
            while let line = lines.next() {
                guard line.bytes.contains(where: { $0 > 0x20 }) else { continue }
                do {
                    let test = try ConformanceCase(try JSONValue(parsing: line.bytes))
                    switch test.run(timeZone: Self.timeZone) {
                    case .passed: counts.passed += 1
                    case .failed(let reason):
                        counts.failed += 1
                        Output.line("FAILED \(test.fullName): \(reason)")
                    case .skipped(let reason):
                        counts.skipped += 1
                        Output.line("SKIPPED \(test.fullName): \(reason)")
                    }
                } catch {
                    counts.failed += 1
                    Output.line("FAILED line \(line.number): it is no case: \(error)")
                }
            }
            Output.line("\(counts.passed) passed, \(counts.failed) failed, \(counts.skipped) skipped")
            Output.flush()
            if counts.failed > 0 { throw Refused("\(counts.failed) cases failed") }
        }

        /// JSON also for what has no JSON form of its own: a type is its name, an absent optional null, a map's key a text.
        private static func shown(_ value: Value) -> JSONValue {
            switch value {
            case .type(let name): return .string(name)
            case .optional(let inner): return inner.map(shown) ?? .null
            case .list(let elements): return .array(elements.map(shown))
            case .map(let map):
                var object = JSONObject()
                for (key, element) in zip(map.keys, map.values) {
                    let name = shown(key)
                    object[name.string ?? name.serialized()] = shown(element)
                }
                return .object(object)
            default: return (try? value.json) ?? .null
            }
        }

        @Sendable private static func timeZone(_ name: String, _ secondsSinceEpoch: Int64) -> Int? {
            TimeZone(identifier: name)?.secondsFromGMT(for: Date(timeIntervalSince1970: Double(secondsSinceEpoch)))
        }
    }
}
