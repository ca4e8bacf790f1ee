public import Foundation
import Synchronization

/// A folder of its own for one test, removed with it.
public final class TemporaryFolder: Sendable {
    public let path: String
    private let kept = Mutex<TestDatabases?>(nil)
    private let keptEmpty = Mutex<[String]>([])

    public init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "sijill-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// The databases that stand for this folder where tests run on PostgreSQL: the same ones whenever asked.
    public func databases() async throws -> TestDatabases? {
        if let made = kept.withLock({ $0 }) { return made }
        guard let server = TestServer.shared else { return nil }
        let made = try await TestDatabases(server)
        kept.withLock { $0 = made }
        return made
    }

    /// Databases without a schema that stand for files of this folder: the same ones whenever asked.
    public func emptyDatabases(_ names: [String]) async throws -> [String] {
        let made = keptEmpty.withLock { $0 }
        if !made.isEmpty { return made }
        guard let server = TestServer.shared else { return [] }
        var databases: [String] = []
        for name in names { databases.append(try await server.newDatabase(name)) }
        keptEmpty.withLock { $0 = databases }
        return databases
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The bytes of every file below the folder.
    public func contents() throws -> [(name: String, bytes: Data)] {
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return names.sorted().compactMap { name in
            FileManager.default.contents(atPath: "\(path)/\(name)").map { (name, $0) }
        }
    }
}
