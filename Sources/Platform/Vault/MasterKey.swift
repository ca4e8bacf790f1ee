public import Crypto
import Foundation

/// The one secret from which every key of an embedded installation is derived: 256 bits in a file of mode 0600.
///
/// It is never written anywhere else. Whoever has it and the stores can read everything; whoever has the stores alone
/// can read nothing.
public struct MasterKey: Sendable {
    let key: SymmetricKey

    public init(_ key: SymmetricKey) { self.key = key }

    /// Reads the key file, or makes it at the first start: written whole, synchronised, and only then given its name.
    ///
    /// Throws `VaultError` (`keyFile`) when the file is readable by others, has another length, or cannot be made.
    public static func loadOrCreate(path: String) throws(VaultError) -> MasterKey {
        if !FileManager.default.fileExists(atPath: path) { try create(path: path) }
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let mode = attributes[.posixPermissions] as? NSNumber
        else { throw VaultError(.keyFile, "the key file cannot be read") }
        guard mode.intValue & 0o077 == 0 else {
            throw VaultError(.keyFile, "others than its owner can open the key file: set its mode to 0600")
        }
        guard let data = FileManager.default.contents(atPath: path), data.count == 32 else {
            throw VaultError(.keyFile, "the key file does not hold 32 bytes: restore it from the copy kept apart")
        }
        return MasterKey(SymmetricKey(data: data))
    }

    private static func create(path: String) throws(VaultError) {
        let folder = (path as NSString).deletingLastPathComponent
        let directory = folder.isEmpty ? "." : folder
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw VaultError(.keyFile, "the folder of the key file cannot be made")
        }
        let draft = path + "." + UUID().uuidString
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw VaultError(.keyFile, "the key file cannot be made") }
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { [UInt8]($0) }
        let written = write(descriptor, bytes, bytes.count)
        let synchronised = fsync(descriptor)
        close(descriptor)
        defer { unlink(draft) }
        guard written == bytes.count, synchronised == 0 else {
            throw VaultError(.keyFile, "the key file cannot be written")
        }
        // link() fails when another process was first; its key then stands.
        if link(draft, path) != 0, errno != EEXIST { throw VaultError(.keyFile, "the key file cannot be named") }
        let opened = open(directory, O_RDONLY)
        let isNamed = opened >= 0 && fsync(opened) == 0
        if opened >= 0 { close(opened) }
        guard isNamed else {
            throw VaultError(
                .keyFile, "the medium does not confirm the key file's name: it may not outlast a loss of power")
        }
    }
}

/// Why a key or a sealed field could not be used; carries no key and no plaintext.
public struct VaultError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case keyFile
        /// The field was changed, moved to another row, or sealed under another key.
        case seal
        case password
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
