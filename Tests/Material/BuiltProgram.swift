import Foundation

/// The program that was built with the tests.
public enum BuiltProgram {
    public static let path: String = {
        let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("sijill")
        if FileManager.default.isExecutableFile(atPath: beside.path) { return beside.path }
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
            folder.deleteLastPathComponent()
        }
        return folder.appendingPathComponent(".build/debug/sijill").path
    }()
}
