import RecordStore
import Storage

/// Many files at once: each list is read once and written once.
extension CandidateLists {
    /// One key of a file: its hash, and what the next hashes are made of where its list is full.
    struct Prepared: Sendable {
        let key: [UInt8]
        let text: String
        let further: [String]
    }

    /// May run outside of a transaction, on all cores.
    static func prepare(
        _ content: ApplicationContent, _ keys: BlockingKeys, hash: (String) -> [UInt8]
    ) -> [Prepared] {
        let further = refinements(content, keys)
        return content.blockingTexts(keys).map { Prepared(key: hash($0), text: $0, further: further) }
    }

    private struct List {
        let key: [UInt8]
        let old: Row?
        let before: [UInt8]
        var added: [UInt8] = []
        var count: Int { (before.count + added.count) / 16 }
    }

    /// Puts files that stand under no key yet under theirs.
    func enter(_ files: [(id: String, keys: [Prepared])]) throws {
        var lists = Lists()
        var first: [[UInt8]] = []
        for file in files { for key in file.keys { if lists.place(key.key) == nil { first.append(key.key) } } }
        first.sort { $0.lexicographicallyPrecedes($1) }
        for (key, row) in zip(first, try transaction.rows(DuplicateTables.list, keys: first.map { [.blob($0)] })) {
            lists.fill(key, row, try row?.blob("files") ?? [])
        }
        let version = SQLValue.text(Self.version(rules.keys))
        var entries: [[SQLValue]] = []
        entries.reserveCapacity(files.count)
        for file in files {
            let name = Self.bytes(file.id)
            var kept: [UInt8] = []
            kept.reserveCapacity(32 * file.keys.count)
            for key in file.keys {
                guard let place = try place(key, &lists) else { continue }
                lists.lists[place].added += name
                kept += lists.lists[place].key
            }
            entries.append([.text(file.id), version, .blob(kept)])
        }
        var new: [[SQLValue]] = []
        var changed: [(old: Row, new: [String: SQLValue])] = []
        for list in lists.lists where !list.added.isEmpty {
            if let old = list.old {
                changed.append((old, ["index_key": .blob(list.key), "files": .blob(list.before + list.added)]))
            } else {
                new.append([.blob(list.key), .blob(list.added)])
            }
        }
        try transaction.insert(DuplicateTables.list, rows: new)
        try transaction.update(DuplicateTables.list, changed)
        try transaction.insert(DuplicateTables.entry, rows: entries)
    }

    /// The lists that a batch touches, by key.
    private struct Lists {
        private(set) var places: [WideKey: Int] = [:]
        var lists: [List] = []

        /// Where the list of a key is; nil for one that was not asked for before, whose place is then made.
        mutating func place(_ key: [UInt8]) -> Int? {
            let wide = WideKey(key)
            if let place = places[wide] { return place }
            places[wide] = lists.count
            lists.append(List(key: key, old: nil, before: []))
            return nil
        }

        mutating func fill(_ key: [UInt8], _ row: Row?, _ before: [UInt8]) {
            guard let row, let place = places[WideKey(key)] else { return }
            lists[place] = List(key: key, old: row, before: before)
        }
    }

    /// A keyed hash of 32 bytes as four words, which hash faster than bytes.
    private struct WideKey: Hashable {
        private let one, two, three, four: UInt64

        init(_ bytes: [UInt8]) {
            func word(_ place: Int) -> UInt64 {
                bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 8 * place, as: UInt64.self) }
            }
            (one, two, three, four) = (word(0), word(1), word(2), word(3))
        }
    }

    /// The first list of a key's chain that has room; nil where none has.
    private func place(_ prepared: Prepared, _ lists: inout Lists) throws -> Int? {
        if let place = lists.place(prepared.key), lists.lists[place].count < rules.longestList { return place }
        var text = prepared.text
        for more in prepared.further {
            text += "\u{1F}" + more
            guard case .blob(let key) = transaction.blindIndex("candidate key", text) else { continue }
            if lists.place(key) == nil {
                let row = try transaction.row(DuplicateTables.list, key: [.blob(key)])
                lists.fill(key, row, try row?.blob("files") ?? [])
            }
            if let place = lists.place(key), lists.lists[place].count < rules.longestList { return place }
        }
        return nil
    }
}
