import Foundation
import StrictJSON
import TestMaterial
import Testing

@testable import Installation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The program as a user starts it.
final class ServerProcess: Sendable {
    let address: String
    private let process: Process

    private init(address: String, process: Process) {
        self.address = address
        self.process = process
    }

    /// The program built beside these tests.
    static let program = URL(fileURLWithPath: BuiltProgram.path)

    /// It ended before it listened.
    struct EndedAtStart: Error {
        let status: Int32
    }

    /// Starts a server on a free port and waits until it says where it listens.
    static func start(store: String) async throws -> ServerProcess { try await start(["--store", store]) }

    /// - Parameters:
    ///   - store: the options that name it.
    ///   - log: the file that standard error goes to; nil for that of the tests.
    ///   - environment: variables beside those of the tests.
    static func start(
        _ store: [String], logLevel: String = "error", log: String? = nil, environment: [String: String] = [:]
    ) async throws -> ServerProcess {
        let process = Process()
        prepare(process, ["serve"] + store + ["--port", "0", "--log-level", logLevel], environment)
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        if let log {
            _ = FileManager.default.createFile(atPath: log, contents: nil)
            process.standardError = FileHandle(forWritingAtPath: log)
        }
        try process.run()
        var line: [UInt8] = []
        for try await byte in bytes(of: output.fileHandleForReading) {
            if byte == UInt8(ascii: "\n") { break }
            line.append(byte)
        }
        if line.isEmpty {
            process.waitUntilExit()
            throw EndedAtStart(status: process.terminationStatus)
        }
        let address = try JSONValue(parsing: line)["listening"]?.string
        return ServerProcess(address: try #require(address), process: process)
    }

    /// Until it says that it is ready.
    func waitUntilReady(seconds: Double = 60) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(seconds))
        let url = try #require(URL(string: address + "/readyz"))
        while true {
            let answer = try? await URLSession.shared.data(from: url).1 as? HTTPURLResponse
            if answer?.statusCode == 200 { return }
            try #require(ContinuousClock.now < end, "the server is not ready")
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// SIGKILL: nothing can be done about it, and nothing is.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// For a test that may have failed before it killed its server.
    func end() {
        if process.isRunning { kill() }
    }

    /// SIGTERM: it stops by itself; returns the exit status.
    func terminate() -> Int32 {
        Foundation.kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// The exit status of a server that ends by itself; nil where it has not ended after `seconds`.
    func waitUntilExit(seconds: Double) -> Int32? {
        let end = Date().addingTimeInterval(seconds)
        while process.isRunning, Date() < end { Thread.sleep(forTimeInterval: 0.05) }
        return process.isRunning ? nil : process.terminationStatus
    }

    static func run(
        _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        prepare(process, arguments, environment)
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        try process.run()
        stdin.fileHandleForWriting.write(Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let data = stdout.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    /// Makes a store with an agent and a reviewer, whose residents are told their codes as in a demonstration.
    ///
    /// - Parameters:
    ///   - store: the options that name it.
    ///   - folder: that of its key file.
    static func makeStore(_ store: [String], folder: String) throws {
        for (name, role) in [("agent", "agent"), ("reviewer", "reviewer")] {
            let added = try run(["staff", "add", name, "--role", role] + store, input: "a long password\n")
            try #require(added.status == 0, "\(added.output)")
        }
        try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(Installation.demonstrationMark)"))
    }

    /// libfaketime adds a variable to the environment of the process that loads it first, and Swift then no longer finds
    /// its arguments, which it looks for beside the environment: `env` is that process.
    private static func prepare(_ process: Process, _ arguments: [String], _ environment: [String: String]) {
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let isClockFalse = environment["FAKETIME_TIMESTAMP_FILE"] != nil
        process.executableURL = isClockFalse ? URL(fileURLWithPath: "/usr/bin/env") : program
        process.arguments = (isClockFalse ? [program.path] : []) + arguments
    }

    private static func bytes(of handle: FileHandle) -> AsyncThrowingStream<UInt8, any Error> {
        AsyncThrowingStream { continuation in
            handle.readabilityHandler = { handle in
                let data = handle.availableData
                for byte in data { continuation.yield(byte) }
                if data.isEmpty || data.last == UInt8(ascii: "\n") {
                    handle.readabilityHandler = nil
                    continuation.finish()
                }
            }
        }
    }
}

/// Calls the JSON interface; a lost connection is an answer too.
struct APIClient: Sendable {
    enum Failure: Error {
        case connectionLost
        case refused(status: Int, body: String)
    }

    let address: String

    func call(
        _ method: String, _ path: String, _ body: JSONValue? = nil, token: String? = nil, key: String? = nil
    ) async throws -> JSONValue {
        guard let url = URL(string: "\(address)/api/v1/\(path)") else { throw Failure.connectionLost }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.timeoutInterval = 20
        if let body {
            request.httpBody = Data(body.serializedBytes())
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        if let key { request.setValue(key, forHTTPHeaderField: "Idempotency-Key") }
        let answer: (Data, URLResponse)
        do {
            answer = try await URLSession.shared.data(for: request)
        } catch {
            throw Failure.connectionLost
        }
        guard let response = answer.1 as? HTTPURLResponse else { throw Failure.connectionLost }
        guard (200..<300).contains(response.statusCode) else {
            throw Failure.refused(status: response.statusCode, body: String(decoding: answer.0, as: UTF8.self))
        }
        return answer.0.isEmpty ? .null : try JSONValue(parsing: [UInt8](answer.0))
    }
}
