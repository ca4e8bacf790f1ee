import Foundation
import Storage
import TestSupport
import Testing

@Suite("Transactions that share a commit")
struct WriteGroupsTests {
    private static let table = Table(
        "grouped", family: .person, columns: [.text("person_id"), .integer("number")], primaryKey: ["person_id"])
    private static let engines = TestServer.isAvailable ? ["SQLite", "PostgreSQL"] : ["SQLite"]
    private static let find = table.selectByKey

    private struct Refusal: Error, Equatable {
        let number: Int
    }

    private static func withStore(_ engine: String, _ body: (any Store) async throws -> Void) async throws {
        if engine == "SQLite" {
            let folder = try TemporaryFolder()
            let store = try SQLiteStore(path: "\(folder.path)/store.sqlite")
            try await store.migrate([Migration(1, "grouped", creates: [table])])
            try await body(store)
            try await store.close()
        } else {
            let server = try #require(TestServer.shared)
            let store = PostgreSQLStore(try server.address(try await server.newDatabase()))
            try await store.migrate([Migration(1, "grouped", creates: [table])])
            try await body(store)
            try await store.close()
        }
    }

    @Test("each has its own answer, and one that throws leaves nothing and disturbs nobody", arguments: engines)
    func answers(engine: String) async throws {
        try await Self.withStore(engine) { store in
            let groups = WriteGroups(store, most: 16)
            let outcomes = await withTaskGroup(of: (Int, Result<Int, any Error>).self) { tasks in
                for number in 0..<200 {
                    tasks.addTask {
                        do {
                            let answer = try await groups.write(knownBy: nil) { transaction in
                                try transaction.enqueue(
                                    Self.table.insert, [.text("person \(number)"), .integer(Int64(number))])
                                if number.isMultiple(of: 3) { _ = try transaction.query(Self.find, [.text("nobody")]) }
                                if number.isMultiple(of: 7) { throw Refusal(number: number) }
                                return 2 * number
                            }
                            return (number, .success(answer))
                        } catch {
                            return (number, .failure(error))
                        }
                    }
                }
                var outcomes: [Int: Result<Int, any Error>] = [:]
                for await (number, outcome) in tasks { outcomes[number] = outcome }
                return outcomes
            }
            for number in 0..<200 {
                let rows = try await store.read { try $0.query(Self.find, [.text("person \(number)")]) }
                switch outcomes[number] {
                case .success(let answer)?: #expect(answer == 2 * number && rows.count == 1)
                case .failure(let error)?: #expect(error as? Refusal == Refusal(number: number) && rows.isEmpty)
                case nil: Issue.record("\(number) was not answered")
                }
            }
            #expect(store.statistics.writes < 200)
        }
    }

    @Test("a key that two want is one's alone, and the others of their group are in", arguments: engines)
    func takenKey(engine: String) async throws {
        try await Self.withStore(engine) { store in
            let groups = WriteGroups(store)
            let refused = await withTaskGroup(of: Bool.self) { tasks in
                for number in 0..<60 {
                    tasks.addTask {
                        do {
                            try await groups.write(knownBy: nil) { transaction in
                                try transaction.enqueue(
                                    Self.table.insert, [.text("person \(number / 2)"), .integer(Int64(number))])
                            }
                            return false
                        } catch let error as StorageError {
                            return error.code == .duplicateKey
                        } catch {
                            return false
                        }
                    }
                }
                return await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(refused == 30)
            let rows = try await store.read { try $0.query(Self.table.selectAll, []) }
            #expect(rows.count == 30)
        }
    }

    @Test("a caller that goes away takes nobody with it", arguments: engines)
    func cancelled(engine: String) async throws {
        try await Self.withStore(engine) { store in
            let groups = WriteGroups(store)
            await withTaskGroup(of: Void.self) { tasks in
                for number in 0..<50 {
                    tasks.addTask {
                        let task = Task {
                            try await groups.write(knownBy: nil) { transaction in
                                try transaction.enqueue(
                                    Self.table.insert, [.text("person \(number)"), .integer(Int64(number))])
                            }
                        }
                        if number.isMultiple(of: 5) { task.cancel() }
                        let result = await task.result
                        if !number.isMultiple(of: 5), case .failure(let error) = result { Issue.record("\(error)") }
                    }
                }
            }
            let rows = try await store.read { try $0.query(Self.table.selectAll, []) }
            #expect(rows.count >= 40)
        }
    }
}
