import Foundation
import RecordStore
import Storage
import TestMaterial
import TestSupport
import Testing

@testable import Installation

/// One bit of a file of a PostgreSQL server with data checksums is turned over while it is down; the server's own sums
/// find it, and the check names the table or index.
///
/// `SIJILL_FLIPS_POSTGRESQL` says how often (default 6), `SIJILL_SEED` repeats a run.
@Suite("A bit turned over in a database", .serialized, .enabled(if: TestServer.isAvailable, "no PostgreSQL"))
struct FlippedPageTests {
    private static let files = Statement(
        "test.files",
        """
        SELECT c.relname AS name, pg_relation_filepath(c.oid) AS path FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
        WHERE c.relkind IN ('r', 'i') AND pg_relation_size(c.oid) > 0 ORDER BY c.relname
        """)

    @Test("each flip in a table or an index is named by its relation")
    func eachIsNamed() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["SIJILL_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...9_999_999)
        let flips = environment["SIJILL_FLIPS_POSTGRESQL"].flatMap { Int($0) } ?? 6
        print("SIJILL_SEED=\(seed)")
        var random = SeededGenerator(seed: seed)
        let folder = try TemporaryFolder()
        let server = try TestServer(isDurable: true, settings: ["autovacuum=off"])
        let location = StoreLocation.servers(
            try StoreLocation.Servers(server: try server.address("sijill"), keys: folder.path))
        _ = try await location.create()
        _ = try await Demonstration.prepare(
            at: location, households: 3, jurisdiction: TestInstallation.jurisdiction,
            surroundings: .fixed(FixedClock(), seed: 3))
        var files: [(name: String, path: String)] = []
        for name in StoreLocation.names {
            let store = PostgreSQLStore(try server.address("sijill_\(name)"))
            _ = try await store.write { try $0.execute(Statement("test.amcheck", "CREATE EXTENSION amcheck"), []) }
            files += try await store.read { transaction in
                try transaction.query(Self.files, []).map { (try $0.text("name"), try $0.text("path")) }
            }
            try await store.close()
        }
        #expect(try await Self.problems(location).isEmpty)
        for round in 0..<flips {
            let file = try #require(files.randomElement(using: &random))
            server.stop(SIGINT)
            let path = "\(server.dataFolder)/\(file.path)"
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            let (byte, bit) = (
                Int.random(in: 0..<whole.count, using: &random), Int.random(in: 0..<8, using: &random)
            )
            try Self.put(whole[byte] ^ 1 << UInt8(bit), at: byte, of: path)
            try await server.restart()
            let problems = try await Self.problems(location)
            #expect(
                problems.contains { $0.contains(file.name) || $0.contains(file.path) },
                "round \(round) of seed \(seed): \(file.name) \(byte) \(bit): \(problems.prefix(3))")
            server.stop(SIGINT)
            try Self.put(whole[byte], at: byte, of: path)
            try await server.restart()
        }
        server.stop(SIGINT)
    }

    /// Writes one byte in its place, so that the file stays the server's.
    private static func put(_ byte: UInt8, at place: Int, of path: String) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: UInt64(place))
        try file.write(contentsOf: Data([byte]))
        try file.close()
    }

    /// What `sijill store check` would name.
    private static func problems(_ location: StoreLocation) async throws -> [String] {
        try await StoreExamination(location) {
            try await Installation.open(
                at: location, jurisdiction: TestInstallation.jurisdiction,
                surroundings: .fixed(FixedClock(), seed: 4))
        }.problems.map { "\($0.table ?? "") \($0.problem)" }
    }
}
