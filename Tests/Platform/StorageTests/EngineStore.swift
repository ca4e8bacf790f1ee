import Storage
import TestSupport
import Testing

/// The engines that a test of both runs on.
enum Engine: String, CaseIterable, Sendable {
    case sqlite, postgresql

    static let all: [Engine] = TestServer.isAvailable ? allCases : [.sqlite]
}

/// One database of an engine, to be opened as often as a test likes.
struct EngineStore: Sendable {
    let folder: TemporaryFolder
    let open: @Sendable () throws -> any Store
    /// nil for the embedded engine.
    let database: String?

    init(_ engine: Engine, _ name: String, limits: PostgreSQLStore.Limits = PostgreSQLStore.Limits()) async throws {
        folder = try TemporaryFolder()
        if engine == .postgresql {
            let server = try #require(TestServer.shared)
            let made = try await server.newDatabase(name)
            let address = try server.address(made)
            database = made
            open = { PostgreSQLStore(address, limits: limits) }
        } else {
            let path = "\(folder.path)/store.sqlite"
            database = nil
            open = { try SQLiteStore(path: path) }
        }
    }
}
