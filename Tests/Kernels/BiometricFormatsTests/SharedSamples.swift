import Foundation

/// Samples that are not in the repository: `../shared`, or where SIJILL_SHARED points.
enum SharedSamples {
    static let folder: String = {
        if let named = ProcessInfo.processInfo.environment["SIJILL_SHARED"] { return named }
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
            folder.deleteLastPathComponent()
        }
        return folder.appendingPathComponent("../shared").path
    }()

    /// Whether the samples are there; says so once when they are not.
    static let arePresent: Bool = {
        let present = FileManager.default.fileExists(atPath: "\(folder)/data/biometric-formats")
        if !present { print("skipped: samples of biometric records, for want of \(folder)/data/biometric-formats") }
        return present
    }()

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/data/\(path)")))
    }

    static func json(_ path: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/data/\(path)"))
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }
}
