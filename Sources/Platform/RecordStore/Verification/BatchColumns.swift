import Foundation
import Storage

/// The columns of one row of a `RowBatch`, one after the other.
struct BatchColumns {
    private let row: UnsafeRawBufferPointer
    private var offset: Int

    /// Where the next column begins.
    var place: Int { offset }

    enum Kind {
        static let null: UInt8 = 0
        static let integer: UInt8 = 1
        static let text: UInt8 = 2
        static let blob: UInt8 = 3
    }

    @inline(__always)
    init(_ row: UnsafeRawBufferPointer, after prefix: Int) {
        self.row = row
        offset = prefix
    }

    @inline(__always)
    mutating func next() -> (kind: UInt8, bytes: UnsafeRawBufferPointer) {
        let kind = row[offset]
        let count = Int(UInt64(bigEndian: row.loadUnaligned(fromByteOffset: offset + 1, as: UInt64.self)))
        let start = offset + 9
        offset = start + count
        return (kind, UnsafeRawBufferPointer(rebasing: row[start..<offset]))
    }

    /// A column of bytes of just this count, or of a text; nil for any other.
    @inline(__always)
    mutating func next(_ kind: UInt8, count: Int? = nil) -> UnsafeRawBufferPointer? {
        let column = next()
        guard column.kind == kind, count == nil || column.bytes.count == count else { return nil }
        return column.bytes
    }

    /// A whole number that is not negative.
    @inline(__always)
    mutating func nextWhole() -> Int? {
        let column = next()
        guard column.kind == Kind.integer, column.bytes.count <= 18 else { return nil }
        var value = 0
        for digit in column.bytes {
            guard digit != UInt8(ascii: "-") else { return nil }
            value = 10 * value + Int(digit &- 48)
        }
        return value
    }

    static func areEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        guard let start = left.baseAddress, let other = right.baseAddress else { return left.count == right.count }
        return memcmp(start, other, left.count) == 0
    }
}
