import Crypto
import Linkage
import RecordStore
import Storage

/// The lists of files under keyed hashes, while a transaction works on them.
///
/// A list that is full is left as it is: whoever comes later stands under the same key with one more field. So each
/// search reads a list and, where it is full, the next ones that its own fields lead to.
struct CandidateLists {
    let rules: DuplicateRules
    let transaction: RecordTransaction

    /// Changes when the keys do: files that stand under other keys are put under the new ones at the next start.
    static func version(_ keys: BlockingKeys) -> String {
        let text = "2 " + (keys.keys + keys.refinements).map(\.text).joined(separator: ";")
        return Hexadecimal.encode(SHA256.hash(data: Array(text.utf8)).prefix(8))
    }

    /// The files that share a key with an application, and how many keys; `full` counts keys without room for all.
    func find(_ content: ApplicationContent) throws -> (files: [String: Int], full: Int) {
        var found: [String: Int] = [:]
        var full = 0
        let further = refinements(content)
        for text in content.blockingTexts(rules.keys) {
            var files: Set<String> = []
            var isFull = true
            for key in chain(text, further) {
                let list = try list(hash(key))
                files.formUnion(list)
                if list.count < rules.longestList {
                    isFull = false
                    break
                }
            }
            if isFull { full += 1 }
            for file in files { found[file, default: 0] += 1 }
        }
        return (found, full)
    }

    /// Puts an application under its keys, after taking it away from those it no longer has.
    func enter(_ personID: String, _ content: ApplicationContent) throws {
        let further = refinements(content)
        var wanted: [[SQLValue]] = []
        for text in content.blockingTexts(rules.keys) { wanted.append(chain(text, further).map(hash)) }
        let old = try transaction.row(DuplicateTables.entry, key: [.text(personID)])
        let before = try old.map { Self.hashes(try $0.blob("lists")) } ?? []
        let all = Set(wanted.flatMap { $0 })
        for key in before where !all.contains(key) { try remove(personID, key) }
        var kept: [SQLValue] = []
        for chain in wanted {
            if let held = chain.first(where: before.contains) {
                kept.append(held)
            } else if let place = try chain.first(where: { try list($0).count < rules.longestList }) {
                try add(personID, place)
                kept.append(place)
            }
        }
        try remember(personID, kept, isNew: old == nil)
    }

    /// Notes that an application stands under no key: it ended without a number.
    func leave(_ personID: String) throws {
        let old = try transaction.row(DuplicateTables.entry, key: [.text(personID)])
        for key in try old.map({ Self.hashes(try $0.blob("lists")) }) ?? [] { try remove(personID, key) }
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

    private func refinements(_ content: ApplicationContent) -> [String] { Self.refinements(content, rules.keys) }

    static func refinements(_ content: ApplicationContent, _ keys: BlockingKeys) -> [String] {
        let record = content.compared()
        var further: [String] = []
        for refinement in keys.refinements {
            guard let text = keys.texts(refinement, record).first else { break }
            further.append(text)
        }
        return further
    }

    /// The key itself, then with one more field each.
    private func chain(_ text: String, _ further: [String]) -> [String] {
        var chain = [text]
        for more in further { chain.append((chain.last ?? text) + "\u{1F}" + more) }
        return chain
    }

    private func hash(_ text: String) -> SQLValue { transaction.blindIndex("candidate key", text) }

    private func list(_ key: SQLValue) throws -> [String] {
        guard let row = try transaction.row(DuplicateTables.list, key: [key]) else { return [] }
        return Self.identifiers(try row.blob("files"))
    }

    static func identifiers(_ bytes: [UInt8]) -> [String] {
        stride(from: 0, to: bytes.count, by: 16).map { identifier(bytes[$0..<min($0 + 16, bytes.count)]) }
    }

    private func add(_ personID: String, _ key: SQLValue) throws {
        let bytes = Self.bytes(personID)
        if let row = try transaction.row(DuplicateTables.list, key: [key]) {
            try transaction.update(
                DuplicateTables.list, ["index_key": key, "files": .blob(try row.blob("files") + bytes)])
        } else {
            try transaction.insert(DuplicateTables.list, ["index_key": key, "files": .blob(bytes)])
        }
    }

    private func remove(_ personID: String, _ key: SQLValue) throws {
        let files = try list(key)
        guard files.contains(personID) else { return }
        let left = files.filter { $0 != personID }
        if left.isEmpty {
            try transaction.delete(DuplicateTables.list, key: [key])
        } else {
            try transaction.update(
                DuplicateTables.list, ["index_key": key, "files": .blob(left.flatMap(Self.bytes))])
        }
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
