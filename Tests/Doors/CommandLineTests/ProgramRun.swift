import Foundation
import TestMaterial

/// The program beside the tests, run as a person would.
struct ProgramRun {
    let status: Int32
    let lines: [String]
    let complaints: String

    static let program = BuiltProgram.path

    init(_ arguments: [String], input: String = "") throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = arguments
        let scratch = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        // Files, not pipes: nobody has to read while the program writes.
        let files = ["in", "out", "err"].map { scratch.appendingPathComponent($0) }
        try Data(input.utf8).write(to: files[0])
        for file in files[1...] { try Data().write(to: file) }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        status = process.terminationStatus
        lines = String(decoding: try Data(contentsOf: files[1]), as: UTF8.self).split(separator: "\n").map(String.init)
        complaints = String(decoding: try Data(contentsOf: files[2]), as: UTF8.self)
    }
}

/// A folder that goes with the test.
final class Scratch {
    let path = NSTemporaryDirectory() + "commands-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    func write(_ bytes: some DataProtocol, _ name: String) throws {
        let file = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
