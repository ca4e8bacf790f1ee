import ArgumentParser
import Foundation
import Installation
import Names

struct NamesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "names", abstract: "Normalises, transliterates, keys and compares names of three scripts.",
        discussion: """
            Names come as arguments or, without any, one a line from standard input; one line comes out for each. The \
            spelling that was entered is never changed.
            """,
        subcommands: [Key.self, Normalise.self, Transliterate.self, Compare.self])

    struct Key: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the keys of each name, parted by blanks; two names agree when they share one.",
            discussion: """
                EXAMPLES
                  sijill names key ALAOUI العلوي
                """)
        @Argument(help: "Names; none: standard input.") var names: [String] = []
        func run() async throws { try each(names) { NameKeys.keys($0).joined(separator: " ") } }
    }

    struct Normalise: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the form in which each name is compared.",
            discussion: """
                EXAMPLES
                  sijill names normalise "M'HAMED El-Alaoui" أحمد
                """)
        @Argument(help: "Names; none: standard input.") var names: [String] = []
        func run() async throws { try each(names) { NormalisedName($0).text } }
    }

    struct Transliterate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints each name in another script.",
            discussion: """
                EXAMPLES
                  sijill names transliterate محمد العلوي
                  sijill names transliterate --to tifinagh Idir
                """)
        enum Target: String, ExpressibleByArgument, CaseIterable { case latin, tifinagh }
        @Argument(help: "Names; none: standard input.") var names: [String] = []
        @Option(help: "latin or tifinagh.") var to: Target = .latin
        @Option(help: "The country's folder; default: the only one in Jurisdictions.") var jurisdiction: String?
        func run() async throws {
            let lexicon = try lexicon(jurisdiction)
            try each(names) { name in
                switch to {
                case .latin: Transliteration.latin(name, lexicon: lexicon)
                case .tifinagh: Tifinagh.fromLatin(Transliteration.latin(name, lexicon: lexicon))
                }
            }
        }
    }

    struct Compare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints how alike two names are, from 0 to 1, and whether they share a key.",
            discussion: """
                EXAMPLES
                  sijill names compare العلوي "El Alaoui"
                """)
        @Argument(help: "A name.") var one: String
        @Argument(help: "Another.") var other: String
        @Option(help: "The country's folder; default: the only one in Jurisdictions.") var jurisdiction: String?
        func run() async throws {
            let likeness = NameSimilarity(learning: try lexicon(jurisdiction)).likeness(one, other)
            Output.line(
                "\((likeness * 10_000).rounded() / 10_000)\t\(NameKeys.agree(one, other) ? "same key" : "no common key")"
            )
        }
    }
}

private func each(_ names: [String], _ answer: (String) -> String) throws {
    if !names.isEmpty {
        for name in names { Output.line(answer(name)) }
        return
    }
    var lines = try LineReader("-")
    while let line = lines.next() { Output.line(answer(String(decoding: line.bytes, as: UTF8.self))) }
}

/// The country's table of name spellings.
private func lexicon(_ jurisdiction: String?) throws -> NameLexicon {
    let path = try Jurisdiction.find(jurisdiction) + "/names.tsv"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw Refused("names: the country's names.tsv cannot be read")
    }
    return NameLexicon(text)
}
