public import Foundation

/// The program built beside these tests, or the one that `SIJILL_TEST_PROGRAM` names.
public enum BuiltProgram {
    public static let path: String = {
        ProcessInfo.processInfo.environment["SIJILL_TEST_PROGRAM"] ?? beside("sijill").path
    }()

    /// Whether it is a build in earnest, of which times are asked.
    public static let isOptimised = path.contains("/release/")

    /// Another program that was built with the tests.
    public static func beside(_ name: String) -> URL {
        let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent(name)
        if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
            folder.deleteLastPathComponent()
        }
        return folder.appendingPathComponent(".build/debug/\(name)")
    }
}
