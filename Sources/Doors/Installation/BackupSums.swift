import Crypto
import Foundation
import RecordStore
import Storage

/// The sums of a backup's files, in a file beside them that `sha256sum --check` reads as well.
///
/// They find bits that turned over where the backup lay. Whoever can write there can write new sums: against that are
/// the seals and the audit log, which `store check` reads.
enum BackupSums {
    static let fileName = "SHA256SUMS"

    /// Writes the sums of the files of a folder. Throws `StorageError`.
    static func write(_ folder: String, _ names: [String]) throws {
        let lines = try names.map { "\(try sum("\(folder)/\($0)"))  \($0)\n" }
        try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: "\(folder)/\(fileName)"))
        try DurablePath.synchronise("\(folder)/\(fileName)")
    }

    /// Compares files in `copy` with the sums in `folder`. Throws `StorageError` (`unavailable`) naming the file.
    static func confirm(_ folder: String, copy: String, _ names: [String]) throws {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(fileName)") else {
            throw StorageError(.unavailable, "\(fileName) is missing from the backup: take another backup")
        }
        let lines = Set(String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init))
        for name in names where !lines.contains("\(try sum("\(copy)/\(name)"))  \(name)") {
            throw StorageError(
                .unavailable,
                "\(name) of the backup is not what was written, or its line in \(fileName): take another backup")
        }
    }

    private static func sum(_ path: String) throws -> String {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw StorageError(.unavailable, "a file of the backup cannot be read")
        }
        defer { try? handle.close() }
        var hash = SHA256()
        while let part = try handle.read(upToCount: 1 << 20), !part.isEmpty { hash.update(data: part) }
        return Hexadecimal.encode(hash.finalize())
    }
}
