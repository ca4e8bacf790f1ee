import BiometricFormats
import Foundation
import Gallery
import InventedPersons
import Iris
import StrictJSON
import Testing

@Suite("Commands: gallery and matcher")
struct GalleryCommandTests {
    /// Persons' folders with two fingers and an iris each.
    static func people(_ scratch: Scratch, _ folder: String, _ numbers: Range<Int>, visit: UInt64) throws {
        for number in numbers {
            let person = InventedPerson(seed: 33, number: number)
            for finger in [2, 7] {
                try scratch.write(person.record(finger, visit: visit).bytes(), "\(folder)/p\(number)/\(finger).iso")
            }
            try scratch.write(person.iris(.left, visit: visit).bytes(), "\(folder)/p\(number)/left.iris")
        }
    }

    static func json(_ line: String) throws -> JSONValue { try JSONValue(parsing: Array(line.utf8)) }

    @Test("a gallery is built from folders, searched, added to, and lets persons go")
    func walk() throws {
        let scratch = try Scratch()
        try Self.people(scratch, "first", 0..<3, visit: 1)
        try Self.people(scratch, "second", 1..<4, visit: 2)
        let gallery = ["--gallery", "\(scratch.path)/gallery", "--keys", "\(scratch.path)/keys"]
        let output = ["--output", "\(scratch.path)/gallery", "--keys", "\(scratch.path)/keys"]
        let built = try ProgramRun(["gallery", "build", "\(scratch.path)/first", "--shards", "2"] + output)
        #expect(built.status == 0, "\(built.complaints)")
        #expect(built.lines == (0..<3).map { "{\"person\":\"p\($0)\",\"order\":\($0 + 1)}" })

        let found = try ProgramRun(["gallery", "search", "\(scratch.path)/second"] + gallery)
        #expect(found.status == 0, "\(found.complaints)")
        let answers = try found.lines.map(Self.json)
        #expect(answers.map { $0["standing"]?.string } == ["complete", "complete", "complete"])
        #expect(answers.map { $0["candidates"]?.array?.first?["id"]?.string } == ["p1", "p2", nil])
        #expect(answers.allSatisfy { $0["examined"]?.integer == 3 && $0["through"]?.integer == 3 })

        let added = try ProgramRun(["gallery", "build", "\(scratch.path)/second", "--append"] + output)
        #expect(added.lines.count == 3 && added.status == 0)
        // Of p1's two enrolments the second one, order 4, has to be looked at; the first passes.
        func verdict(_ order: Int, _ folder: String) throws -> String? {
            let line = "{\"id\":\"x\",\"order\":\(order),\"fingers\":{\"2\":\"\(scratch.path)/\(folder)/p1/2.iso\"}}"
            return try ProgramRun(["gallery", "search"] + gallery, input: line + "\n").lines.first
                .map(Self.json)?["verdict"]?.string
        }
        #expect(try verdict(2, "first") == "clear")
        #expect(try verdict(4, "second") == "adjudicate")
        let removed = try ProgramRun(["gallery", "remove", "2"] + gallery)
        #expect(removed.lines == ["{\"order\":2,\"removal\":7}"])
        #expect(try verdict(4, "second") == "clear")
        let missing = try ProgramRun(["gallery", "remove", "2"] + gallery)
        #expect(missing.status == 1 && missing.complaints.contains("galleryFiles.order"))
    }

    @Test("matchers answer together; without one of them the answer is incomplete and the exit status 1")
    func matchers() throws {
        let scratch = try Scratch()
        try Self.people(scratch, "first", 0..<2, visit: 1)
        try Self.people(scratch, "second", 1..<2, visit: 2)
        let keys = ["--keys", "\(scratch.path)/keys"]
        _ = try ProgramRun(
            ["gallery", "build", "\(scratch.path)/first", "--shards", "2", "--output", "\(scratch.path)/gallery"] + keys
        )
        let sockets = (1...2).map { _ in "/tmp/gc\(UUID().uuidString.prefix(13))" }
        var processes: [Process] = []
        defer {
            for process in processes {
                process.terminate()
                process.waitUntilExit()
            }
        }
        for shard in 1...2 {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: ProgramRun.program)
            process.arguments =
                ["matcher", "--shard", "\(shard)/2", "--gallery", "\(scratch.path)/gallery", "--listen"]
                + ["unix:\(sockets[shard - 1])"] + keys
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            processes.append(process)
            // Its first line says that it listens.
            let line = try Self.json(
                String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self).trimmingCharacters(
                    in: .newlines))
            #expect(line["shard"]?.string == "\(shard)/2" && line["lastOrder"]?.integer == 2)
        }
        func search() throws -> (run: ProgramRun, answer: JSONValue) {
            let run = try ProgramRun(
                ["gallery", "search", "\(scratch.path)/second", "--gallery", "\(scratch.path)/gallery"] + keys
                    + ["--matchers", sockets.map { "unix:\($0)" }.joined(separator: ","), "--timeout", "60"])
            return (run, try Self.json(try #require(run.lines.first)))
        }
        let (whole, answer) = try search()
        #expect(whole.status == 0, "\(whole.complaints)")
        #expect(answer["standing"]?.string == "complete" && answer["examined"]?.integer == 2)
        #expect(answer["candidates"]?.array?.first?["id"]?.string == "p1")
        processes[0].terminate()
        processes[0].waitUntilExit()
        let (partial, incomplete) = try search()
        #expect(partial.status == 1)
        #expect(incomplete["standing"]?.string == "incomplete" && incomplete["through"] == nil)
        #expect(incomplete["gaps"]?.array?.first?["shard"]?.integer == 1)
    }

    @Test("what cannot be done is refused with its place")
    func refusals() throws {
        let scratch = try Scratch()
        try scratch.write(Array("no record".utf8), "people/p/2.iso")
        try scratch.write(InventedPerson(seed: 33, number: 1).record(2, visit: 1).bytes(), "people/q/thumb.iso")
        let output = ["--output", "\(scratch.path)/gallery", "--keys", "\(scratch.path)/keys"]
        let built = try ProgramRun(["gallery", "build", "\(scratch.path)/people"] + output)
        #expect(built.status == 1 && built.lines.isEmpty)
        #expect(built.complaints.contains("p/2.iso") && built.complaints.contains("q/thumb.iso"))
        #expect(try ProgramRun(["gallery", "build", "\(scratch.path)/people"] + output).status == 1)
        #expect(
            try ProgramRun([
                "matcher", "--shard", "3/2", "--gallery", "\(scratch.path)/gallery", "--listen", "unix:/tmp/x",
            ]).status == 1)
        #expect(try ProgramRun(["gallery", "search"]).status == 2)
        for command in [["gallery", "build"], ["gallery", "search"], ["gallery", "remove"], ["matcher"]] {
            let help = try ProgramRun(command + ["--help"])
            #expect(help.status == 0 && help.lines.contains { $0.contains("EXAMPLES") })
        }
    }
}
