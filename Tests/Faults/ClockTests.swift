import Foundation
import Storage
import StrictJSON
import TestMaterial
import TestSupport
import Testing

@testable import Installation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The server's clock is an hour and ten years wrong, forwards and backwards, and jumps while the server works.
///
/// `SIJILL_CLOCKS` says how many jumps (default 5), `SIJILL_SEED` repeats them. The clock is that of libfaketime; what
/// counts time without telling it goes on as it did.
@Suite("A wrong clock", .serialized)
struct ClockTests {
    static let library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"

    @Test(
        "no order is changed, nothing waits for less than nothing, no code and no session is good for longer",
        .enabled(if: FileManager.default.fileExists(atPath: library), "run scripts/setup --tests"))
    func jumps() async throws {
        let jumps = FaultCount.of("SIJILL_CLOCKS", 5)
        var random = SplitMix(state: FaultCount.seed())
        var done = (applications: 0, codes: 0, sessions: 0)
        // Stores of their own, since the list of the latest messages is one by time.
        for first in stride(from: 0, to: jumps, by: Self.plan.count) {
            let folder = try TemporaryFolder()
            let trial = Trial(folder: folder.path)
            let offsets = Self.plan.shuffled(using: &random).prefix(jumps - first)
            try await Self.jump(offsets, trial)
            done.applications += trial.applications
            done.codes += trial.codes
            done.sessions += trial.sessions
        }
        print(
            "\(jumps) jumps, \(done.applications) applications, \(done.codes) codes, \(done.sessions) sessions of staff"
        )
    }

    private static let plan = ["+10y", "-10y", "+1h", "-1h", "+0"]

    private static func jump(_ offsets: some Sequence<String>, _ trial: Trial) async throws {
        try trial.prepare()
        // What the first jump differs from, whichever it is.
        try trial.set("+30m")
        var server = try await trial.start()
        do {
            for (index, offset) in offsets.enumerated() {
                try await trial.work(server.address, jumpingTo: offset)
                guard index.isMultiple(of: 2) else { continue }
                // A program that starts with a wrong clock: what was left is done, what was written is sound.
                #expect(server.terminate() == 0)
                trial.isNewProcess = true
                let drained = try ServerProcess.run(["jobs", "drain"] + trial.store, environment: trial.clock)
                #expect(drained.status == 0, "\(offset): \(drained.output)")
                let verdict = try ServerProcess.run(["audit", "verify"] + trial.store, environment: trial.clock)
                #expect(verdict.status == 0, "\(offset): \(verdict.output)")
                server = try await trial.start()
            }
            #expect(server.terminate() == 0)
        } catch {
            server.kill()
            throw error
        }
        try await trial.checkOrder()
        let verdict = try ServerProcess.run(["audit", "verify"] + trial.store)
        #expect(verdict.status == 0, "\(verdict.output)")
        #expect(try ServerProcess.run(["store", "check"] + trial.store).status == 0)
    }
}

/// One store, a clock, and what was done so far.
private final class Trial {
    let folder: String
    var applications = 0
    var codes = 0
    var sessions = 0
    var isNewProcess = true
    private var offset = "+0"
    private var agent: String?
    private var reviewer: String?
    private var lastIdentifier = ""
    private var number: JSONValue?

    init(folder: String) { self.folder = folder }

    var store: [String] { ["--store", "\(folder)/store"] }

    var clock: [String: String] {
        [
            "LD_PRELOAD": "\(folder)/timers.so \(ClockTests.library)", "FAKETIME_TIMESTAMP_FILE": "\(folder)/clock",
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1",
        ]
    }

    func prepare() throws {
        try CompiledLibrary.compile("true-timers.c", to: "\(folder)/timers.so")
        for (name, role) in [("agent", "agent"), ("reviewer", "reviewer")] {
            let added = try ServerProcess.run(
                ["staff", "add", name, "--role", role] + store, input: "a long password\n")
            try #require(added.status == 0, "\(added.output)")
        }
        try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(folder)/store/\(Installation.demonstrationMark)"))
    }

    func start() async throws -> ServerProcess {
        let server = try await ServerProcess.start(store, environment: clock)
        try await server.waitUntilReady(seconds: 20)
        return server
    }

    func set(_ offset: String) throws {
        self.offset = offset
        // In one step: the library reads the file at each question.
        try Data("\(offset)\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/clock"), options: .atomic)
    }

    /// By how much an offset is ahead of what is right.
    private static func minutes(_ offset: String) -> Int {
        switch offset {
        case "+10y": 10 * 8760 * 60
        case "-10y": -10 * 8760 * 60
        case "+1h": 60
        case "+30m": 30
        case "-1h": -60
        default: 0
        }
    }

    func work(_ address: String, jumpingTo next: String) async throws {
        let client = APIClient(address: address)
        try await signIn(client)
        for _ in 0..<2 { try await enrol(client) }
        let code = try await newCode(client)
        let distance = Self.minutes(next) - Self.minutes(offset)
        try set(next)
        // A code that was given by another clock is over, whichever way that one went: it is good for minutes.
        try await refused(client, code)
        // A session is good for eight hours: one that a later clock opened is over, one of an hour ago is not.
        let answer = try? await client.call("GET", "applications/\(lastIdentifier)", token: reviewer)
        #expect(
            (answer != nil) == (1...120).contains(distance),
            "a session \(distance) minutes after it was opened: \(answer != nil)")
        try await signIn(client)
        for _ in 0..<2 { try await enrol(client) }
        let fresh = try await newCode(client)
        let session = try await client.call(
            "POST", "resident/sessions", ["civilNumber": try #require(number), "code": .string(fresh)])
        #expect(session["token"] != nil)
        try await checkWaits(address)
    }

    private func signIn(_ client: APIClient) async throws {
        func open(_ name: String) async throws -> String {
            let answer = try await client.call(
                "POST", "staff/sessions", ["name": .string(name), "password": "a long password"])
            sessions += 1
            return try #require(answer["token"]?.string)
        }
        (agent, reviewer) = (try await open("agent"), try await open("reviewer"))
    }

    private func enrol(_ client: APIClient) async throws {
        let receipt = try await client.call(
            "POST", "applications", Samples.application(applications, given: Self.name(applications)), token: agent,
            key: UUID().uuidString)
        applications += 1
        let id = try #require(receipt["application"]?.string)
        #expect(isNewProcess || id > lastIdentifier, "\(id) is not after \(lastIdentifier)")
        (lastIdentifier, isNewProcess) = (id, false)
        let decided = try await client.call(
            "POST", "applications/\(id)/decision", ["decision": "accept"], token: reviewer, key: UUID().uuidString)
        number = try #require(decided["civilNumber"])
    }

    /// Names that no search takes for one another.
    private static func name(_ index: Int) -> String {
        let syllables = ["ba", "do", "fi", "ku", "la", "mo", "ni", "ru", "sa", "te", "wi", "zu"]
        return (0..<5).map { syllables[(index * 7 + $0 * $0 * (index + 3)) % 12] }.joined().capitalized
    }

    private func newCode(_ client: APIClient) async throws -> String {
        let number = try #require(number)
        let before = Set(try await messages(client))
        _ = try await client.call("POST", "resident/codes", ["civilNumber": number])
        codes += 1
        return try #require(try await messages(client).first { !before.contains($0) })
    }

    private func messages(_ client: APIClient) async throws -> [String] {
        let outbox = try await client.call("GET", "demonstration/outbox")
        return outbox["messages"]?.array?.compactMap { $0["code"]?.string } ?? []
    }

    private func refused(_ client: APIClient, _ code: String) async throws {
        do {
            _ = try await client.call(
                "POST", "resident/sessions", ["civilNumber": try #require(number), "code": .string(code)])
            Issue.record("a code of another time was taken")
        } catch APIClient.Failure.refused(let status, let body) {
            #expect((400..<500).contains(status), "\(status) \(body)")
        }
    }

    /// The sequencer goes on, the server is ready, and no figure is below nothing.
    private func checkWaits(_ address: String) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(5))
        var pending = Double.infinity
        while pending > 0, ContinuousClock.now < end {
            let url = try #require(URL(string: "\(address)/metrics"))
            let text = String(decoding: try await URLSession.shared.data(from: url).0, as: UTF8.self)
            pending = 0
            for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                let value = line.split(separator: " ").last.flatMap { Double($0) } ?? 0
                #expect(value >= 0, "\(line)")
                if line.hasPrefix("sijill_log_pending_leaves") { pending += value }
            }
        }
        #expect(pending == 0, "leaves wait for the log at \(offset)")
        #expect(await Self.isReady(address))
    }

    private static func isReady(_ address: String) async -> Bool {
        guard let url = URL(string: "\(address)/readyz") else { return false }
        return (try? await URLSession.shared.data(from: url).1 as? HTTPURLResponse)?.statusCode == 200
    }

    /// Leaves of the log are numbered without a gap, and so are the acts of an application, in their true order.
    func checkOrder() async throws {
        let log = try SQLiteStore(path: "\(folder)/store/log.sqlite")
        let leaves = Statement("test.leaves", "SELECT leaf_index FROM log_entry ORDER BY leaf_index", isFanOut: true)
        let indices = try await log.read { try $0.query(leaves, []).map { try $0.integer("leaf_index") } }
        #expect(!indices.isEmpty && indices == Array(0..<Int64(indices.count)))
        try await log.close()
        let population = try SQLiteStore(path: "\(folder)/store/population.sqlite")
        let statement = Statement(
            "test.acts", "SELECT person_id, act_number, act FROM application_act ORDER BY person_id, act_number",
            isFanOut: true)
        let acts = try await population.read { transaction in
            try transaction.query(statement, []).map {
                (try $0.text("person_id"), try $0.integer("act_number"), try $0.text("act"))
            }
        }
        try await population.close()
        for (person, acts) in Dictionary(grouping: acts, by: \.0) {
            #expect(acts.map(\.1) == Array(1...Int64(acts.count)), "acts of \(person)")
            let names = acts.map(\.2)
            #expect(names.filter { ["submit", "accept"].contains($0) } == ["submit", "accept"], "\(names)")
        }
        #expect(Set(acts.map(\.0)).count == applications)
    }
}
