import Foundation
import Testing

/// A library of these tests that a process loads before its own.
enum CompiledLibrary {
    /// - Parameter source: a C file beside these tests.
    static func compile(_ source: String, to target: String) throws {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(source)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["clang", "-shared", "-fPIC", "-O1", "-o", target, source.path, "-ldl"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "the library is compiled with the Swift toolchain's clang")
    }
}
