import ArgumentParser
import Installation
import RecordStore
import Storage
import StrictJSON
import TransparencyLog

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Verifies that nothing was changed behind the program's back.",
        subcommands: [Verify.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Recomputes the transparency log from the rows, and compares every row with what the log says.",
            discussion: """
                Prints a JSON object: sound, treeSize, root, pending (leaves not yet sequenced), leavesChecked, \
                rowsChecked, seconds and, when a row was edited, removed or inserted, the first and all findings \
                (store, table, row, kind, leafIndex); damage: what the medium did to the files of an embedded store, \
                which is read in spite of it. The exit status is 1 where there is either. The store may be in use \
                meanwhile.

                With --leaves the registers' rows are not read: each leaf is hashed again, must stand in the tree with \
                that hash, and entries, places, nodes and every signed root of the log must be those of the leaves.

                EXAMPLES
                  sijill audit verify --store ./store
                  sijill audit verify --leaves --store postgresql:///sijill --keys ./keys
                """)

        @Flag(help: "Verify the leaves against the signed tree, without the registers' rows.")
        var leaves = false

        @OptionGroup var options: StoreOptions

        private static let mostFindings = 1000

        func run() async throws {
            let location = try await options.location()
            if let missing = location.missingFiles.first {
                throw Refused("store: \(missing) is missing in this folder")
            }
            let scope: AuditVerifier.Scope = leaves ? .leaves : .everything
            // A page with another sum may be one that a program without sums wrote: whether rows suffered is said below.
            let faults = location.faults.filter { $0.fault.kind != .otherSum }
            let damage = faults.map { "\($0.store): \($0.fault.problem)" }
            if let first = faults.first(where: \.fault.forbidsOpening) { throw Refused(first.fault.problem) }
            let report: AuditReport
            do {
                report = try await options.withInstallation(isAsItStands: true, damagedPages: .read) { installation in
                    try await installation.sequencer.drain()
                    return try await installation.verifier.verify(scope)
                }
            } catch {
                if let first = damage.first { throw Refused(first) }
                throw error
            }
            var answer: JSONObject = [
                "sound": .bool(report.isSound && damage.isEmpty), "treeSize": .integer(Int64(report.treeSize)),
                "root": .string(report.root?.description ?? ""), "pending": .integer(Int64(report.pending)),
                "leavesChecked": .integer(Int64(report.leavesChecked)),
                "rowsChecked": .integer(Int64(report.rowsChecked)),
                "seconds": .double((report.seconds * 1000).rounded() / 1000),
            ]
            if let first = report.findings.first {
                answer["first"] = Self.json(first)
                answer["findingCount"] = .integer(Int64(report.findings.count))
                answer["findings"] = .array(report.findings.prefix(Self.mostFindings).map(Self.json))
            }
            if !damage.isEmpty { answer["damage"] = .array(damage.map(JSONValue.string)) }
            Output.line(JSONValue.object(answer).serialized())
            Output.flush()
            if let first = report.findings.first {
                throw Refused("\(first.store): \(first.table): row \(first.row) was \(first.kind.rawValue)")
            }
            if let first = damage.first { throw Refused(first) }
        }

        private static func json(_ finding: AuditReport.Finding) -> JSONValue {
            .object([
                "store": .string(finding.store), "table": .string(finding.table), "row": .string(finding.row),
                "kind": .string(finding.kind.rawValue),
                "leafIndex": finding.leafIndex.map { .integer(Int64($0)) } ?? .null,
            ])
        }
    }
}
