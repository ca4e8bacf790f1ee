import Foundation

/// The folder of given test material, outside the repository.
enum SharedFolder {
    /// `SIJILL_SHARED`, or `../shared` beside the package; nil, with a line printed, where `path` is not there.
    static func file(_ path: String, neededFor what: String) -> URL? {
        let url = root.appending(path: path)
        if FileManager.default.fileExists(atPath: url.path) { return url }
        print("Skipped: \(what), because \(path) is not in the shared folder; set SIJILL_SHARED.")
        return nil
    }

    private static var root: URL {
        if let path = ProcessInfo.processInfo.environment["SIJILL_SHARED"] {
            return URL(fileURLWithPath: path)
        }
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while folder.path != "/",
            !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path)
        {
            folder.deleteLastPathComponent()
        }
        return folder.deletingLastPathComponent().appending(path: "shared")
    }
}
