import ArgumentParser
import Installation
import RecordStore
import Storage
import StrictJSON

extension StoreCommand {
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Finds damage, rows that no act wrote, and settings under which an answered act could be lost.",
            discussion: """
                Every page of SQLite's files is compared with its sum, free ones too, and the write-ahead log with its; \
                with PostgreSQL the settings of the server are looked at, and what it says of every page that it reads. \
                Then every row is compared with the audit leaves, as by `sijill audit verify`, every seal is opened, \
                without showing what is in it, and every reference from row to row is followed, into the other store as \
                well. A damaged page does not keep the rows from being looked at. Prints a JSON object: sound, \
                rowsChecked, pending, treeSize, problemCount, problems (store, problem and, for a row, table and row: \
                its key), advice (store, advice: what is no problem and could be better). The exit status is 1 when a \
                problem was found.

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
            let found = try await StoreExamination(location) { try await options.open(damagedPages: .read) }
            printObject([
                "sound": .bool(found.isSound), "rowsChecked": .integer(Int64(found.report?.rowsChecked ?? 0)),
                "pending": .integer(Int64(found.report?.pending ?? 0)),
                "treeSize": .integer(Int64(found.report?.treeSize ?? 0)),
                "problemCount": .integer(Int64(found.problems.count)),
                "problems": .array(found.problems.prefix(Self.mostProblems).map(Self.json)),
                "advice": .array(
                    found.advice.map { .object(["store": .string($0.store), "advice": .string($0.advice)]) }),
            ])
            if let first = found.problems.first { throw Refused(Self.sentence(first)) }
        }

        private static func sentence(_ problem: StoreExamination.Problem) -> String {
            ([problem.store] + [problem.table, problem.row.map { "row \($0)" }].compactMap { $0 } + [problem.problem])
                .joined(separator: ": ")
        }

        private static func json(_ problem: StoreExamination.Problem) -> JSONValue {
            var object: JSONObject = ["store": .string(problem.store)]
            if let table = problem.table { object["table"] = .string(table) }
            if let row = problem.row { object["row"] = .string(row) }
            object["problem"] = .string(
                problem.table.map { "\($0): row \(problem.row ?? ""): \(problem.problem)" } ?? problem.problem)
            return .object(object)
        }
    }
}
