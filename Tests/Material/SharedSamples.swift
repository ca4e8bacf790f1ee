import Foundation

/// Samples of biometric records and images of the shared folder.
public enum SharedSamples {
    private static let folder = SharedFolder.file("data/biometric-formats", neededFor: "samples of biometric records")

    /// Whether the samples are there; says so once when they are not.
    public static var arePresent: Bool { folder != nil }

    /// The bytes of a file, by its path within `data`.
    public static func bytes(_ path: String) throws -> [UInt8] { [UInt8](try data(path)) }

    /// A file's JSON object, by its path within `data`.
    public static func json(_ path: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: try data(path)) as? [String: Any] ?? [:]
    }

    private static func data(_ path: String) throws -> Data {
        guard let folder else { throw CocoaError(.fileNoSuchFile) }
        return try Data(contentsOf: folder.deletingLastPathComponent().appending(path: path))
    }
}
