import Crypto
import Linkage
import RecordStore
import Storage

/// The lists of files under keyed hashes, while a transaction works on them.
///
/// A list that is full is left as it is: whoever comes later stands under the same key with one more field. So each
/// search reads a list and, where it is full, the next ones that its own fields lead to.
final class CandidateLists {
    let rules: DuplicateRules
    let transaction: RecordTransaction
    /// What was read or written so far.
    private var known: [SQLValue: List] = [:]

    private struct List {
        /// Nil for a list without a file.
        var row: Row?
        var files: [UInt8]
        var count: Int { files.count / 16 }
    }

    init(rules: DuplicateRules, transaction: RecordTransaction) {
        self.rules = rules
        self.transaction = transaction
    }

    /// Changes when the keys do: files that stand under other keys are put under the new ones at the next start.
    static func version(_ keys: BlockingKeys) -> String {
        let text = "2 " + (keys.keys + keys.refinements).map(\.text).joined(separator: ";")
        return Hexadecimal.encode(SHA256.hash(data: Array(text.utf8)).prefix(8))
    }

    /// The files that share a key with an application, and how many keys; `full` counts keys without room for all.
    func find(_ content: ApplicationContent) throws -> (files: [String: Int], full: Int) {
        let chains = hashes(content)
        var found = chains.map { _ in Set<String>() }
        var open = Array(chains.indices)
        var level = 0
        var full = 0
        while !open.isEmpty {
            try load(open.map { chains[$0][level] })
            var next: [Int] = []
            for index in open {
                let list = list(chains[index][level])
                found[index].formUnion(Self.identifiers(list.files))
                guard list.count >= rules.longestList else { continue }
                if level + 1 < chains[index].count { next.append(index) } else { full += 1 }
            }
            open = next
            level += 1
        }
        var files: [String: Int] = [:]
        for set in found { for file in set { files[file, default: 0] += 1 } }
        return (files, full)
    }

    /// Puts an application under its keys, after taking it away from those it no longer has.
    ///
    /// - Parameter isNew: whether it never stood under any.
    func enter(_ personID: String, _ content: ApplicationContent, isNew: Bool = false) throws {
        let chains = hashes(content)
        let old = isNew ? nil : try transaction.row(DuplicateTables.entry, key: [.text(personID)])
        let before = try old.map { Self.hashes(try $0.blob("lists")) } ?? []
        let all = Set(chains.flatMap { $0 })
        try load(before.filter { !all.contains($0) } + chains.compactMap(\.first))
        for key in before where !all.contains(key) { try remove(personID, key) }
        var kept: [SQLValue] = []
        for chain in chains {
            if let held = chain.first(where: before.contains) {
                kept.append(held)
            } else if let place = try chain.first(where: { try room($0) }) {
                try put(Self.bytes(personID), behind: place)
                kept.append(place)
            }
        }
        try remember(personID, kept, isNew: old == nil)
    }

    /// Notes that an application stands under no key: it ended without a number.
    func leave(_ personID: String, isNew: Bool = false) throws {
        let old = isNew ? nil : try transaction.row(DuplicateTables.entry, key: [.text(personID)])
        let before = try old.map { Self.hashes(try $0.blob("lists")) } ?? []
        try load(before)
        for key in before { try remove(personID, key) }
        try remember(personID, [], isNew: old == nil)
    }

    private func remember(_ personID: String, _ keys: [SQLValue], isNew: Bool) throws {
        var bytes: [UInt8] = []
        for case .blob(let hash) in keys { bytes += hash }
        let values: [String: SQLValue] = [
            "person_id": .text(personID), "key_version": .text(Self.version(rules.keys)), "lists": .blob(bytes),
        ]
        if isNew {
            try transaction.insert(DuplicateTables.entry, values)
        } else {
            try transaction.update(DuplicateTables.entry, values)
        }
    }

    // MARK: Keys

    /// For each key of an application its hash, then those with one more field each.
    private func hashes(_ content: ApplicationContent) -> [[SQLValue]] {
        let further = Self.refinements(content, rules.keys)
        return content.blockingTexts(rules.keys).map { text in
            var chain = [text]
            for more in further { chain.append((chain.last ?? text) + "\u{1F}" + more) }
            return chain.map { transaction.blindIndex("candidate key", $0) }
        }
    }

    static func refinements(_ content: ApplicationContent, _ keys: BlockingKeys) -> [String] {
        var readings = BlockingTexts(keys, content.compared())
        var further: [String] = []
        for refinement in keys.refinements {
            guard let text = readings.texts(refinement).first else { break }
            further.append(text)
        }
        return further
    }

    // MARK: Lists

    /// Reads lists that were not read before, all at once.
    private func load(_ keys: [SQLValue]) throws {
        let missing = Array(Set(keys.filter { known[$0] == nil }))
        for (key, row) in zip(missing, try transaction.rows(DuplicateTables.list, keys: missing.map { [$0] })) {
            known[key] = List(row: row, files: try row?.blob("files") ?? [])
        }
    }

    private func list(_ key: SQLValue) -> List { known[key] ?? List(row: nil, files: []) }

    private func room(_ key: SQLValue) throws -> Bool {
        try load([key])
        return list(key).count < rules.longestList
    }

    private func put(_ file: [UInt8], behind key: SQLValue) throws { try write(list(key).files + file, key) }

    private func remove(_ personID: String, _ key: SQLValue) throws {
        let files = Self.identifiers(list(key).files)
        guard files.contains(personID) else { return }
        try write(files.filter { $0 != personID }.flatMap(Self.bytes), key)
    }

    private func write(_ files: [UInt8], _ key: SQLValue) throws {
        let values = ["index_key": key, "files": SQLValue.blob(files)]
        switch (list(key).row, files.isEmpty) {
        case (nil, true): return
        case (nil, false): try transaction.insert(DuplicateTables.list, values)
        case (.some, true): try transaction.delete(DuplicateTables.list, key: [key])
        case (let row?, false): try transaction.update(DuplicateTables.list, [(row, values)])
        }
        known[key] = List(row: files.isEmpty ? nil : Row(values), files: files)
    }

    static func identifiers(_ bytes: [UInt8]) -> [String] {
        stride(from: 0, to: bytes.count, by: 16).map { identifier(bytes[$0..<min($0 + 16, bytes.count)]) }
    }

    static func hashes(_ bytes: [UInt8]) -> [SQLValue] {
        stride(from: 0, to: bytes.count - 31, by: 32).map { .blob(Array(bytes[$0..<$0 + 32])) }
    }

    /// The sixteen bytes of a file's identifier.
    static func bytes(_ personID: String) -> [UInt8] {
        Hexadecimal.decode(String(personID.filter { $0 != "-" })) ?? []
    }

    /// Of other than sixteen bytes, which only an edited list has, a text that is no file's identifier.
    private static func identifier(_ bytes: ArraySlice<UInt8>) -> String {
        let text = Array(Hexadecimal.encode(bytes))
        guard bytes.count == 16 else { return String(text) }
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(text[$0]) }.joined(separator: "-")
    }
}
