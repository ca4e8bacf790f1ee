/// An unchanging part of a candidate index, read in place from bytes: records as they were entered, and for each key
/// the lists of those that share it.
///
/// The bytes may be a mapped file: only what a probe touches is read. Lists are found by binary search over hashes of
/// what values hold, so that a record has the same hashes in every segment.
public final class IndexSegment: @unchecked Sendable {
    /// The lists of one key.
    struct Lists {
        let hashes: UnsafeBufferPointer<UInt64>
        let ends: UnsafeBufferPointer<UInt32>
        let records: UnsafeBufferPointer<UInt32>
        let leftOut: Int

        func range(_ list: Int) -> Range<Int> {
            let end = min(Int(ends[list]), records.count)
            return min(list == 0 ? 0 : Int(ends[list - 1]), end)..<end
        }

        func list(_ hash: UInt64) -> Slice<UnsafeBufferPointer<UInt32>> {
            var (low, high) = (0, hashes.count)
            while low < high {
                let middle = (low + high) / 2
                if hashes[middle] < hash { low = middle + 1 } else { high = middle }
            }
            return low < hashes.count && hashes[low] == hash ? records[range(low)] : records[0..<0]
        }
    }

    static let mark: UInt64 = 0x3130_4745_534C_4A53
    /// How many records it holds.
    public let count: Int
    let width: Int
    /// Lists of the configuration's keys, then of the identifier.
    let keys: [Lists]
    private let starts: UnsafeBufferPointer<UInt64>
    private let texts: UnsafeBufferPointer<UInt8>
    private let owner: any Sendable

    /// Reads a segment in place; `owner` keeps the bytes alive.
    ///
    /// Throws `LinkageError.index` where the bytes are no whole segment.
    public init(bytes: UnsafeRawBufferPointer, owner: any Sendable) throws(LinkageError) {
        var reader = ByteReader(bytes)
        guard try reader.read(UInt64.self) == Self.mark, try reader.read(UInt64.self) == UInt64(bytes.count) else {
            throw LinkageError(.index, "this is no whole segment of an index: make the index again")
        }
        width = Int(try reader.read(UInt32.self))
        let keyCount = Int(try reader.read(UInt32.self))
        starts = try reader.view(UInt64.self)
        texts = try reader.view(UInt8.self)
        count = max(0, starts.count - 1)
        guard keyCount < 256, width < 256, starts.last ?? 0 <= UInt64(texts.count) else {
            throw LinkageError(.index, "a segment of the index is damaged: make the index again")
        }
        var keys: [Lists] = []
        for _ in 0..<keyCount {
            let leftOut = Int(truncatingIfNeeded: try reader.read(UInt64.self))
            let lists = Lists(
                hashes: try reader.view(UInt64.self), ends: try reader.view(UInt32.self),
                records: try reader.view(UInt32.self), leftOut: leftOut)
            guard lists.hashes.count == lists.ends.count else {
                throw LinkageError(.index, "a segment of the index is damaged: make the index again")
            }
            keys.append(lists)
        }
        self.keys = keys
        self.owner = owner
    }

    /// A segment of bytes that are held in memory.
    public convenience init(_ bytes: [UInt8]) throws(LinkageError) {
        let held = Held(bytes)
        try self.init(bytes: UnsafeRawBufferPointer(held.memory), owner: held)
    }

    private final class Held: @unchecked Sendable {
        let memory: UnsafeMutableRawBufferPointer

        init(_ bytes: [UInt8]) {
            memory = .allocate(byteCount: bytes.count, alignment: 8)
            memory.copyBytes(from: bytes)
        }

        deinit { memory.deallocate() }
    }

    /// Identifier and values of a record, as views that hold as long as the segment does.
    func values(_ record: Int) -> [UnsafeBufferPointer<UInt8>] {
        guard record < count else { return [] }
        let end = Int(min(starts[record + 1], UInt64(texts.count)))
        var place = Int(min(starts[record], UInt64(end)))
        var values: [UnsafeBufferPointer<UInt8>] = []
        while values.count < width, place + 2 <= end {
            let length = Int(texts[place]) | Int(texts[place + 1]) << 8
            let stop = min(end, place + 2 + length)
            values.append(UnsafeBufferPointer(rebasing: texts[(place + 2)..<stop]))
            place = stop
        }
        while values.count < width { values.append(UnsafeBufferPointer(rebasing: texts[0..<0])) }
        return values
    }

    /// The identifier of a record.
    public func identifier(_ record: Int) -> String { String(decoding: values(record)[0], as: UTF8.self) }

    /// Whether a record of this identifier is here.
    public func holds(_ identifier: String) -> Bool {
        var bytes = Array(identifier.utf8)
        let hash = bytes.withUnsafeMutableBufferPointer { ValueSpace.content(UnsafeBufferPointer($0)) } | 1
        guard let lists = keys.last else { return false }
        return lists.list(hash).contains { values(Int($0))[0].elementsEqual(bytes) }
    }

    /// How long the lists of each key are.
    public func lengths(_ configuration: LinkageConfiguration) -> [(key: String, lengths: [Int], leftOut: Int)] {
        zip(configuration.keys, keys).map { name, lists in
            (name, lists.hashes.indices.map { lists.range($0).count }, lists.leftOut)
        }
    }
}
