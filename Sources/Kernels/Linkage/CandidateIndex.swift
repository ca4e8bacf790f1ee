/// Inverted lists: for every key, the records that share it; one structure for a whole file and for one probe.
///
/// A list longer than the limit is split by one more field; what stays too long is left out and counted. No pair is
/// ever stored: pairs are walked list by list, each under the first key only that leads to it.
final class CandidateIndex: @unchecked Sendable {
    /// What became of the lists of one key.
    struct Report: Sendable {
        let key: String
        var lists = 0
        var longest = 0
        var leftOutLists = 0
        var leftOutRecords = 0
    }

    let hashes: [[UInt64]]
    /// Records ordered by hash, one array a key, and the ends of their lists.
    let ordered: [[UInt32]]
    let ends: [[UInt32]]
    let reports: [Report]

    init(
        _ records: PreparedRecords, keys: [CandidateKey], refinements: [CandidateKey], longest: Int, parallel: Parallel
    ) {
        let built = parallel.map(keys.count) { index in
            Self.build(
                (0..<records.count).map { keys[index].hash(records, $0) }, name: keys[index].text,
                rounds: refinements.count, longest: longest
            ) { refinements[$0].hash(records, $1) }
        }
        hashes = built.map(\.0)
        ordered = built.map(\.1)
        ends = built.map(\.2)
        reports = built.map(\.3)
    }

    /// The lists of one key from the hashes of all records; `refine` gives a record's hash under a further field.
    static func build(
        _ hashes: [UInt64], name: String, rounds: Int, longest: Int, refine: (Int, Int) -> UInt64
    ) -> ([UInt64], [UInt32], [UInt32], Report) {
        var hashes = hashes
        var report = Report(key: name)
        var order: [UInt32] = []
        for round in 0...rounds {
            order = sorted(hashes)
            var tooLong: [Range<Int>] = []
            forLists(order, hashes) { if $0.count > longest { tooLong.append($0) } }
            if tooLong.isEmpty { break }
            for list in tooLong {
                let before = report.leftOutRecords
                for place in list {
                    let record = Int(order[place])
                    let more = round < rounds ? refine(round, record) : 0
                    hashes[record] = more == 0 ? 0 : Mixing.joined(hashes[record], more) | 1
                    if more == 0 { report.leftOutRecords += 1 }
                }
                if report.leftOutRecords > before { report.leftOutLists += 1 }
            }
            if round == rounds { order = sorted(hashes) }
        }
        var ends: [UInt32] = []
        var kept: [UInt32] = []
        forLists(order, hashes) { list in
            kept.append(contentsOf: order[list])
            ends.append(UInt32(kept.count))
            if list.count > 1 { report.lists += 1 }
            report.longest = max(report.longest, list.count)
        }
        return (hashes, kept, ends, report)
    }

    /// Records with a key, ordered by it: a radix sort over the upper halves, then the few that collide.
    private static func sorted(_ hashes: [UInt64]) -> [UInt32] {
        var order = hashes.indices.compactMap { hashes[$0] == 0 ? nil : UInt32($0) }
        var other = order
        for shift in stride(from: UInt64(31), through: 53, by: 11) {
            var counts = [Int](repeating: 0, count: 2049)
            for record in order { counts[Int(hashes[Int(record)] >> shift & 2047) + 1] += 1 }
            for index in 1..<counts.count { counts[index] += counts[index - 1] }
            for record in order {
                let bucket = Int(hashes[Int(record)] >> shift & 2047)
                other[counts[bucket]] = record
                counts[bucket] += 1
            }
            swap(&order, &other)
        }
        return order
    }

    /// Lists of equal hashes; records whose hashes agree in the sorted part only are told apart here.
    private static func forLists(_ order: [UInt32], _ hashes: [UInt64], _ body: (Range<Int>) -> Void) {
        var start = 0
        while start < order.count {
            let hash = hashes[Int(order[start])]
            var end = start + 1
            while end < order.count, hashes[Int(order[end])] == hash { end += 1 }
            body(start..<end)
            start = end
        }
    }

    /// How many pairs the lists of a key hold, those of earlier keys included.
    func pairs(_ key: Int) -> Int {
        var (start, total) = (0, 0)
        for end in ends[key] {
            let count = Int(end) - start
            total += count * (count - 1) / 2
            start = Int(end)
        }
        return total
    }

    /// Calls `body` for the pairs of some lists of a key that no earlier key leads to.
    @inline(__always)
    func walk(_ key: Int, lists: Range<Int>, _ body: (Int, Int) -> Void) {
        let order = ordered[key]
        var start = lists.lowerBound == 0 ? 0 : Int(ends[key][lists.lowerBound - 1])
        for list in lists {
            let end = Int(ends[key][list])
            for i in start..<end {
                let one = Int(order[i])
                for j in (i + 1)..<end where j < end {
                    let other = Int(order[j])
                    if !isSeen(key, one, other) { body(one, other) }
                }
            }
            start = end
        }
    }

    @inline(__always)
    private func isSeen(_ key: Int, _ one: Int, _ other: Int) -> Bool {
        for earlier in 0..<key {
            let hash = hashes[earlier][one]
            if hash != 0, hash == hashes[earlier][other] { return true }
        }
        return false
    }

    /// The records under one hash: a binary search over the lists of a key.
    func list(_ key: Int, _ hash: UInt64) -> ArraySlice<UInt32> {
        let (order, ends, hashes) = (ordered[key], ends[key], hashes[key])
        var (low, high) = (0, ends.count)
        while low < high {
            let middle = (low + high) / 2
            let start = middle == 0 ? 0 : Int(ends[middle - 1])
            if hashes[Int(order[start])] >> 31 & 0x1_FFFF_FFFF < hash >> 31 & 0x1_FFFF_FFFF {
                low = middle + 1
            } else {
                high = middle
            }
        }
        while low < ends.count {
            let start = low == 0 ? 0 : Int(ends[low - 1])
            let found = hashes[Int(order[start])]
            if found == hash { return order[start..<Int(ends[low])] }
            if found >> 31 != hash >> 31 { break }
            low += 1
        }
        return []
    }
}
