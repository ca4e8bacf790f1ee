/// Compares two records field by field, remembering the levels of value pairs that come again.
///
/// Not shared between threads: each piece of work has its own.
final class PairComparer {
    let records: PreparedRecords
    private let memory: UnsafeMutablePointer<UInt64>
    private let mask: Int
    private let kinds: [LinkageConfiguration.Kind]
    /// The level of each field, then, as the last entry, whether two fields were exchanged.
    let levels: UnsafeMutableBufferPointer<UInt8>

    init(_ records: PreparedRecords, memoryBits: Int = 19) {
        self.records = records
        memory = .allocate(capacity: 1 << memoryBits)
        memory.initialize(repeating: 0, count: 1 << memoryBits)
        mask = (1 << memoryBits) - 1
        kinds = records.fields.map(\.kind)
        levels = .allocate(capacity: records.fields.count + 1)
        levels.initialize(repeating: 0)
    }

    deinit {
        memory.deallocate()
        levels.deallocate()
    }

    /// Forgets every level: after the values of a probe have gone, their numbers mean others.
    func forget() { memory.update(repeating: 0, count: mask + 1) }

    /// Sets `levels` for a pair.
    func compare(_ one: Int, _ other: Int) {
        let fields = records.fields
        for index in fields.indices { levels[index] = level(index, one, index, other) }
        if let table = records.levelTable {
            for index in fields.indices { levels[index] = table[Int(levels[index])] }
        }
        levels[fields.count] = Level.missing
        guard let (a, b) = records.swappable else { return }
        guard Self.isPoor(levels[a]), Self.isPoor(levels[b]), levels[a] != Level.missing || levels[b] != Level.missing
        else { return }
        let crossed = (level(a, one, b, other), level(b, one, a, other))
        let good = (Self.isGood(crossed.0) ? 1 : 0) + (Self.isGood(crossed.1) ? 1 : 0)
        if good == 2 || good == 1 && (crossed.0 == Level.missing || crossed.1 == Level.missing) {
            (levels[a], levels[b]) = crossed
            levels[fields.count] = Level.exchanged
        }
    }

    private static func isPoor(_ level: UInt8) -> Bool {
        level == Level.missing || level == Level.differs || level == Level.acrossDiffers || level == Level.partly
    }

    private static func isGood(_ level: UInt8) -> Bool {
        level >= Level.exact && level <= Level.oneEdit || level == Level.across
    }

    /// The level of one field of a record against a field of another.
    @inline(__always)
    private func level(_ fieldA: Int, _ one: Int, _ fieldB: Int, _ other: Int) -> UInt8 {
        let a = records.fields[fieldA]
        let b = records.fields[fieldB]
        let (v, w) = (records.number(one, a.first), records.number(other, b.first))
        guard a.second >= 0, b.second >= 0 else {
            if v == 0 || w == 0 { return Level.missing }
            if v == w {
                if a.kind == .date {
                    let date = a.spaces[0].dates[Int(v)]
                    return date.isEmpty ? Level.missing : date.isYear ? Level.across : Level.exact
                }
                return Level.exact
            }
            return remembered(UInt64(a.kind == .name ? 14 : fieldA), v, w) {
                switch a.kind {
                case .name: ValueComparison.names(a.spaces[0], v, w)
                case .text: ValueComparison.texts(a.spaces[0], v, w)
                case .code: ValueComparison.codes(a.spaces[0], v, w)
                case .category: Level.differs
                case .date: ValueComparison.dates(a.spaces[0].dates[Int(v)], a.spaces[0].dates[Int(w)])
                }
            }
        }
        let (x, y) = (records.number(one, a.second), records.number(other, b.second))
        var best = Level.missing
        if v != 0, w != 0 {
            best = v == w ? Level.exact : remembered(14, v, w) { ValueComparison.names(a.spaces[0], v, w) }
        }
        if best != Level.exact, x != 0, y != 0 {
            let level = x == y ? Level.exact : remembered(15, x, y) { ValueComparison.names(a.spaces[1], x, y) }
            best = Self.better(best, level)
        }
        if best == Level.missing {
            if v != 0, y != 0 { best = crossed(a, v, y) }
            if best != Level.across, x != 0, w != 0 { best = Self.better(best, crossed(a, w, x)) }
            // The file's own lexicon may join what the keys do not.
            if best == Level.acrossDiffers, fieldA == fieldB, records.number(one, a.key) != 0,
                records.number(one, a.key) == records.number(other, a.key)
            {
                best = Level.across
            }
        }
        return best
    }

    private func crossed(_ field: PreparedRecords.Field, _ latin: UInt32, _ arabic: UInt32) -> UInt8 {
        remembered(13, latin, arabic, ordered: true) {
            ValueComparison.across(field.spaces[0], latin, field.spaces[1], arabic, records.similarity)
        }
    }

    private static let rank: [UInt8] = [9, 0, 1, 2, 3, 7, 4, 6, 5, 8]

    @inline(__always)
    private static func better(_ one: UInt8, _ other: UInt8) -> UInt8 {
        rank[Int(one)] <= rank[Int(other)] ? one : other
    }

    @inline(__always)
    private func remembered(
        _ space: UInt64, _ one: UInt32, _ other: UInt32, ordered: Bool = false, _ compute: () -> UInt8
    ) -> UInt8 {
        let (low, high) = ordered || one < other ? (one, other) : (other, one)
        let key = space << 56 | UInt64(low) << 28 | UInt64(high)
        let slot = Int(truncatingIfNeeded: Mixing.mixed(key)) & mask
        let held = memory[slot]
        if held >> 4 == key & 0x0FFF_FFFF_FFFF_FFFF { return UInt8(held & 15) }
        let level = compute()
        memory[slot] = key << 4 | UInt64(level)
        return level
    }

    /// Logarithm of the chance that two unrelated records agree as these do in one field.
    ///
    /// By the frequency of the values that agree; a chance likeness is likelier for a frequent value.
    func chance(_ index: Int, _ level: UInt8, _ one: Int, _ other: Int, _ average: [Double]) -> Double {
        let field = records.fields[index]
        let exchangedPair = levels[records.fields.count] == Level.exchanged
        let isSwapped = exchangedPair && (index == records.swappable?.0 || index == records.swappable?.1)
        switch (level, field.kind) {
        case (Level.missing, _): return average[Int(level)]
        case (Level.exact, _) where !isSwapped:
            var least = 1.0
            for (column, place) in field.places.enumerated() {
                let v = records.number(one, place)
                if v != 0, v == records.number(other, place) { least = min(least, field.share(column, v)) }
            }
            if least == 1 { least = field.share(0, records.number(one, field.first)) }
            return PairComparer.log(least)
        case (Level.variant, .name) where !isSwapped, (Level.across, .name) where !isSwapped:
            let (k, l) = (Int(records.number(one, field.key)), Int(records.number(other, field.key)))
            let most = max(k == 0 ? 0 : field.keyFrequency[k], l == 0 ? 0 : field.keyFrequency[l])
            guard most > 0 else { return average[Int(level)] }
            return PairComparer.log(Double(most) / Double(records.count))
        case (Level.variant, .date), (Level.across, .date):
            let year = field.spaces[0].dates[Int(records.number(one, field.first))].year
            let share = Double(field.yearFrequency[year] ?? 1) / Double(field.given[0])
            return PairComparer.log(share) + average[Int(level) + Level.count]
        case (Level.oneEdit, .name), (Level.near, .name), (Level.oneEdit, .text), (Level.near, .text):
            var most = 0.0
            for (column, place) in field.places.enumerated() {
                for record in [one, other] {
                    let v = records.number(record, place)
                    if v != 0, !isSwapped { most = max(most, field.share(column, v)) }
                }
            }
            guard most > 0 else { return average[Int(level)] }
            let scale = min(3, max(0.1, most / field.agreement))
            return average[Int(level)] + PairComparer.log(scale) * 0.5
        default: return average[Int(level)]
        }
    }

    @inline(__always)
    static func log(_ value: Double) -> Double { Logarithm.natural(value) }
}
