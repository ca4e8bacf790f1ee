import Foundation
import Testing

@Suite("The documentation")
struct DocumentationTests {
    private static let written = Repository.files().filter { $0.hasSuffix(".md") }

    /// What people read and write here: texts, sources, data by hand, scripts.
    private static let read = Repository.files().filter { path in
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let endings = [".md", ".swift", ".yaml", ".yml", ".py", ".sh", ".mustache", ".css", ".html"]
        return endings.contains { name.hasSuffix($0) } || ["Makefile", "run", "setup"].contains(name)
            || path.hasPrefix("scripts/") || path.hasPrefix(".ci/")
    }

    @Test("every module's folder is named in CONTRIBUTING.md")
    func modulesAreNamed() throws {
        let text = try Repository.text("CONTRIBUTING.md")
        let folders = Set(
            Repository.files("Sources").compactMap { path -> String? in
                let parts = path.split(separator: "/")
                return parts.count > 3 ? parts[1...2].joined(separator: "/") : parts.count > 2 ? String(parts[1]) : nil
            })
        #expect(folders.count > 10)
        for folder in folders.sorted() {
            let name = folder.split(separator: "/").last.map(String.init) ?? folder
            let isNamed = try !Repository.matches("^ *\(name)/ ", in: text).isEmpty
            #expect(isNamed, "CONTRIBUTING.md has no line for Sources/\(folder)")
        }
    }

    @Test("every relative link leads to a file", arguments: written)
    func linksLeadSomewhere(path: String) throws {
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        let text = try Self.withoutExamples(try Repository.text(path))
        for link in try Repository.matches(#"\]\(([^)\s]+)\)"#, in: text).map({ $0[1] }) {
            guard !link.hasPrefix("#"), try Repository.matches("^[a-z]+:", in: link).isEmpty else { continue }
            let target = link.split(separator: "#").first.map(String.init) ?? link
            #expect(Repository.exists("\(folder)/\(target)"), "\(path): \(link) leads nowhere")
        }
    }

    @Test("every path in backticks that begins in a folder of ours leads to a file", arguments: written)
    func pathsLeadSomewhere(path: String) throws {
        let text = try Self.withoutExamples(try Repository.text(path))
        let pattern = #"`((?:Sources|Tests|Jurisdictions|Documentation|Benchmarks|scripts)/[^`\s<>*…{}]*)`"#
        for named in try Repository.matches(pattern, in: text).map({ $0[1] }) {
            #expect(Repository.exists(named), "\(path): there is no \(named)")
        }
    }

    @Test("no file holds a path of a developer's machine, or leaves something for later")
    func nothingOfAMachine() throws {
        // In parts, so that this file does not find itself.
        let folders = ["wo" + "rk", "ro" + "ot", "ho" + "me"].joined(separator: "|")
        let unwanted = [
            (#"(?<![A-Za-z0-9_.}-])/(?:\#(folders))/"#, "a path of somebody's machine"),
            (#"\b(?:TO"# + #"DO|FIX"# + #"ME|XX"# + #"X)\b"#, "something left for later"),
        ]
        #expect(Self.read.count > 100)
        for path in Self.read {
            let text = try Repository.text(path)
            for (pattern, meaning) in unwanted {
                #expect(try Repository.matches(pattern, in: text).isEmpty, "\(path) holds \(meaning)")
            }
        }
    }

    @Test("decisions are numbered without gaps and have their four parts")
    func decisionsHaveTheirForm() throws {
        let paths = Repository.files("Documentation/Decisions")
        for (place, path) in paths.enumerated() {
            let name = path.split(separator: "/").last ?? ""
            let digits = String(place + 1)
            let number = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            #expect(name.hasPrefix("\(number)-") && name.hasSuffix(".md"), "\(path): the next number is \(number)")
            let headings = try Repository.matches("^##? (.+)$", in: try Repository.text(path)).map { $0[1] }
            #expect(Array(headings.dropFirst()) == ["Status", "Context", "Decision", "Consequences"], "\(path)")
        }
    }

    /// Without blocks of code, whose brackets and paths are examples.
    private static func withoutExamples(_ text: String) throws -> String {
        var isExample = false
        return text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            if line.hasPrefix("```") {
                isExample.toggle()
                return false
            }
            return !isExample
        }.joined(separator: "\n")
    }
}
