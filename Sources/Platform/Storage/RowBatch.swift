/// Many rows of one table as bytes, for whoever reads them all: no value of a column is made.
///
/// Each row has its length (4 bytes, as the machine orders them), then the prefix that was asked for, then for each
/// column in the table's order its kind (0 NULL, 1 whole number, 2 text, 3 bytes), the length of its value (8 bytes,
/// big-endian) and the value, a whole number in decimal digits.
public final class RowBatch: @unchecked Sendable {
    // Written by one thread until it is handed over, read by one after.
    public private(set) var start: UnsafeMutableRawPointer
    public private(set) var byteCount = 0
    public private(set) var count = 0
    private var capacity: Int
    private var rowStart = 0

    /// How many bytes a batch has before it is handed over; a longer row makes it longer.
    static let fullBytes = 1 << 18

    init() {
        capacity = Self.fullBytes + (1 << 15)
        start = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { start.deallocate() }

    var isFull: Bool { byteCount >= Self.fullBytes }

    /// Visits the rows: from the first byte of the prefix to the end.
    @inline(__always)
    public func forEachRow(_ visit: (UnsafeRawBufferPointer) -> Void) {
        var offset = 0
        while offset < byteCount {
            let length = Int(start.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            visit(UnsafeRawBufferPointer(start: start + offset + 4, count: length))
            offset += 4 + length
        }
    }

    // MARK: Writing

    func beginRow(_ prefix: [UInt8]) {
        rowStart = byteCount
        reserve(4 + prefix.count)
        byteCount += 4
        prefix.withUnsafeBytes { put($0) }
    }

    func endRow() {
        start.storeBytes(
            of: UInt32(truncatingIfNeeded: byteCount - rowStart - 4), toByteOffset: rowStart, as: UInt32.self)
        count += 1
    }

    func appendNull() { append(kind: 0, UnsafeRawBufferPointer(start: nil, count: 0)) }

    func append(_ number: Int64) {
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
            var rest = number.magnitude
            var place = 20
            repeat {
                place -= 1
                digits[place] = UInt8(truncatingIfNeeded: 48 + rest % 10)
                rest /= 10
            } while rest > 0
            if number < 0 {
                place -= 1
                digits[place] = UInt8(ascii: "-")
            }
            append(kind: 1, UnsafeRawBufferPointer(rebasing: digits[place...]))
        }
    }

    func appendText(_ bytes: UnsafeRawBufferPointer) { append(kind: 2, bytes) }
    func appendBlob(_ bytes: UnsafeRawBufferPointer) { append(kind: 3, bytes) }

    func append(_ value: SQLValue) {
        switch value {
        case .null: appendNull()
        case .integer(let number): append(number)
        case .text(var text): text.withUTF8 { appendText(UnsafeRawBufferPointer($0)) }
        case .blob(let bytes): bytes.withUnsafeBytes { appendBlob($0) }
        }
    }

    private func append(kind: UInt8, _ bytes: UnsafeRawBufferPointer) {
        reserve(9 + bytes.count)
        start.storeBytes(of: kind, toByteOffset: byteCount, as: UInt8.self)
        start.storeBytes(of: UInt64(bytes.count).bigEndian, toByteOffset: byteCount + 1, as: UInt64.self)
        byteCount += 9
        put(bytes)
    }

    private func put(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        (start + byteCount).copyMemory(from: source, byteCount: bytes.count)
        byteCount += bytes.count
    }

    private func reserve(_ more: Int) {
        guard byteCount + more > capacity else { return }
        capacity = max(2 * capacity, byteCount + more)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        larger.copyMemory(from: start, byteCount: byteCount)
        start.deallocate()
        start = larger
    }
}

extension Transaction {
    /// Through values; an engine has a faster way.
    public func scan(_ table: Table, prefix: [UInt8], _ take: (RowBatch) throws -> Void) throws {
        var batch = RowBatch()
        try forEachRow(table.selectAll, []) { row in
            batch.beginRow(prefix)
            for value in row.values(of: table) { batch.append(value) }
            batch.endRow()
            guard batch.isFull else { return }
            try take(batch)
            batch = RowBatch()
        }
        if batch.count > 0 { try take(batch) }
    }
}
