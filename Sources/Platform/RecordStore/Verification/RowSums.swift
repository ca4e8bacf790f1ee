import CDigests
import Storage

/// Whether two lists of rows are the same, without keeping either: what leaves say is added, what is there subtracted.
///
/// Each row counts as SipHash-2-4 (128 bits) of its key and digest under a key drawn for one run, and rows are added up
/// in two words modulo 2^64. Where all sums are zero at the end, what leaves say and what is there agree but for one
/// chance in 2^128, which nobody can steer who does not know the key. Rows are spread over `buckets` sums by their key,
/// so that of lists that differ only a small part need be looked at row by row.
final class RowSums {
    static let buckets = 256

    private let key: (UInt64, UInt64)
    private let sums: UnsafeMutablePointer<UInt64>
    private let wordCount: Int

    init(tables: Int, key: (UInt64, UInt64)) {
        self.key = key
        wordCount = 2 * Self.buckets * max(1, tables)
        sums = .allocate(capacity: wordCount)
        sums.initialize(repeating: 0, count: wordCount)
    }

    deinit { sums.deallocate() }

    enum Sign { case plus, minus }

    @inline(__always)
    func add(
        _ sign: Sign, table: Int, key first: UnsafeRawBufferPointer, _ second: UnsafePointer<UInt8>?, _ count: Int
    ) {
        var words: (UInt64, UInt64) = (0, 0)
        let place = sums + 2 * (Self.buckets * table + Self.bucket(first))
        withUnsafePointer(to: key) { key in
            withUnsafeMutablePointer(to: &words) { words in
                key.withMemoryRebound(to: UInt64.self, capacity: 2) { key in
                    words.withMemoryRebound(to: UInt64.self, capacity: 2) { words in
                        cd_siphash128(
                            key, first.baseAddress?.assumingMemoryBound(to: UInt8.self), first.count, second, count,
                            words)
                    }
                }
            }
        }
        switch sign {
        case .plus:
            place[0] &+= words.0
            place[1] &+= words.1
        case .minus:
            place[0] &-= words.0
            place[1] &-= words.1
        }
    }

    func add(_ other: RowSums) {
        for index in 0..<wordCount { sums[index] &+= other.sums[index] }
    }

    /// The buckets of a table in which the two lists differ; nil where there is none.
    func differing(table: Int) -> [Bool]? {
        let start = sums + 2 * Self.buckets * table
        let differing = (0..<Self.buckets).map { start[2 * $0] != 0 || start[2 * $0 + 1] != 0 }
        return differing.contains(true) ? differing : nil
    }

    /// Where the key of a row falls: by its end, since identifiers made at one time begin alike.
    @inline(__always)
    static func bucket(_ key: UnsafeRawBufferPointer) -> Int {
        var word: UInt64 = 0
        if key.count >= 8 {
            word = key.loadUnaligned(fromByteOffset: key.count - 8, as: UInt64.self).littleEndian
        } else {
            for byte in key { word = word << 8 | UInt64(byte) }
        }
        return Int((word &* 0x9E37_79B9_7F4A_7C15) >> 56)
    }

    static func bucket(_ key: String) -> Int {
        var key = key
        return key.withUTF8 { bucket(UnsafeRawBufferPointer($0)) }
    }
}

/// The rows that are to be compared one by one.
struct Suspects: Sendable {
    /// By table, the buckets of its rows' keys.
    var tables: [String: [Bool]] = [:]
    /// The buckets of the leaves whose list of subjects differs.
    var subjects: [Bool]?
    /// The tables that do not follow from those that they are derived from.
    var derived: Set<String> = []
    /// Whose turn a job is, or the list of jobs itself.
    var jobs = false

    func contains(_ table: String, _ key: String) -> Bool { Self.contains(tables[table], key) }

    func contains(subjectsOf leaf: String) -> Bool { Self.contains(subjects, leaf) }

    private static func contains(_ buckets: [Bool]?, _ key: String) -> Bool {
        guard let buckets else { return false }
        // A text that is no UTF-8 was repaired on its way here, and fell elsewhere before.
        return buckets[RowSums.bucket(key)] || key.unicodeScalars.contains("\u{FFFD}")
    }
}

/// The tables whose rows leaves speak of, found by their names' bytes.
struct TableNames: Sendable {
    let tables: [Table]
    private let places: [Int8]
    private let names: [[UInt8]]

    init(_ tables: [Table]) {
        self.tables = tables
        names = tables.map { Array($0.name.utf8) }
        var places = [Int8](repeating: -1, count: 256)
        for (index, name) in names.enumerated() {
            var place = name.withUnsafeBytes { RowSums.bucket($0) }
            while places[place] >= 0 { place = (place + 1) & 255 }
            places[place] = Int8(truncatingIfNeeded: index)
        }
        self.places = places
        precondition(tables.count < 128, "a store has fewer than 128 tables")
    }

    @inline(__always)
    func index(_ name: UnsafeRawBufferPointer) -> Int? {
        var place = RowSums.bucket(name)
        while places[place] >= 0 {
            let index = Int(places[place])
            if names[index].withUnsafeBytes({ BatchColumns.areEqual($0, name) }) { return index }
            place = (place + 1) & 255
        }
        return nil
    }
}
