import Foundation
import TestMaterial
import TestSupport
import Testing

@Suite("Backup of PostgreSQL to a point in time")
struct PointInTimeTests {
    @Test(
        "a server that was killed is restored to a moment, and verification says how far the log reaches",
        .enabled(if: TestServer.isAvailable))
    func restore() throws { try Self.run("point-in-time") }

    @Test(
        "the same by pgbackrest, with the lines of the page on PostgreSQL",
        .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/pgbackrest"), "pgbackrest is not installed"),
        .enabled(if: TestServer.isAvailable))
    func pgbackrest() throws { try Self.run("point-in-time-pgbackrest") }

    private static func run(_ script: String) throws {
        let root = PackageFolder.root.path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "\(root)/Tests/Faults/\(script)")
        process.arguments = [ServerProcess.program.path, root]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(String(decoding: data, as: UTF8.self))")
    }
}
