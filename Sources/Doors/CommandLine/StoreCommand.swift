import ArgumentParser
import Installation
import RecordStore
import Storage
import StrictJSON

struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Makes, brings up to date, checks, copies and spreads the three stores.",
        subcommands: [
            Create.self, Migrate.self, Check.self, Backup.self, Restore.self, Distribute.self,
        ])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes the databases of an installation, or the folder of an embedded one, with their tables.",
            discussion: """
                With PostgreSQL it makes those of the three databases that are not there yet, as the user of the \
                address, who must have the right CREATEDB. The key file is made when the store is first opened. \
                Prints a JSON object: made (the names of the databases) and migrations (by store, as of `sijill store migrate`).

                EXAMPLES
                  sijill store create --store ./store
                  PGPASSFILE=pgpass sijill store create --store postgresql://db.example/sijill --keys ./keys
                """)

        @OptionGroup var options: StoreOptions
        @Option(help: "With PostgreSQL: a database that exists, to ask from.") var maintenance = "postgres"

        func run() async throws {
            let location = try await options.location()
            let made = try await location.create(maintenance: maintenance)
            if case .folder = location { try await options.withInstallation { _ in } }
            let migrated = try await Installation.migrate(at: location)
            printObject(["made": .array(made.map(JSONValue.string)), "migrations": Self.json(migrated)])
        }

        static func json(_ outcome: [(store: String, before: [Int], applied: [Int])]) -> JSONValue {
            func list(_ numbers: [Int]) -> JSONValue { .array(numbers.map { .integer(Int64($0)) }) }
            var stores: JSONObject = [:]
            for store in outcome {
                stores[store.store] = ["before": list(store.before), "applied": list(store.applied)]
            }
            return .object(stores)
        }
    }

    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Brings the tables of the three stores up to date.",
            discussion: """
                The stores may be in use; a lock keeps other programs from migrating meanwhile. Interrupted, the same \
                command goes on. A store that is newer than this program, or whose migrations differ from its own, is \
                refused. Prints a JSON object: for each store the numbers of the migrations it had before (before) and \
                of those that were applied now (applied).

                EXAMPLES
                  sijill store migrate --store ./store
                  sijill store migrate --store postgresql:///sijill --keys ./keys
                """)

        @OptionGroup var options: StoreOptions

        func run() async throws {
            let location = try await options.location()
            if let missing = location.missingFiles.first {
                throw Refused("store: \(missing) is missing in this folder: make the store with `sijill store create`")
            }
            printObject(["migrations": Create.json(try await Installation.migrate(at: location))])
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Finds damage, rows that no act wrote, and settings under which an answered act could be lost.",
            discussion: """
                SQLite reads every page of its files; with PostgreSQL the settings of the server are looked at, and its \
                own tools (pg_amcheck, checksums) look at the files. Then every row is compared with the audit leaves, \
                as by `sijill audit verify`, every seal is opened, without showing what is in it, and every reference \
                from row to row is followed, into the other store as well. Prints a JSON object: sound, rowsChecked, \
                pending, treeSize, problemCount, problems (store, problem and, for a row, table and row: its key). The \
                exit status is 1 when a problem was found.

                EXAMPLES
                  sijill store check --store ./store
                """)

        @OptionGroup var options: StoreOptions

        private static let mostProblems = 1000

        func run() async throws {
            if let missing = try await options.location().missingFiles.first {
                throw Refused("store: \(missing) is missing in this folder")
            }
            let (report, engine, integrity) = try await options.withInstallation { installation in
                try await installation.sequencer.drain()
                return (
                    try await installation.verifier.verify(), try await installation.engineProblems(),
                    try await installation.integrityProblems()
                )
            }
            let problems =
                engine.map { Problem(store: $0.store, table: nil, row: nil, problem: $0.problem) }
                + report.findings.map {
                    Problem(store: $0.store, table: $0.table, row: $0.row, problem: "the row was \($0.kind.rawValue)")
                }
                + integrity.map {
                    Problem(store: $0.store, table: $0.problem.table, row: $0.problem.row, problem: $0.problem.problem)
                }
            printObject([
                "sound": .bool(problems.isEmpty), "rowsChecked": .integer(Int64(report.rowsChecked)),
                "pending": .integer(Int64(report.pending)), "treeSize": .integer(Int64(report.treeSize)),
                "problemCount": .integer(Int64(problems.count)),
                "problems": .array(problems.prefix(Self.mostProblems).map(\.json)),
            ])
            if let first = problems.first { throw Refused(first.sentence) }
        }

        private struct Problem {
            let store: String
            let table: String?
            let row: String?
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

    struct Distribute: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the calls that spread the tables over the machines of a Citus cluster.",
            discussion: """
                SQL for psql, one database after the other under a comment with its name: reference tables first, then \
                each family co-located with its first table. The description is the one that the lint of statements \
                reads. It is carried out by whoever administers the cluster, once, on empty tables.

                EXAMPLES
                  sijill store distribute --print
                  sijill store distribute --print --database social --shards 64 | psql sijill_social
                """)

        @Flag(name: .customLong("print"), help: "Print the calls; nothing is carried out.") var isPrinting = false
        @Option(help: "Only those of one database: population, social or log.") var database: String?
        @Option(help: "Into how many parts each family is cut; default: the cluster's setting.") var shards: Int?

        func validate() throws {
            guard isPrinting else { throw ValidationError("give --print: the calls are printed, never carried out") }
            guard database.map(StoreLocation.names.contains) ?? true else {
                throw ValidationError("--database must be one of: \(StoreLocation.names.joined(separator: ", "))")
            }
            guard (1...100_000).contains(shards ?? 1) else {
                throw ValidationError("--shards must be from 1 to 100000")
            }
        }

        func run() async throws {
            for (name, tables) in zip(StoreLocation.names, Installation.tables) where database ?? name == name {
                Output.line("-- \(name)")
                for call in Distribution(tables).calls(shards: shards) { Output.line(call) }
            }
        }
    }
}

private func printObject(_ object: JSONObject) {
    Output.line(JSONValue.object(object).serialized())
    Output.flush()
}
