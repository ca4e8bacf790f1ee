import Crypto
import ExpressionLanguage
import Quantities

extension LawBook {
    /// Reads, compiles and checks the whole law.
    ///
    /// Files that are no YAML by their name are left out. Throws `LawError` at the first fault, naming file and field:
    /// a missing or unknown field, an expression whose types do not fit the facts, a parameter that is not there or
    /// begins too late, a text that lacks a language.
    public init(files: [LawFile]) throws(LawError) { try self.init(files: files, faults: nil) }

    /// With `faults`, a fault that reading can go on after is noted there and not thrown.
    init(files: [LawFile], faults: LawFaults?) throws(LawError) {
        var library = try LawLibrary(files, faults: faults)
        lines = library.lines()
        let contents = try library.take("law.yaml")
        try contents.allow(only: ["title", "languages", "programmes", "further"])
        var languages: [String] = []
        for node in try contents.member("languages").elements() { languages.append(try node.text()) }
        let refusals = try library.take("facts/messages.yaml")
        let household = try library.take("facts/household.yaml")
        let schema = try FactsSchema(household, further: try library.takeAny(in: "facts/"), languages: languages)
        let parts = try Self.parts(&library, languages, schema)
        self.languages = languages
        self.parts = parts
        title = try contents.member("title").labels(languages)
        messages = try FactMessages(refusals, languages: languages)
        wording = try ExplanationWording(try library.take("explanation/wording.yaml"), languages: languages)
        changeWording = try ChangeWording(try library.take("explanation/changes.yaml"), languages: languages)
        sentences = try LawSentences(try library.take("explanation/sentences.yaml"), languages: languages)
        formulas = try Self.byID(
            try Self.each(try library.takeAll(in: "formulas/")) { root throws(LawError) in try ScoreFormula(root, parts)
            },
            \.id, \.from)
        let rules = try Self.byID(
            try Self.each(try library.takeAll(in: "programmes/")) { root throws(LawError) in
                try ProgrammeRule(root, parts)
            },
            \.id, \.from)
        let list = try contents.member("programmes")
        programmes = try Self.ordered(rules, by: list)
        further =
            try contents.optional("further").map { node throws(LawError) in try Self.ordered(rules, by: node) } ?? []
        let listed = Set((programmes + further).compactMap { $0.first?.id })
        if listed.count != rules.count || programmes.count + further.count != rules.count {
            try list.tolerate(
                list.error(
                    .missingField,
                    "Every programme of the folder programmes/ is listed once, here or under `further`; add or remove one."
                ))
        }
        let damping = try Self.each(try library.takeAny(in: "damping/")) { root throws(LawError) in
            try DampingRule(root, parts)
        }
        self.damping = damping.sorted { $0.from < $1.from }
        for rule in damping {
            for id in rule.programmes where !programmes.contains(where: { $0.first?.id == id }) {
                throw LawError(
                    .unknownReference, file: rule.file, field: "programmes", line: lines["\(rule.file)#programmes"],
                    "No programme \(id) is decided for every household; correct the list.")
            }
        }
        for rule in programmes.joined() {
            if let use = rule.uses.first {
                throw LawError(
                    .wrongType, file: rule.file, field: "uses.\(use.name)", line: use.line,
                    "Only a programme under `further` may build on another; move it there.")
            }
            if let effect = rule.dates.first {
                throw effect.value.misplaced(
                    "Days follow from an application, so only a programme under `further` has them.")
            }
        }
        for rule in further.joined() {
            for use in rule.uses where !programmes.contains(where: { $0.first?.id == use.programme }) {
                throw LawError(
                    .unknownReference, file: rule.file, field: "uses.\(use.name)", line: use.line,
                    "No programme of this id is decided for every household; correct it.")
            }
        }
        (caseHousehold, cases) = try LawCase.read(&library)
        try library.checkEmpty()
        digest = library.digest
    }

    private static func parts(
        _ library: inout LawLibrary, _ languages: [String], _ schema: FactsSchema
    ) throws(LawError) -> LawParts {
        var parameters: [String: Parameter] = [:]
        for root in try library.takeAll(in: "parameters/") {
            do throws(LawError) {
                let parameter = try Parameter(root, languages: languages)
                parameters[parameter.id] = parameter
            } catch {
                try root.tolerate(error)
                let path = String(root.file.dropFirst("parameters/".count).dropLast(".yaml".count))
                let id = path.replacing("/", with: ".")
                parameters[id] = Parameter(placeholder: id, file: root.file, languages: languages)
            }
        }
        var definitions = Definitions(environment: schema.environment, choices: schema.optionCodes)
        var nodes: [LawNode] = []
        for root in try library.takeAll(in: "definitions/") {
            try root.allow(only: ["definitions"])
            nodes.append(try root.member("definitions"))
        }
        try definitions.add(nodes, languages: languages)
        var variables: [String: Variable] = [:]
        for root in try library.takeAll(in: "variables/") {
            try root.allow(only: ["variables"])
            for (code, node) in try root.member("variables").members() {
                let variable: Variable
                do throws(LawError) {
                    variable = try Variable(code, node, definitions, languages: languages)
                } catch {
                    try node.tolerate(error)
                    continue
                }
                guard variables.updateValue(variable, forKey: code) == nil else {
                    throw node.error(.duplicateName, "Another file has a variable of this name; keep one.")
                }
            }
        }
        var applications: [String: ApplicationSchema] = [:]
        for root in try library.takeAny(in: "applications/") {
            let application = try ApplicationSchema(root, languages: languages)
            applications[application.id] = application
        }
        return LawParts(
            languages: languages, schema: schema, definitions: definitions, parameters: parameters,
            variables: variables, applications: applications)
    }

    /// What each file says; where faults are collected, a damaged file is left out.
    private static func each<Part>(
        _ roots: [LawNode], _ read: (LawNode) throws(LawError) -> Part
    ) throws(LawError) -> [Part] {
        var parts: [Part] = []
        for root in roots {
            do throws(LawError) { parts.append(try read(root)) } catch { try root.tolerate(error) }
        }
        return parts
    }

    private static func byID<Rule>(
        _ rules: [Rule], _ id: KeyPath<Rule, String>, _ from: KeyPath<Rule, CivilDate>
    ) throws(LawError) -> [[Rule]] {
        let groups = Dictionary(grouping: rules) { $0[keyPath: id] }
        return groups.sorted { $0.key < $1.key }.map { group in
            group.value.sorted { $0[keyPath: from] < $1[keyPath: from] }
        }
    }

    private static func ordered(_ rules: [[ProgrammeRule]], by list: LawNode) throws(LawError) -> [[ProgrammeRule]] {
        var ordered: [[ProgrammeRule]] = []
        for node in try list.elements() {
            let id = try node.text()
            guard let versions = rules.first(where: { $0.first?.id == id }) else {
                if node.faults?.files.contains(where: { $0.hasPrefix("programmes/\(id)/") }) ?? false { continue }
                try node.tolerate(
                    node.error(
                        .unknownReference, "There is no programme of this id in programmes/; add it or remove the id."))
                continue
            }
            guard !ordered.contains(where: { $0.first?.id == id }) else {
                throw node.error(.duplicateName, "The programme is listed twice; keep one.")
            }
            ordered.append(versions)
        }
        return ordered
    }
}

/// The files of the law by path, each taken by the part that reads it.
struct LawLibrary {
    let digest: String
    private var files: [String: LawFile] = [:]
    private let faults: LawFaults?

    init(_ all: [LawFile], faults: LawFaults? = nil) throws(LawError) {
        self.faults = faults
        let yaml = all.filter { $0.path.hasSuffix(".yaml") }
            .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        var hash = SHA256()
        for file in yaml {
            guard files.updateValue(file, forKey: file.path) == nil else {
                throw LawError(.duplicateName, file: file.path, "The file was given twice.")
            }
            let head = "\(file.path)\n\(file.text.utf8.count)\n"
            Array((head + file.text).utf8).withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
        let digits = Array("0123456789abcdef")
        digest = hash.finalize().reduce(into: "") { text, byte in
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
    }

    /// Where each top-level field of each file begins, by `file#field`.
    func lines() -> [String: Int] {
        var lines: [String: Int] = [:]
        for file in files.values {
            for (offset, line) in file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                guard let end = line.firstIndex(of: ":"), line.first?.isLetter == true else { continue }
                lines["\(file.path)#\(line[..<end])"] = offset + 1
            }
        }
        return lines
    }

    mutating func take(_ path: String) throws(LawError) -> LawNode {
        guard let file = files.removeValue(forKey: path) else {
            throw LawError(.missingFile, file: path, "The law has no such file; add it.")
        }
        return try LawNode(file, faults: faults)
    }

    /// All files below a folder, by path; at least one.
    mutating func takeAll(in folder: String) throws(LawError) -> [LawNode] {
        let nodes = try takeAny(in: folder)
        guard !nodes.isEmpty else {
            throw LawError(.missingFile, file: folder, "The law has no file in this folder; add one.")
        }
        return nodes
    }

    /// All files below a folder, by path.
    mutating func takeAny(in folder: String) throws(LawError) -> [LawNode] {
        let paths = files.keys.filter { $0.hasPrefix(folder) }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var nodes: [LawNode] = []
        for path in paths {
            do throws(LawError) {
                nodes.append(try take(path))
            } catch {
                guard let faults else { throw error }
                faults.note(error)
            }
        }
        return nodes
    }

    /// Refuses a file that no part of the law has read, so that a misplaced one is not silently ignored.
    func checkEmpty() throws(LawError) {
        if let path = files.keys.min() {
            throw LawError(
                .malformedFile, file: path, line: 1, "No part of the law reads this file; move it to its folder.")
        }
    }
}
