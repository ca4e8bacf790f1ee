import Foundation
import Storage

extension StoreLocation {
    private static let files = names.map { "\($0).sqlite" }

    /// The folder in which a path's last part lies.
    private static func folder(of path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent().path
    }

    /// Copies an embedded store that may be in use into a new folder: three databases of one moment, without the key.
    ///
    /// The folder takes its name only when it is complete. Throws `StorageError`.
    public func backUp(to target: String, progress: @escaping @Sendable (Double) -> Void = { _ in }) async throws {
        guard case .folder(let directory) = self else {
            throw StorageError(
                .unavailable, "a PostgreSQL store is backed up by the server's own tools: see Operations")
        }
        let manager = FileManager.default
        guard !manager.fileExists(atPath: target) else {
            throw StorageError(.unavailable, "the folder of the backup is there already: name a new one")
        }
        let draft = "\(target).making-\(UUID().uuidString)"
        do {
            try manager.createDirectory(
                atPath: draft, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let stores = try Self.names.map {
                (store: try SQLiteStore(path: "\(directory)/\($0).sqlite"), path: "\(draft)/\($0).sqlite")
            }
            try await SQLiteStore.backUp(stores, progress: progress)
            for store in stores { try await store.store.close() }
            try BackupSums.write(draft, Self.files)
            try DurablePath.synchronise(draft)
            try manager.moveItem(atPath: draft, toPath: target)
            try DurablePath.synchronise(Self.folder(of: target))
        } catch {
            try? manager.removeItem(atPath: draft)
            if let error = error as? StorageError { throw error }
            throw StorageError(.medium, "the folder of the backup cannot be made")
        }
    }

    /// Makes an embedded store out of a backup and the key file that was kept apart.
    ///
    /// The files are compared with the backup's sums, their pages with theirs; a backup of older days gets some. The folder takes its name only when it is complete and on the
    /// medium. Throws `StorageError`.
    public func restore(from backup: String, key: String) throws {
        guard case .folder(let directory) = self else {
            throw StorageError(.unavailable, "a PostgreSQL store is restored by the server's own tools: see Operations")
        }
        let manager = FileManager.default
        guard !manager.fileExists(atPath: directory) else {
            throw StorageError(.unavailable, "the store's folder is there already: a restore makes a new one")
        }
        if let missing = Self.names.first(where: { !manager.fileExists(atPath: "\(backup)/\($0).sqlite") }) {
            throw StorageError(.unavailable, "\(missing).sqlite is missing from the backup")
        }
        let draft = "\(directory).making-\(UUID().uuidString)"
        do {
            try manager.createDirectory(
                atPath: draft, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            for name in Self.names {
                try manager.copyItem(atPath: "\(backup)/\(name).sqlite", toPath: "\(draft)/\(name).sqlite")
            }
            try BackupSums.confirm(backup, copy: draft, Self.files)
            for name in Self.files { try SQLiteFile("\(draft)/\(name)").confirmPages() }
            try manager.copyItem(atPath: key, toPath: "\(draft)/master.key")
            try manager.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(draft)/master.key")
            for name in Self.files + ["master.key", "."] { try DurablePath.synchronise("\(draft)/\(name)") }
            try manager.moveItem(atPath: draft, toPath: directory)
            try DurablePath.synchronise(Self.folder(of: directory))
        } catch {
            try? manager.removeItem(atPath: draft)
            if let error = error as? StorageError { throw error }
            throw StorageError(.medium, "the backup or the key file cannot be copied")
        }
    }
}
