import Foundation
import RecordStore
import Storage

/// Files that stand under no key yet, or under keys of another version, are put under those of today.
extension PopulationRegister {
    /// Files that one act opens and compares with what they stand under.
    private static let filesAtOnce = 2000
    /// Files whose keys are written together: their keys fall all over the lists, so that few at a time would write a
    /// page for each key.
    private static let filesOfOneWriting = 20_000

    private static let completion = Access(
        actor: Actor(kind: .service, id: "candidate lists"), purpose: .duplicateSearch, legalBasis: .publicTask)

    /// Puts every file that is not yet there under the keys of the search for duplicates; returns how many were.
    ///
    /// After an end at any moment it goes on where it stood. A store in which nothing is missing says so in one row.
    ///
    /// - Parameter progress: told how many files were looked at, and how many there are.
    @discardableResult
    public func completeCandidateLists(
        batch: Int? = nil, progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) async throws -> Int {
        let version = CandidateLists.version(rules.duplicates.keys)
        let mark = CandidateMark(version: version)
        if try await mark.isComplete(in: records) { return 0 }
        let (total, present) = try await records.lookUp { lookup in
            let all = try lookup.query(DuplicateTables.applicationCount, [.text(ApplicationState.drafted.rawValue)])
            let entered = try lookup.query(DuplicateTables.entryCount, [.text(version)])
            return (Int(try all.first?.integer("total") ?? 0), Int(try entered.first?.integer("total") ?? 0))
        }
        var entered = 0
        if total > present {
            try await records.expectBulk()
            var (last, done) = ("", 0)
            let size = batch ?? Self.filesOfOneWriting
            while let page = try await page(after: last, size) {
                entered += try await complete(page.ids, version)
                last = page.last
                done += page.ids.count
                progress(min(done, total), total)
            }
        }
        if total >= CandidateMark.worthFrom { try await mark.set(in: records, Self.completion) }
        return entered
    }

    private func page(after last: String, _ size: Int) async throws -> (ids: [String], last: String)? {
        let ids = try await records.lookUp { lookup in
            try lookup.query(DuplicateTables.applicationsAfter, [.text(last), .integer(Int64(size))]).map {
                try $0.text("person_id")
            }
        }
        return ids.last.map { (ids, $0) }
    }

    /// A file as it is to be entered; new ones were never under any key.
    private enum Waiting: Sendable {
        case new(id: String, keys: [CandidateLists.Prepared])
        case changed(id: String)
    }

    private func complete(_ ids: [String], _ version: String) async throws -> Int {
        let parts = stride(from: 0, to: ids.count, by: Self.filesAtOnce).map {
            Array(ids[$0..<min($0 + Self.filesAtOnce, ids.count)])
        }
        let waiting = try await withThrowingTaskGroup(of: (Int, [Waiting]).self) { group in
            var found = [[Waiting]](repeating: [], count: parts.count)
            var next = 0
            func give() {
                guard next < parts.count else { return }
                let index = next
                next += 1
                group.addTask { (index, try await self.waiting(parts[index], version)) }
            }
            for _ in 0..<max(1, ProcessInfo.processInfo.activeProcessorCount) { give() }
            while let (index, files) = try await group.next() {
                found[index] = files
                give()
            }
            return found.flatMap { $0 }
        }
        guard !waiting.isEmpty else { return 0 }
        return try await records.perform("duplicate.index", access: Self.completion) { [self] transaction in
            var new: [(id: String, keys: [CandidateLists.Prepared])] = []
            var changed: [String] = []
            for file in waiting {
                switch file {
                case .new(let id, let keys): new.append((id, keys))
                case .changed(let id): changed.append(id)
                }
            }
            // Somebody else may have entered one meanwhile.
            let entries = try transaction.rows(DuplicateTables.entry, keys: new.map { [.text($0.id)] })
            let still = zip(new, entries).filter { $0.1 == nil }.map(\.0)
            try CandidateLists(rules: rules.duplicates, transaction: transaction).enter(still)
            let again = try changed.count { try enterAgain($0, version, in: transaction) }
            return still.count + again
        }
    }

    /// Opens those of a page that do not stand under the keys of today.
    private func waiting(_ ids: [String], _ version: String) async throws -> [Waiting] {
        let missing = try await records.lookUp { lookup in
            let entries = try lookup.rows(DuplicateTables.entry, keys: ids.map { [.text($0)] })
            return try zip(ids, entries).filter { try $0.1?.text("key_version") != version }.map(\.0)
        }
        guard !missing.isEmpty else { return [] }
        let keys = rules.duplicates.keys
        return try await records.perform("duplicate.index", access: Self.completion) { [self] transaction in
            let entries = try transaction.rows(DuplicateTables.entry, keys: missing.map { [.text($0)] })
            let states = try transaction.rows(PopulationTables.application, keys: missing.map { [.text($0)] })
            let hash: (String) -> [UInt8] = { text in
                guard case .blob(let bytes) = transaction.blindIndex("candidate key", text) else { return [] }
                return bytes
            }
            var waiting: [Waiting] = []
            for (index, id) in missing.enumerated() {
                if try states[index]?.text("state") == ApplicationState.drafted.rawValue { continue }
                if entries[index] == nil, let content = try liveContent(of: id, in: transaction) {
                    waiting.append(.new(id: id, keys: CandidateLists.prepare(content, keys, hash: hash)))
                } else {
                    waiting.append(.changed(id: id))
                }
            }
            return waiting
        }
    }

    private func enterAgain(_ id: String, _ version: String, in transaction: RecordTransaction) throws -> Bool {
        let state = try ApplicationFile.state(of: id, in: transaction)
        let entry = try transaction.row(DuplicateTables.entry, key: [.text(id)])
        guard state != .drafted, try entry?.text("key_version") != version else { return false }
        let lists = CandidateLists(rules: rules.duplicates, transaction: transaction)
        if let content = try liveContent(of: id, in: transaction) {
            try lists.enter(id, content)
        } else {
            try lists.leave(id)
        }
        return true
    }
}

/// The row that says that every file stands under its keys, so that a large store need not be counted at each start.
struct CandidateMark {
    /// Files from which on counting costs more than a row.
    static let worthFrom = 5000
    private let open: BulkPlace
    private let complete: BulkPlace

    init(version: String) {
        open = BulkPlace(source: "candidate lists \(version)")
        var complete = open
        complete.accepted = 1
        self.complete = complete
    }

    func isComplete(in records: RecordStore) async throws -> Bool {
        try await records.bulkPlace(source: open.source) == complete
    }

    func set(in records: RecordStore, _ access: Access) async throws {
        let (open, complete) = (open, complete)
        try await records.perform("duplicate.index", access: access) { transaction in
            if try transaction.bulkPlace(source: open.source) != complete {
                try transaction.move(from: open, to: complete)
            }
        }
    }

    /// Before files come in that stand under no key yet.
    func withdraw(in transaction: RecordTransaction) throws {
        if try transaction.bulkPlace(source: open.source) == complete {
            try transaction.move(from: complete, to: open)
        }
    }
}
