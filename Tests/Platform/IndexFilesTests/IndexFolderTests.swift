import Foundation
import IndexFiles
import Linkage
import Testing
import Yams

@Suite("An index in a folder")
final class IndexFolderTests {
    static let yaml = """
        id: id
        fields:
          - { name: given, kind: name, columns: [given, given_ar] }
          - { name: surname, kind: name, columns: [surname] }
          - { name: birth, kind: date, columns: [dob] }
        household: [surname]
        keys: [given.key birth.year, surname.key birth.date]
        refinements: [birth.date]
        """
    static let givens = ["SAID", "KARIMA", "HICHAM", "DRISS", "SAMIRA", "FATIMA", "YOUSSEF", "NADIA", "OMAR", "RACHID"]
    static let surnames = [
        "ALAOUI", "BENNANI", "TAZI", "FASSI", "BERRADA", "CHRAIBI", "SEBTI", "LAHLOU", "KETTANI", "GUESSOUS",
    ]
    let folder = NSTemporaryDirectory() + "index-\(UUID().uuidString)"
    let configuration: LinkageConfiguration

    init() throws {
        configuration = try YAMLDecoder().decode(LinkageConfiguration.self, from: Self.yaml)
        try IndexFolder.make(folder, of: try Self.linker(configuration, 0..<200), parallel: .serial)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    static func entry(_ index: Int) -> IndexFolder.Entry {
        IndexFolder.Entry(
            identifier: "p\(index)",
            values: [
                "given": givens[index % 10], "surname": surnames[index / 10 % 10],
                "dob": "\(1900 + index % 100)-0\(1 + index * 7 % 9)-\(10 + index / 100 % 18)",
            ])
    }

    static func linker(_ configuration: LinkageConfiguration, _ range: Range<Int>) throws -> Linker {
        var csv = "id,given,given_ar,surname,dob\n"
        for index in range {
            let entry = entry(index)
            csv +=
                "\(entry.identifier),\(entry.values["given"]!),,\(entry.values["surname"]!),\(entry.values["dob"]!)\n"
        }
        let bytes = Array(csv.utf8)
        let table = try bytes.withUnsafeBufferPointer { try RecordTable(csv: $0, configuration: configuration) }
        return try Linker(table, configuration: configuration)
    }

    func find(_ index: Int, in folder: IndexFolder) throws -> [String] {
        let snapshot = folder.snapshot
        let probe = try IndexProbe(snapshot.model, segments: snapshot.segments)
        return probe.candidates(Self.entry(index).values, least: 0.001, most: 500).candidates.map(\.identifier)
    }

    @Test("a probe of the folder finds what a probe in memory finds, with the same probabilities")
    func agrees() throws {
        let snapshot = try IndexFolder(folder, configuration: configuration).snapshot
        let (mapped, memory) = (
            try IndexProbe(snapshot.model, segments: snapshot.segments),
            try Probe(try Self.linker(configuration, 0..<200))
        )
        for index in 0..<200 {
            let one = mapped.candidates(Self.entry(index).values, least: 0.001, most: 500)
            let other = memory.candidates(Self.entry(index).values, least: 0.001, most: 500)
            #expect(Set(one.candidates.map(\.identifier)) == Set(other.candidates.map(\.identifier)))
            for (a, b) in zip(one.candidates, other.candidates) { #expect(abs(a.probability - b.probability) < 1e-6) }
        }
    }

    @Test("what was added is found at once, by this process and by the next")
    func appends() throws {
        do {
            let index = try IndexFolder(folder, configuration: configuration, forWriting: true)
            #expect(try !find(731, in: index).contains("p731"))
            try index.append([Self.entry(731)])
            #expect(try find(731, in: index).contains("p731"))
        }
        #expect(try find(731, in: IndexFolder(folder, configuration: configuration)).contains("p731"))
    }

    @Test("merges make one segment of many and lose nobody, while an older snapshot still answers")
    func merges() throws {
        let index = try IndexFolder(folder, configuration: configuration, forWriting: true)
        let before = index.snapshot
        for batch in 0..<5 {
            try index.append((0..<600).map { Self.entry(1000 + batch * 600 + $0) })
        }
        #expect(index.snapshot.segments.count == 6)
        #expect(try index.merge() >= 1)
        #expect(index.snapshot.segments.count < 6)
        #expect(index.snapshot.count == 3200)
        for index_ in [1000, 1777, 3999] { #expect(try find(index_, in: index).contains("p\(index_)")) }
        #expect(before.count == 200)
        #expect(
            try !IndexProbe(before.model, segments: before.segments).candidates(Self.entry(5).values, least: 0.001)
                .candidates.isEmpty)
    }

    @Test("an identifier that is already there is refused and nothing is written")
    func duplicates() throws {
        let index = try IndexFolder(folder, configuration: configuration, forWriting: true)
        #expect(throws: IndexFilesError.self) { try index.append([Self.entry(900), Self.entry(17)]) }
        #expect(index.snapshot.count == 200)
        #expect(throws: IndexFilesError.self) { try index.append([Self.entry(900), Self.entry(900)]) }
    }

    @Test("a half-written log loses only what was never confirmed; stray files of a broken merge are removed")
    func interrupted() throws {
        do {
            let index = try IndexFolder(folder, configuration: configuration, forWriting: true)
            try index.append([Self.entry(801)])
            try index.append([Self.entry(802)])
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        let log = try #require(files.first { $0.hasPrefix("head-") })
        var bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(log)"))
        bytes.removeLast(3)
        try bytes.write(to: URL(fileURLWithPath: "\(folder)/\(log)"))
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: "\(folder)/segment-99"))
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: "\(folder)/segment-100.new"))
        let index = try IndexFolder(folder, configuration: configuration, forWriting: true)
        #expect(try find(801, in: index).contains("p801"))
        #expect(try !find(802, in: index).contains("p802"))
        try index.append([Self.entry(803)])
        #expect(try find(803, in: index).contains("p803"))
        let left = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(!left.contains("segment-99") && !left.contains("segment-100.new"))
    }

    @Test("two processes do not change one index at once; readers may read")
    func exclusive() throws {
        let index = try IndexFolder(folder, configuration: configuration, forWriting: true)
        #expect(throws: IndexFilesError.self) {
            try IndexFolder(self.folder, configuration: self.configuration, forWriting: true)
        }
        #expect(try IndexFolder(folder, configuration: configuration).snapshot.count == index.snapshot.count)
    }

    @Test("a cut or foreign file is refused with a reason, never read past its end")
    func damaged() throws {
        let segment = "\(folder)/segment-1"
        let whole = try Data(contentsOf: URL(fileURLWithPath: segment))
        for size in stride(from: 0, to: whole.count, by: max(1, whole.count / 40)) {
            try whole.prefix(size).write(to: URL(fileURLWithPath: segment))
            #expect(throws: (any Error).self) { try IndexFolder(self.folder, configuration: self.configuration) }
        }
        #expect(throws: IndexFilesError.self) {
            try IndexFolder(self.folder + "/none", configuration: self.configuration)
        }
    }
}
