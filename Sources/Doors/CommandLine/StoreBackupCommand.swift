import ArgumentParser
import Installation
import RecordStore
import Storage
import StrictJSON
import TransparencyLog

extension StoreCommand {
    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copies an embedded store, which may be in use, into a new folder.",
            discussion: """
                The three databases are of one moment, with their sums in SHA256SUMS, which a restore confirms; the key file \
                is left out, since its copy is kept elsewhere. Prints a JSON object with the folder. A PostgreSQL store is backed up by the server's own tools.

                EXAMPLES
                  sijill store backup --store ./store --to /backup/sijill-monday
                """)

        @OptionGroup var options: StoreOptions
        @Option(help: "The folder to make.") var to: String

        func run() async throws {
            let location = try await options.location()
            if let missing = location.missingFiles.first(where: { $0 != "master.key" }) {
                throw Refused("store: \(missing) is missing in this folder")
            }
            let bar = ProgressBar("copying", total: 100)
            try await location.backUp(to: to) { bar.show(Int($0 * 100)) }
            bar.finish()
            Output.line(JSONValue.object(["backup": .string(to)]).serialized())
            Output.flush()
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes an embedded store out of a backup and its key file, and verifies it.",
            discussion: """
                The store's folder must not be there yet. Prints a JSON object: sound, treeSize and root (how far the log \
                reaches: compare it with the last checkpoint kept elsewhere), rowsChecked. The exit status is 1 when a \
                row is not what the log says.

                EXAMPLES
                  sijill store restore --from /backup/sijill-monday --key /safe/master.key --store ./store
                """)

        @OptionGroup var options: StoreOptions
        @Option(help: "The folder of the backup.") var from: String
        @Option(help: "The key file that was kept apart.") var key: String

        func run() async throws {
            let location = try await options.location()
            try location.restore(from: from, key: key)
            let report = try await options.withInstallation { installation in
                try await installation.sequencer.drain()
                return try await installation.verifier.verify()
            }
            Output.line(
                JSONValue.object([
                    "sound": .bool(report.isSound), "treeSize": .integer(Int64(report.treeSize)),
                    "root": .string(report.root?.description ?? ""), "rowsChecked": .integer(Int64(report.rowsChecked)),
                ]).serialized())
            Output.flush()
            if let first = report.findings.first {
                throw Refused("\(first.store): \(first.table): row \(first.row) was \(first.kind.rawValue)")
            }
        }
    }
}
