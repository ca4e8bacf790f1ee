import ArgumentParser
import Configuration
import Foundation
import Installation
import Quantities
import Rules
import StrictJSON

struct LawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "law",
        abstract: "Checks, tests, shows and explains the law of the country's folder.",
        discussion: """
            EXAMPLES
              sijill law check
              sijill law test
              sijill law show RULE --on 2024-03-01
              sijill law diff --from 2024-12-31 --to 2025-01-01 --language fr
              sijill law explain facts.jsonl --language ar
              sijill law decide PROGRAMME application.json --on 2026-10-01
              sijill law volatility --households 1000
            """,
        subcommands: [
            Check.self, Test.self, Show.self, Diff.self, Explain.self, Decide.self, Volatility.self, Query.self,
            Measure.self,
        ])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says what is wrong with the law: types, units, dates, cycles, unreachable rules, missing texts.",
            discussion: """
                Each fault on a line of standard output: code, file, line, field, and what to do. A folder of law \
                files may be given in place of the country's. The exit status is 1 when there is a fault.

                EXAMPLES
                  sijill law check
                  sijill law check ./my-law
                """)

        @OptionGroup var country: CountryOptions
        @Argument(help: "A folder of law files; the country's own when left out.") var folder: String?

        func run() async throws {
            let findings = LawBook.faults(in: try LawFolder(try await lawFolder(folder, country)).files())
            for finding in findings { Output.line("\(finding)") }
            Output.flush()
            guard findings.isEmpty else { throw Refused("the law has \(findings.count) faults") }
            Output.complain("the law is clean")
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Runs the cases of the law's folder cases/ and names those with another answer.",
            discussion: """
                EXAMPLES
                  sijill law test
                  sijill law test ./my-law
                """)

        @OptionGroup var country: CountryOptions
        @Argument(help: "A folder of law files; the country's own when left out.") var folder: String?

        func run() async throws {
            let book = try LawFolder(try await lawFolder(folder, country)).book()
            var failed = 0
            var counts: [String: Int] = [:]
            for test in book.cases {
                counts[test.programme, default: 0] += 1
                guard let failure = book.failure(of: test) else { continue }
                failed += 1
                Output.line("FAILED \(failure)")
            }
            for (programme, count) in counts.sorted(by: { $0.key < $1.key }) {
                Output.line("\(programme): \(count) cases")
            }
            Output.line("\(book.cases.count - failed) passed, \(failed) failed")
            Output.flush()
            if failed > 0 { throw Refused("\(failed) cases failed") }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows a programme, formula, variable or number as it stands on a day, with sources.",
            discussion: """
                EXAMPLES
                  sijill law show RULE --on 2024-03-01
                  sijill law show formula.urban.cars --on 2026-01-01 --language fr
                """)

        @OptionGroup var country: CountryOptions
        @Argument(help: "The id of a programme, formula, variable, definition or parameter.") var rule: String
        @Option(help: "The day, as 2024-03-01.") var on: String
        @Option(help: "The language of the texts.") var language: String = "en"
        @Option(help: "A folder of law files in place of the country's.") var law: String?

        func run() async throws {
            let law = try await lawBook(law, country)
            for line in try law.show(rule, on: try civilDate(on, "--on"), language: language) {
                Output.line(String(repeating: "  ", count: line.level) + line.text)
            }
            Output.flush()
        }
    }

    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tells in words what changed in the law between two days.",
            discussion: """
                EXAMPLES
                  sijill law diff --from 2024-12-31 --to 2025-01-01
                  sijill law diff --from 2023-12-01 --to 2026-01-01 --language ar
                """)

        @OptionGroup var country: CountryOptions
        @Option(help: "The earlier day.") var from: String
        @Option(help: "The later day.") var to: String
        @Option(help: "The language of the sentences.") var language: String = "en"
        @Option(help: "A folder of law files in place of the country's.") var law: String?

        func run() async throws {
            let law = try await lawBook(law, country)
            guard law.languages.contains(language) else {
                throw Refused("--language: the law has \(law.languages.joined(separator: ", "))")
            }
            let differences = law.differences(from: try civilDate(from, "--from"), to: try civilDate(to, "--to"))
            for difference in differences {
                var text = difference.sentences[language] ?? difference.id
                if let status = difference.status, let source = difference.source {
                    text += " [\(status.rawValue): \(source)]"
                }
                Output.line(text)
            }
            Output.flush()
            if differences.isEmpty { Output.complain("nothing changed") }
        }
    }
}

/// The law files of a folder, which need not belong to a country.
struct LawFolder {
    let path: String

    init(_ path: String) { self.path = path }

    func book() throws -> LawBook { try LawBook(files: try files()) }

    func files() throws -> [LawFile] {
        guard let paths = FileManager.default.enumerator(atPath: path) else {
            throw Refused("\(path): the folder cannot be read")
        }
        var files: [LawFile] = []
        while let name = paths.nextObject() as? String {
            guard name.hasSuffix(".yaml") else { continue }
            guard let text = try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) else {
                throw Refused("\(name): the file cannot be read, or is no UTF-8 text")
            }
            files.append(LawFile(path: name, text: text))
        }
        return files
    }
}

/// The folder that was named, or the law of the country's folder. A country's folder may be named as well.
func lawFolder(_ folder: String?, _ country: CountryOptions) async throws -> String {
    if let folder {
        return FileManager.default.fileExists(atPath: "\(folder)/law.yaml") ? folder : "\(folder)/Law"
    }
    return try Jurisdiction.find(try await country.settings().text(country.jurisdiction, "jurisdiction")) + "/Law"
}

/// The law of a folder that was named, or of the country.
func lawBook(_ folder: String?, _ country: CountryOptions) async throws -> LawBook {
    guard let folder else { return try await country.load().law }
    return try LawFolder(try await lawFolder(folder, country)).book()
}

/// Throws `Refused` naming the option.
func civilDate(_ text: String, _ option: String) throws -> CivilDate {
    guard let date = try? CivilDate(iso8601: text) else { throw Refused("\(option): give a day like 2024-03-01") }
    return date
}
