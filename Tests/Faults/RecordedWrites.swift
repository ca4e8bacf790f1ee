import Foundation
import TestMaterial

/// What a process wrote into a store's files, in order, and what a power cut could leave of it.
struct RecordedWrites {
    enum Kind: UInt64 { case write = 1, cut, sync, removal }

    struct Entry {
        /// Of the monotonic clock.
        let nanoseconds: UInt64
        let kind: Kind
        let file: String
        let place: Int
        let data: Data
    }

    let entries: [Entry]
    private static let sector = 512

    /// Reads what `recording-writes.c` wrote; a record that was cut by a kill ends it.
    init(_ path: String) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        var entries: [Entry] = []
        var place = 0
        while place + 40 <= bytes.count {
            let head = bytes[place..<place + 40].withUnsafeBytes { memory in
                (0..<5).map { memory.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self) }
            }
            let (name, count) = (Int(head[2]), Int(head[4]))
            let end = place + 40 + name + count
            guard end <= bytes.count, let kind = Kind(rawValue: head[1]) else { break }
            let file = String(decoding: bytes[place + 40..<place + 40 + name], as: UTF8.self)
            entries.append(
                Entry(
                    nanoseconds: head[0], kind: kind, file: (file as NSString).lastPathComponent, place: Int(head[3]),
                    data: Data(bytes[place + 40 + name..<end])))
            place = end
        }
        // The wal-index is memory that SQLite shares between processes; it is made again.
        self.entries = entries.filter { !$0.file.hasSuffix("-shm") }
    }

    /// The files as a power cut after `count` entries could leave them.
    ///
    /// What came before a file's last sync is there. Of what came after it each write may be missing, may have come in
    /// another order, and may be there in part, sector by sector.
    func image(after count: Int, base: [String: Data], using random: inout SeededGenerator) -> [String: Data] {
        var files = base
        var pending: [String: [Entry]] = [:]
        for entry in entries.prefix(count) {
            if entry.kind == .sync {
                for earlier in pending.removeValue(forKey: entry.file) ?? [] { Self.apply(earlier, &files) }
            } else {
                pending[entry.file, default: []].append(entry)
            }
        }
        for name in pending.keys.sorted() {
            for entry in (pending[name] ?? []).shuffled(using: &random) {
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<4: continue
                case 4..<7 where entry.kind == .write:
                    for start in stride(from: 0, to: entry.data.count, by: Self.sector)
                    where Bool.random(using: &random) {
                        let part = entry.data.dropFirst(start).prefix(Self.sector)
                        Self.apply(
                            Entry(
                                nanoseconds: 0, kind: .write, file: name, place: entry.place + start, data: Data(part)),
                            &files)
                    }
                default: Self.apply(entry, &files)
                }
            }
        }
        return files
    }

    private static func apply(_ entry: Entry, _ files: inout [String: Data]) {
        var data = files[entry.file] ?? Data()
        switch entry.kind {
        case .write:
            let end = entry.place + entry.data.count
            if data.count < end { data.append(Data(count: end - data.count)) }
            data.replaceSubrange(entry.place..<end, with: entry.data)
            files[entry.file] = data
        case .cut:
            files[entry.file] =
                data.count >= entry.place ? data.prefix(entry.place) : data + Data(count: entry.place - data.count)
        case .removal: files[entry.file] = nil
        case .sync: break
        }
    }
}
