import ArgumentParser
import Installation
import RecordStore
import Storage
import StrictJSON
import Vault

extension StoreCommand {
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Finds damage, rows that no act wrote, and settings under which an answered act could be lost.",
            discussion: """
                Every page of SQLite's files is compared with its sum, free ones too, and the write-ahead log with its; \
                with PostgreSQL the settings of the server are looked at, and what it says of pages that it reads. Then \
                every row is compared with the audit leaves, as by `sijill audit verify`, every seal is opened, without \
                showing what is in it, and every reference from row to row is followed, into the other store as well. A \
                damaged page does not keep the rows from being looked at. Prints a JSON object: sound, rowsChecked, \
                pending, treeSize, problemCount, problems (store, problem and, for a row, table and row: its key), \
                advice (store, advice: what is no problem and could be better). The exit status is 1 when a problem was \
                found.

                EXAMPLES
                  sijill store check --store ./store
                """)

        @OptionGroup var options: StoreOptions

        private static let mostProblems = 1000

        func run() async throws {
            let location = try await options.location()
            if let missing = location.missingFiles.first {
                throw Refused("store: \(missing) is missing in this folder")
            }
            // Before anything is opened, which writes.
            let faults = location.faults
            var problems = faults.map { Problem(store: $0.store, problem: $0.fault.problem) }
            var found = Findings()
            if !faults.contains(where: \.fault.forbidsOpening) {
                do {
                    found = try await options.withInstallation(damagedPages: .read) { try await Findings($0) }
                } catch {
                    guard let problem = Self.problem(of: error, isKnown: !problems.isEmpty) else { throw error }
                    problems.append(problem)
                }
            }
            // The engine is asked again once it is open, and meets the same pages.
            let places = faults.map { "\($0.fault.place):" }
            problems += found.problems.filter { problem in !places.contains { problem.problem.hasPrefix($0) } }
            printObject([
                "sound": .bool(problems.isEmpty), "rowsChecked": .integer(Int64(found.report?.rowsChecked ?? 0)),
                "pending": .integer(Int64(found.report?.pending ?? 0)),
                "treeSize": .integer(Int64(found.report?.treeSize ?? 0)),
                "problemCount": .integer(Int64(problems.count)),
                "problems": .array(problems.prefix(Self.mostProblems).map(\.json)),
                "advice": .array(
                    found.advice.map { .object(["store": .string($0.store), "advice": .string($0.advice)]) }),
            ])
            if let first = problems.first { throw Refused(first.sentence) }
        }

        /// Why the rows could not be looked at, as a problem of the store; nil for what says nothing about it.
        private static func problem(of error: any Error, isKnown: Bool) -> Problem? {
            switch error {
            case let error as StorageError where isKnown || [.medium, .unavailable, .statement].contains(error.code):
                Problem(store: "all", problem: "the rows cannot be read: \(error.message)")
            case let error as RecordError: Problem(store: "all", problem: "the rows cannot be read: \(error.message)")
            case let error as VaultError where isKnown:
                Problem(store: "all", problem: "the rows cannot be read: \(error.message)")
            default: nil
            }
        }

        /// What an opened installation says of itself.
        private struct Findings {
            var report: AuditReport?
            var problems: [Problem] = []
            var advice: [(store: String, advice: String)] = []

            init() {}

            init(_ installation: Installation) async throws {
                advice = try await installation.engineAdvice()
                problems = try await installation.engineProblems().map { Problem(store: $0.store, problem: $0.problem) }
                do {
                    try await installation.sequencer.drain()
                    let report = try await installation.verifier.verify()
                    self.report = report
                    problems += report.findings.map {
                        Problem(
                            store: $0.store, table: $0.table, row: $0.row, problem: "the row was \($0.kind.rawValue)")
                    }
                    problems += try await installation.integrityProblems().map {
                        Problem(
                            store: $0.store, table: $0.problem.table, row: $0.problem.row, problem: $0.problem.problem)
                    }
                } catch {
                    guard let problem = Check.problem(of: error, isKnown: !problems.isEmpty) else { throw error }
                    problems.append(problem)
                }
            }
        }

        private struct Problem {
            let store: String
            var table: String?
            var row: String?
            let problem: String

            var sentence: String {
                ([store] + [table, row.map { "row \($0)" }].compactMap { $0 } + [problem]).joined(separator: ": ")
            }

            var json: JSONValue {
                var object: JSONObject = ["store": .string(store)]
                if let table { object["table"] = .string(table) }
                if let row { object["row"] = .string(row) }
                object["problem"] = .string(table.map { "\($0): row \(row ?? ""): \(problem)" } ?? problem)
                return .object(object)
            }
        }
    }
}
