import Foundation
import Installation
import Storage
import Testing

@Suite("The structure of the house")
struct StructureTests {
    static let root: String = {
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
            folder.deleteLastPathComponent()
        }
        return folder.path
    }()

    static let rules = WingRules(sources: "\(root)/Sources")

    static func swiftFiles(_ folder: String) -> [(path: String, text: String)] {
        guard let paths = FileManager.default.enumerator(atPath: "\(root)/\(folder)") else { return [] }
        return paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().compactMap { path in
            guard let text = try? String(contentsOfFile: "\(root)/\(folder)/\(path)", encoding: .utf8) else {
                return nil
            }
            return ("\(folder)/\(path)", text)
        }
    }

    @Test(
        "no wing imports upwards, and no kernel reaches files, network, clock, chance or logs",
        arguments: WingRules.Wing.allCases)
    func wingsKeepTheirRules(wing: WingRules.Wing) {
        let files = Self.swiftFiles("Sources/\(wing.folder)")
        #expect(!files.isEmpty)
        for (path, text) in files {
            let violations = Self.rules.violations(in: text, of: wing)
            #expect(violations.isEmpty, "\(path) \(violations.joined(separator: "; "))")
        }
    }

    @Test(
        "the rules find what they are for",
        arguments: [
            ("import PopulationRegister", WingRules.Wing.kernels), ("import Storage", .kernels),
            ("import GRDB", .kernels),
            ("@preconcurrency import Web", .registers), ("public import SocialRegister", .platform),
            ("import Glibc", .kernels), ("import NIOCore", .kernels), ("import Logging", .kernels),
            ("import struct Dispatch.DispatchTime", .kernels), ("import GRDB", .registers),
            ("import Foundation\nlet there = FileManager.default.fileExists(atPath: path)", .kernels),
            ("import Foundation\nlet now = Date()", .kernels), ("import Foundation\nlet now = Date.now", .kernels),
            ("import Foundation\nlet data = try Data(contentsOf: url)", .kernels),
            ("import Foundation\nlet task = URLSession.shared", .kernels),
            ("import Foundation\nlet id = UUID()", .kernels), ("let now = ContinuousClock().now", .kernels),
            ("let name = ProcessInfo.processInfo.hostName", .kernels), ("print(value)", .kernels),
            ("let one = list.randomElement()", .kernels), ("let die = Int.random(in: 1...6)", .kernels),
            ("var g = SystemRandomNumberGenerator()", .kernels), ("try data.write(to: file)", .kernels),
            ("let zone = TimeZone.current", .kernels),
        ])
    func violationsAreFound(source: String, wing: WingRules.Wing) {
        #expect(!Self.rules.violations(in: source, of: wing).isEmpty)
    }

    @Test(
        "what is allowed passes",
        arguments: [
            "import Quantities\npublic import Crypto\n/// Never FileManager.\nlet text = \"Date()\"",
            "let die = Int.random(in: 1...6, using: &generator)", "func open(_ lid: Lid) {}\nbox.open()",
        ])
    func allowedPasses(source: String) {
        #expect(Self.rules.violations(in: source, of: .kernels).isEmpty)
    }

    @Test("only Storage speaks to a database engine")
    func oneDoorToTheEngine() {
        for (path, text) in Self.swiftFiles("Sources") where !path.hasPrefix("Sources/Platform/Storage/") {
            let imports = WingRules.imports(WingRules.withoutCommentsAndTexts(text))
            #expect(Set(imports).isDisjoint(with: ["GRDB", "GRDBSQLite", "CLibPQ"]), "\(path) imports an engine")
        }
    }

    @Test("no register's statement names another register's table")
    func registersKeepToTheirTables() {
        for catalogue in Installation.catalogues {
            let strange = StatementLint([catalogue]).findings().filter { $0.rule == .knownTable }
            #expect(strange.isEmpty, "\(catalogue.name): \(strange)")
        }
    }

    @Test("no Swift file names the country, its regions, its programmes or a threshold")
    func countriesAreData() throws {
        var words: Set<String> = ["Morocco", "Maroc", "المغرب"]
        let law = "\(Self.root)/Jurisdictions/Morocco/Law"
        for programme in try FileManager.default.contentsOfDirectory(atPath: "\(law)/programmes") {
            words.insert(programme)
        }
        let regions = try String(
            contentsOfFile: "\(Self.root)/Jurisdictions/Morocco/Geography/regions.csv", encoding: .utf8)
        for line in regions.split(separator: "\n").dropFirst() {
            words.formUnion(line.split(separator: ",")[1...2].map(String.init))
        }
        words.formUnion(["9.743001", "9.3264284"])
        for (path, text) in Self.swiftFiles("Sources") {
            for word in words { #expect(!text.contains(word), "\(path) names \(word)") }
        }
    }

    @Test("every file is a page: at most 500 lines, 120 columns")
    func filesArePages() {
        for (path, text) in Self.swiftFiles("Sources") {
            let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            #expect(lines.count <= 500, "\(path) has \(lines.count) lines")
        }
    }
}
