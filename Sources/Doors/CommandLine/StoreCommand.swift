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
                refused. An embedded store whose pages have no sums yet is written anew with them, which takes its \
                room twice. Prints a JSON object: migrations (for each store the numbers of the migrations it had \
                before, and of those that were applied now) and pageSums (the stores that got them).

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
            let migrations = Create.json(try await Installation.migrate(at: location))
            let summed = try await Installation.addPageSums(at: location)
            printObject(["migrations": migrations, "pageSums": .array(summed.map(JSONValue.string))])
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

func printObject(_ object: JSONObject) {
    Output.line(JSONValue.object(object).serialized())
    Output.flush()
}
