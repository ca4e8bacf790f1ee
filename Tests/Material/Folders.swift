public import Foundation
import Synchronization

/// Where the package lies, found by walking up from this file.
public enum PackageFolder {
    public static let root: URL = {
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while folder.path != "/",
            !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path)
        {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    /// The Swift files below a folder of the package, by path.
    public static func swiftFiles(_ folder: String) -> [(path: String, text: String)] {
        let start = root.appending(path: folder).resolvingSymlinksInPath()
        guard let paths = FileManager.default.enumerator(atPath: start.path) else { return [] }
        return paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().compactMap { path in
            guard let text = try? String(contentsOf: start.appending(path: path), encoding: .utf8) else { return nil }
            return ("\(folder)/\(path)", text)
        }
    }
}

/// The folder of given test material, outside the repository.
public enum SharedFolder {
    /// `SIJILL_SHARED`, or `../shared` beside the package; nil, with a line printed, where `path` is not there.
    public static func file(_ path: String, neededFor what: String) -> URL? {
        let url = root.appending(path: path)
        if FileManager.default.fileExists(atPath: url.path) { return url }
        print("Skipped: \(what), because \(path) is not in the shared folder; set SIJILL_SHARED.")
        return nil
    }

    private static var root: URL {
        if let path = ProcessInfo.processInfo.environment["SIJILL_SHARED"] { return URL(fileURLWithPath: path) }
        return PackageFolder.root.deletingLastPathComponent().appending(path: "shared")
    }
}

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
