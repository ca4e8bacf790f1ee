import Foundation
import TestSupport
import Testing
import Vault

@Suite("The key file")
struct KeyFileTests {
    let folder: TemporaryFolder
    var path: String { "\(folder.path)/keys/master.key" }

    init() throws { folder = try TemporaryFolder() }

    /// What a key does, which is all that can be seen of it.
    static func trace(_ key: MasterKey) -> [UInt8] { StoreVault(key, store: "test").blindIndex("kind", "value") }

    @Test("is made at the first start, with its folder, for its owner alone, and read from then on")
    func isMadeOnce() throws {
        let key = try MasterKey.loadOrCreate(path: path)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect((attributes[.size] as? NSNumber)?.intValue == 32)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/keys") == ["master.key"])
        #expect(Self.trace(try MasterKey.loadOrCreate(path: path)) == Self.trace(key))
    }

    @Test("is refused when others can open it", arguments: [0o640, 0o604, 0o620, 0o666, 0o601])
    func openFilesAreRefused(mode: Int) throws {
        _ = try MasterKey.loadOrCreate(path: path)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let error = #expect(throws: VaultError.self) { try MasterKey.loadOrCreate(path: path) }
        #expect(error?.code == .keyFile)
        #expect(error?.message.contains("0600") == true)
    }

    @Test("is refused with any other length than 32 bytes", arguments: [0, 1, 31, 33, 64])
    func otherLengthsAreRefused(length: Int) throws {
        _ = try MasterKey.loadOrCreate(path: path)
        let bytes = Data(repeating: 7, count: length)
        try bytes.write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let error = #expect(throws: VaultError.self) { try MasterKey.loadOrCreate(path: path) }
        #expect(error?.code == .keyFile)
        #expect(FileManager.default.contents(atPath: path) == bytes)
    }

    @Test("where it cannot be made, says so")
    func impossiblePath() throws {
        let file = "\(folder.path)/file"
        try Data("a".utf8).write(to: URL(fileURLWithPath: file))
        let error = #expect(throws: VaultError.self) { try MasterKey.loadOrCreate(path: "\(file)/master.key") }
        #expect(error?.code == .keyFile)
    }

    @Test("many that start at once get one key")
    func startersAtOnce() async throws {
        for round in 0..<20 {
            let path = "\(folder.path)/\(round)/master.key"
            let traces = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<8 { group.addTask { Self.trace(try MasterKey.loadOrCreate(path: path)) } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(traces.count == 1)
        }
    }

    @Test("two installations have two keys")
    func keysDiffer() throws {
        let first = try MasterKey.loadOrCreate(path: path)
        let second = try MasterKey.loadOrCreate(path: "\(folder.path)/other/master.key")
        #expect(Self.trace(first) != Self.trace(second))
    }
}
