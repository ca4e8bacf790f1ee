import Installation
import RecordStore
import TestSupport
import Testing

@Suite("The key check of a store")
struct KeyCheckTests {
    @Test("edited or taken away, keeps the store from opening", arguments: FilledStore.databases)
    func guardsTheStore(database: String) async throws {
        for sql in ["UPDATE key_check SET code = x'00'", "DELETE FROM key_check"] {
            let test = try await FilledStore.made.value.open()
            try await test.installation.close()
            try FilledStore.execute(sql, at: "\(test.storePath)/\(database).sqlite")
            let error = await #expect(throws: RecordError.self) {
                _ = try await TestInstallation(folder: test.folder, clock: test.clock, on: nil)
            }
            #expect(error?.code == .wrongKey)
        }
    }
}
