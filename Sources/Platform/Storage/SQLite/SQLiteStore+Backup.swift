import Foundation
import GRDB
import Synchronization

extension SQLiteStore {
    /// Copies stores that are in use, all as they are at one moment, to files that must not be there yet.
    ///
    /// Writers wait only while that moment is fixed in every store; the pages are copied beside them. Each copy has sums of
    /// its pages, is read through once (`integrity_check`) and synchronised. Throws `StorageError`.
    ///
    /// - Parameter progress: the share of the pages that are copied, from 0 to 1.
    public static func backUp(
        _ stores: [(store: SQLiteStore, path: String)], progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws {
        if stores.contains(where: { FileManager.default.fileExists(atPath: $0.path) }) {
            throw StorageError(.unavailable, "a file of this name is there already: name a new folder")
        }
        // Threads of its own: each holds a transaction open and waits for the others.
        let result = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: Result { try Backup(stores, progress).run() })
            }
        }
        do { try result.get() } catch let error as DatabaseError { throw storageError(error) }
    }

    fileprivate func copy(to path: String, begun: () -> Void, _ progress: @escaping (Int, Int) -> Void) throws {
        let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            begun()
            throw StorageError(.medium, "a file of the backup cannot be made")
        }
        defer { Foundation.close(descriptor) }
        var isBegun = false
        defer { if !isBegun { begun() } }
        let copy = try DatabaseQueue(path: path)
        try pool.read { source in
            // The first look fixes the moment that this transaction sees.
            _ = try Int.fetchOne(source, sql: "SELECT COUNT(*) FROM sqlite_master")
            isBegun = true
            begun()
            try copy.writeWithoutTransaction { target in
                try source.backup(to: target, pagesPerStep: 1000) { step in
                    progress(step.completedPageCount, step.totalPageCount)
                }
            }
        }
        try copy.writeWithoutTransaction { database in
            // One file, without a -wal beside it that could be forgotten.
            _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = DELETE")
            guard try String.fetchOne(database, sql: "PRAGMA integrity_check") == "ok" else {
                throw StorageError(.medium, "the copy is damaged: look at the medium")
            }
        }
        try copy.close()
        try SQLiteFile(path).confirmPages()
        guard fsync(descriptor) == 0 else { throw StorageError(.medium, "the copy cannot be synchronised") }
    }

    fileprivate func holdingWriters(_ body: () throws -> Void) throws { try pool.write { _ in try body() } }
}

/// One run of a backup.
private final class Backup: Sendable {
    private let stores: [(store: SQLiteStore, path: String)]
    private let progress: @Sendable (Double) -> Void
    private let pages: Mutex<[(done: Int, total: Int)]>
    private let faults = Mutex<[any Error]>([])

    init(_ stores: [(store: SQLiteStore, path: String)], _ progress: @escaping @Sendable (Double) -> Void) {
        self.stores = stores
        self.progress = progress
        pages = Mutex(Array(repeating: (done: 0, total: 0), count: stores.count))
    }

    func run() throws {
        let finished = DispatchGroup()
        try holdWriters(of: stores[...]) {
            let begun = DispatchGroup()
            for index in self.stores.indices {
                begun.enter()
                finished.enter()
                Thread.detachNewThread {
                    self.copy(index) { begun.leave() }
                    finished.leave()
                }
            }
            begun.wait()
        }
        finished.wait()
        if let fault = faults.withLock({ $0.first }) { throw fault }
    }

    private func holdWriters(of rest: ArraySlice<(store: SQLiteStore, path: String)>, _ body: () throws -> Void) throws
    {
        guard let first = rest.first else { return try body() }
        try first.store.holdingWriters { try holdWriters(of: rest.dropFirst(), body) }
    }

    private func copy(_ index: Int, begun: () -> Void) {
        do {
            try stores[index].store.copy(to: stores[index].path, begun: begun) { done, total in
                let (sum, all) = self.pages.withLock { pages in
                    pages[index] = (done, total)
                    return (pages.reduce(0) { $0 + $1.done }, pages.reduce(0) { $0 + $1.total })
                }
                self.progress(all == 0 ? 0 : Double(sum) / Double(all))
            }
        } catch {
            faults.withLock { $0.append(error) }
        }
    }
}
