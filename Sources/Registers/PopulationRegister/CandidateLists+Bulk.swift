import RecordStore
import Storage

/// Many files at once: each list is read once and written once.
extension CandidateLists {
    /// One key of a file: its hash, and what the next hashes are made of where its list is full.
    struct Prepared: Sendable {
        let key: SQLValue
        let text: String
        let further: [String]
    }

    /// May run outside of a transaction, on all cores.
    static func prepare(
        _ content: ApplicationContent, _ keys: BlockingKeys, hash: (String) -> [UInt8]
    ) -> [Prepared] {
        let further = refinements(content, keys)
        return content.blockingTexts(keys).map { Prepared(key: .blob(hash($0)), text: $0, further: further) }
    }

    private struct List {
        let old: Row?
        let before: [UInt8]
        var added: [UInt8] = []
        var count: Int { (before.count + added.count) / 16 }
    }

    /// Puts files that stand under no key yet under theirs.
    func enter(_ files: [(id: String, keys: [Prepared])]) throws {
        var lists: [SQLValue: List] = [:]
        let first = Array(Set(files.lazy.flatMap { $0.keys.lazy.map(\.key) }))
        for (key, row) in zip(first, try transaction.rows(DuplicateTables.list, keys: first.map { [$0] })) {
            lists[key] = List(old: row, before: try row?.blob("files") ?? [])
        }
        var entries: [[SQLValue]] = []
        for file in files {
            let name = Self.bytes(file.id)
            var kept: [UInt8] = []
            for key in file.keys {
                guard let place = try place(key, &lists) else { continue }
                lists[place]?.added += name
                if case .blob(let hash) = place { kept += hash }
            }
            entries.append([.text(file.id), .text(Self.version(rules.keys)), .blob(kept)])
        }
        let changed = lists.filter { !$0.value.added.isEmpty }
        let new = changed.filter { $0.value.old == nil }.map { [$0.key, .blob($0.value.added)] }
        try transaction.insert(DuplicateTables.list, rows: new)
        try transaction.update(
            DuplicateTables.list,
            changed.compactMap { key, list in
                list.old.map { ($0, ["index_key": key, "files": .blob(list.before + list.added)]) }
            })
        try transaction.insert(DuplicateTables.entry, rows: entries)
    }

    /// The first list of a key's chain that has room; nil where none has.
    private func place(_ prepared: Prepared, _ lists: inout [SQLValue: List]) throws -> SQLValue? {
        if let list = lists[prepared.key], list.count < rules.longestList { return prepared.key }
        var text = prepared.text
        for more in prepared.further {
            text += "\u{1F}" + more
            let key = transaction.blindIndex("candidate key", text)
            if lists[key] == nil {
                let row = try transaction.row(DuplicateTables.list, key: [key])
                lists[key] = List(old: row, before: try row?.blob("files") ?? [])
            }
            if let list = lists[key], list.count < rules.longestList { return key }
        }
        return nil
    }
}
