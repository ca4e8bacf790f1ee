import Foundation
import GRDB
import Synchronization

/// What is done when the medium says that it could not make something durable.
///
/// After a failed `fsync` nobody knows what the medium holds: the system may have dropped the pages and answer the next
/// call with success (A. Rebello and others, "Can applications recover from fsync failures?", USENIX ATC 2020). Reading
/// the store anew from the medium is the only way to know, so the process ends and is started again.
enum FailedMedium {
    /// `EX_IOERR` of sysexits.h.
    private static let status: Int32 = 74

    /// Hears of every failed `fsync`, also of those that SQLite leaves unsaid: the commit that moves its log into the file
    /// succeeds without. To be asked for before the first connection opens.
    static let isWatched: Bool = {
        Database.logError = { code, message in
            // The layer's own line names the page; SQLite's names the statement that met it.
            if code == SQLiteStore.damagedPage, message.hasPrefix("page ") { tell(message) }
            if code == .SQLITE_IOERR_FSYNC { stop("the medium could not make a write durable (\(message))") }
        }
        return true
    }()

    private static let told = Mutex<Set<String>>([])

    /// Names a damaged page, once.
    private static func tell(_ damage: String) {
        guard told.withLock({ $0.insert(damage).inserted }) else { return }
        let text = "sijill: \(damage): the medium damaged it, and it is not read; see `sijill store check`\n"
        FileHandle.standardError.write(Data(text.utf8))
    }

    static func stop(_ reason: String) -> Never {
        let text = "sijill: \(reason); the process ends here: check the medium, then start it again\n"
        FileHandle.standardError.write(Data(text.utf8))
        _exit(status)
    }
}
