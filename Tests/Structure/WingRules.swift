import Foundation

/// The wings of the house, from the ground up, and what each may import.
struct WingRules {
    struct Module {
        let name: String
        let wing: Wing
    }

    enum Wing: Int, Comparable, CaseIterable {
        case kernels, platform, registers, doors, main

        static func < (left: Wing, right: Wing) -> Bool { left.rawValue < right.rawValue }

        var folder: String {
            switch self {
            case .kernels: "Kernels"
            case .platform: "Platform"
            case .registers: "Registers"
            case .doors: "Doors"
            case .main: "sijill"
            }
        }
    }

    /// Where each of our modules stands.
    let wings: [String: Wing]

    /// Libraries without input and output of their own, which a kernel may use.
    static let pureLibraries: Set<String> = [
        "Swift", "Crypto", "Yams", "Foundation", "Synchronization", "Numerics", "RealModule", "Collections",
        "OrderedCollections", "DequeModule", "HashTreeCollections",
    ]

    /// Words by which a kernel would reach files, the network, the clock, the environment, chance or a log.
    static let impureWords: Set<String> = [
        "FileManager", "FileHandle", "URLSession", "URLRequest", "NSURLConnection", "Bundle", "Process", "ProcessInfo",
        "Thread", "Timer", "RunLoop", "OperationQueue", "DispatchQueue", "Task", "UserDefaults", "NotificationCenter",
        "Host", "Pipe", "InputStream", "OutputStream", "Stream", "Port", "NSLog", "Logger", "print", "debugPrint",
        "dump",
        "readLine", "getenv", "setenv", "fopen", "fread", "fwrite", "socket", "gettimeofday",
        "clock_gettime", "CFAbsoluteTimeGetCurrent", "DispatchTime", "ContinuousClock", "SuspendingClock",
        "SystemRandomNumberGenerator", "arc4random", "CommandLine", "NSUserName", "NSHomeDirectory",
        "NSTemporaryDirectory", "UUID",
    ]

    /// Calls that are impure by their arguments: `Date()`, `Data(contentsOf:)`, `.now`, `.random(in:)`.
    static let impurePatterns: [(pattern: String, meaning: String)] = [
        (#"\bDate\s*\(\s*\)"#, "Date() reads the clock"),
        (#"\bDate\s*\(\s*timeIntervalSinceNow"#, "Date(timeIntervalSinceNow:) reads the clock"),
        (#"\bDate\s*\.\s*now\b"#, "Date.now reads the clock"),
        (
            #"\b(?:Data|String|NSData|NSString|NSArray|NSDictionary|XMLParser)\s*\(\s*contentsOf"#,
            "contentsOf reads a file"
        ),
        (
            #"\.\s*write\s*\(\s*(?:toFile\s*:|to\s*:\s*(?:URL\b|\w*(?:[uU]rl|URL|[pP]ath|[fF]ile)\b))"#,
            "write(to:) writes a file"
        ),
        (#"(?<![.\w])(?<!func )(?:open|opendir|stat|unlink)\s*\(\s*(?:""|\w*[pP]ath)"#, "a system call on a file"),
        (
            #"\.\s*(?:random|randomElement|shuffled|shuffle)\s*\((?![^)]*using\s*:)"#,
            "chance comes in as a value: using:"
        ),
        (#"\b(?:Calendar|TimeZone|Locale)\s*\.\s*(?:current|autoupdatingCurrent)\b"#, "the machine's settings"),
        (#"\bSymmetricKey\s*\(\s*size"#, "a random key: chance comes in as a value"),
        (#"\bPrivateKey\s*\(\s*\)"#, "a random key: chance comes in as a value"),
    ]

    init(sources: String) {
        var wings: [String: Wing] = [:]
        for wing in Wing.allCases {
            if wing == .main {
                wings["sijill"] = .main
                continue
            }
            let folder = "\(sources)/\(wing.folder)"
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] { wings[name] = wing }
        }
        // The module of this folder may not be called like the standard library's type.
        wings["CommandLineDoor"] = .doors
        self.wings = wings
    }

    /// What is wrong with one file; empty when it keeps the rules.
    func violations(in source: String, of wing: Wing) -> [String] {
        let code = Self.withoutCommentsAndTexts(source)
        var found: [String] = []
        for name in Self.imports(code) {
            if let other = wings[name] {
                if other > wing { found.append("imports \(name) of a wing above it") }
            } else if wing == .kernels, !Self.pureLibraries.contains(name) {
                found.append("imports \(name), which is not among the pure libraries")
            }
            if wing == .registers, ["GRDB", "GRDBSQLite", "SQLite3", "CLibPQ"].contains(name) {
                found.append("imports \(name): rows are reached through the RecordStore")
            }
        }
        if wing == .kernels {
            for word in Set(Self.words(code)).intersection(Self.impureWords).sorted() {
                found.append("uses \(word): kernels take values in and give values out")
            }
            for (pattern, meaning) in Self.impurePatterns
            where code.range(of: pattern, options: .regularExpression) != nil {
                found.append(meaning)
            }
        }
        return found
    }

    static func imports(_ code: String) -> [String] {
        code.split(whereSeparator: \.isNewline).compactMap { line in
            var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == ";" }).map(String.init)
            while let first = words.first,
                first.hasPrefix("@") || ["public", "internal", "package", "private", "fileprivate"].contains(first)
            { words.removeFirst() }
            guard words.first == "import", words.count > 1 else { return nil }
            let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
            return name.split(separator: ".").first.map(String.init)
        }
    }

    /// Identifiers that are used as such: not after a dot, not a label or a name being declared.
    static func words(_ code: String) -> [String] {
        guard
            let pattern = try? NSRegularExpression(
                pattern: #"(?<![.\w`])(?<!func )(?<!let )(?<!var )(?<!case )([A-Za-z_]\w*)(?!\w|\s*:|`)"#)
        else {
            return []
        }
        let range = NSRange(code.startIndex..., in: code)
        return pattern.matches(in: code, range: range).compactMap { match in
            Range(match.range(at: 1), in: code).map { String(code[$0]) }
        }
    }

    /// Blanks what is not code, so that a comment may say `FileManager`.
    static func withoutCommentsAndTexts(_ source: String) -> String {
        var result = ""
        var rest = Substring(source)
        while let character = rest.first {
            if rest.hasPrefix("//") {
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("/*") {
                var depth = 0
                repeat {
                    if rest.hasPrefix("/*") {
                        depth += 1
                        rest = rest.dropFirst(2)
                    } else if rest.hasPrefix("*/") {
                        depth -= 1
                        rest = rest.dropFirst(2)
                    } else {
                        rest = rest.dropFirst()
                    }
                } while depth > 0 && !rest.isEmpty
            } else if character == "\"" || rest.hasPrefix("#\"") || rest.hasPrefix("##\"") {
                rest = skipText(rest)
                result += "\"\""
            } else {
                result.append(character)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    private static func skipText(_ text: Substring) -> Substring {
        let hashes = text.prefix { $0 == "#" }
        var rest = text.dropFirst(hashes.count)
        let quote = rest.hasPrefix("\"\"\"") ? "\"\"\"" : "\""
        let end = quote + hashes
        rest = rest.dropFirst(quote.count)
        while !rest.isEmpty {
            if hashes.isEmpty, rest.first == "\\" {
                rest = rest.dropFirst(2)
            } else if rest.hasPrefix(end) {
                return rest.dropFirst(end.count)
            } else {
                rest = rest.dropFirst()
            }
        }
        return rest
    }
}
