public import Foundation

/// Where the package lies, found by walking up from this file.
public enum PackageFolder {
    public static let root: URL = {
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while folder.path != "/",
            !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path)
        {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    /// The Swift files below a folder of the package, by path.
    public static func swiftFiles(_ folder: String) -> [(path: String, text: String)] {
        let start = root.appending(path: folder).resolvingSymlinksInPath()
        guard let paths = FileManager.default.enumerator(atPath: start.path) else { return [] }
        return paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().compactMap { path in
            guard let text = try? String(contentsOf: start.appending(path: path), encoding: .utf8) else { return nil }
            return ("\(folder)/\(path)", text)
        }
    }
}

/// The folder of given test material, outside the repository.
public enum SharedFolder {
    /// `SIJILL_SHARED`, or `../shared` beside the package; nil, with a line printed, where `path` is not there.
    public static func file(_ path: String, neededFor what: String) -> URL? {
        let url = root.appending(path: path)
        if FileManager.default.fileExists(atPath: url.path) { return url }
        print("Skipped: \(what), because \(path) is not in the shared folder; set SIJILL_SHARED.")
        return nil
    }

    /// The lines of a file there, without empty ones; nil, with a line printed, where it is absent.
    ///
    /// Only the line feed ends a line: a value may hold other separators of Unicode.
    public static func lines(_ path: String, neededFor what: String) -> [String]? {
        guard let url = file(path, neededFor: what), let data = FileManager.default.contents(atPath: url.path)
        else { return nil }
        return data.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }

    private static var root: URL {
        if let path = ProcessInfo.processInfo.environment["SIJILL_SHARED"] { return URL(fileURLWithPath: path) }
        return PackageFolder.root.deletingLastPathComponent().appending(path: "shared")
    }
}
