import CSQLiteSums
import Foundation
import GRDB

/// A database file of the embedded store as it lies on the medium, read past SQLite.
///
/// Its pages end with a sum that a layer of our own writes and compares (decision 20); its write-ahead log has sums of
/// SQLite's. Reading it needs no lock and changes nothing.
public struct SQLiteFile: Sendable {
    /// Something in a file that is not what was written.
    public struct Fault: Sendable, Equatable {
        public enum Kind: Sendable {
            /// One bit is another: the medium did that.
            case turnedBit
            /// The page has another sum: damage, or a program that knows no sums wrote it.
            case otherSum
            /// One bit of the first page, by which everything else is read.
            case header
            /// Acknowledged acts lie behind a part of the write-ahead log that is not what was written.
            case log
        }

        public let kind: Kind
        /// The file and the page or frame.
        public let place: String
        public let reason: String

        public var problem: String { "\(place): \(reason)" }

        /// Whether opening the file could lose more than is lost: acts in a log, pages counted by a wrong header.
        public var forbidsOpening: Bool { kind == .log || kind == .header }
    }

    public let path: String

    public init(_ path: String) { self.path = path }

    private var name: String { (path as NSString).lastPathComponent }
    private static let mostFaults: UInt32 = 1000

    /// Whether the pages have sums; nil where there is no file yet, or an empty one.
    public var hasPageSums: Bool? {
        var scan = sums_scan()
        guard sums_scan_header(path, &scan) == 0, scan.pages > 0 else { return nil }
        return scan.has_sums != 0
    }

    /// Every page that is not what was written, and what the write-ahead log lost.
    public var faults: [Fault] { logFaults + pageFaults }

    /// What forbids opening the file; to be asked before.
    var faultsBeforeOpening: [Fault] {
        var scan = sums_scan()
        guard sums_scan_first(path, 1, 1, &scan) == 0 else { return logFaults }
        defer { free(scan.faults) }
        return logFaults + (scan.fault_count == 0 ? [] : faults(of: scan)).filter(\.forbidsOpening)
    }

    /// What of the write-ahead log is not what was written although acknowledged acts are in it or behind it.
    ///
    /// SQLite would take the place for the log's end and forget them.
    private var logFaults: [Fault] {
        let reason =
            "is not what was written; acts that were acknowledged are lost without it: "
            + "restore the store from a backup"
        guard let log = log() else { return [Fault(kind: .log, place: "\(name)-wal", reason: "it cannot be read")] }
        if log.is_header_damaged != 0 {
            return [Fault(kind: .log, place: "\(name)-wal: header", reason: reason)]
        }
        guard log.damaged_frame > 0 else { return [] }
        return [Fault(kind: .log, place: "\(name)-wal: frame \(log.damaged_frame)", reason: reason)]
    }

    /// Every page whose sum is another than it was written with.
    public var pageFaults: [Fault] {
        var scan = sums_scan()
        guard sums_scan_first(path, .max, Self.mostFaults, &scan) == 0 else { return [] }
        defer { free(scan.faults) }
        return faults(of: scan)
    }

    private func faults(of scan: sums_scan) -> [Fault] {
        let faults = (0..<Int(min(scan.fault_count, Self.mostFaults))).map { scan.faults[$0] }
        guard !faults.isEmpty else { return [] }
        var covered = [UInt8](repeating: 0, count: Int(scan.pages) / 8 + 1)
        _ = log(&covered)
        return faults.map { fault in
            let isCovered = covered[Int(fault.number) / 8] >> UInt8(fault.number % 8) & 1 == 1
            let isTurned = fault.verdict == SUMS_TURNED_BIT
            return Fault(
                kind: !isTurned ? .otherSum : fault.number == 1 ? .header : .turnedBit,
                place: "\(name): page \(fault.number)", reason: Self.sentence(fault, isCovered: isCovered))
        }
    }

    private static func sentence(_ fault: sums_page_fault, isCovered: Bool) -> String {
        let what =
            fault.verdict == SUMS_TURNED_BIT
            ? "bit \(fault.bit % 8) of byte \(fault.bit / 8) is not as it was written: the medium turned it over"
            : "it does not have the sum that it was written with: the medium damaged it, or another program wrote it"
        if isCovered { return what + "; the write-ahead log holds the page whole, and opening the store wrote it anew" }
        return what
            + (fault.verdict == SUMS_TURNED_BIT
                ? "; restore the store from a backup" : "; `sijill store backup` and `restore` give new sums")
    }

    /// How many frames of the write-ahead log lie before the end of its last transaction.
    public var framesInLog: Int { Int(log()?.frames ?? 0) }

    private func log() -> sums_log? {
        var log = sums_log()
        return sums_walk_log(path + "-wal", path + "-shm", &log, nil, 0) == 0 ? log : nil
    }

    private func log(_ covered: inout [UInt8]) -> sums_log? {
        var log = sums_log()
        let count = covered.count
        return sums_walk_log(path + "-wal", path + "-shm", &log, &covered, count) == 0 ? log : nil
    }

    /// Refuses a closed file of which a page is not what was written, and gives the pages sums where they have none.
    ///
    /// Throws `StorageError` (`medium`).
    public func confirmPages() throws {
        if hasPageSums == false { try addPageSums() }
        if let fault = pageFaults.first { throw StorageError(.medium, fault.problem) }
    }

    /// Writes a file that is in use by nobody else anew, with sums. Throws `StorageError`.
    func addPageSums() throws {
        var configuration = Configuration()
        configuration.prepareDatabase { PageSums.reserve($0) }
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { try $0.execute(sql: "VACUUM") }
            try queue.close()
        } catch { throw SQLiteStore.storageError(error) }
    }
}

/// What becomes of a read that meets a page of which one bit is another than it was written.
public enum DamagedPages: Sendable {
    /// It is an error (`medium`).
    case refused
    /// It gives what stands there: for whoever looks for damage, or for rows that somebody edited.
    case read
}

/// The layer below SQLite that gives pages their sums.
enum PageSums {
    /// To be asked for before the first connection opens.
    static let areKept: Bool = {
        // SQLite takes a listener for its errors only before it is used the first time.
        precondition(FailedMedium.isWatched, "failed writes are heard of")
        return sums_register() == 0
    }()

    /// Gives the pages of a new database room for sums; one that exists gets it when it is vacuumed.
    static func reserve(_ database: Database) {
        if let connection = database.sqliteConnection { sums_reserve(UnsafeMutableRawPointer(connection)) }
    }

    static func readDamaged(_ database: Database) {
        if let connection = database.sqliteConnection { sums_read_damaged(UnsafeMutableRawPointer(connection)) }
    }
}
