import CDigests

/// Reads a leaf where it lies, in the one form in which `AuditLeaf.encoded` writes it; nothing is copied.
///
/// Texts with an escape are not read: whoever meets one decodes the leaf instead.
struct LeafBytes {
    private var place: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>

    /// A row of which the leaf speaks; the digests are 32 bytes, valid during the visit.
    struct Row {
        let table: UnsafeRawBufferPointer
        let key: UnsafeRawBufferPointer
        let before: UnsafePointer<UInt8>?
        let after: UnsafePointer<UInt8>?
    }

    struct Head {
        let id: UnsafeRawBufferPointer
        let store: UnsafeRawBufferPointer
    }

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return nil }
        place = start.assumingMemoryBound(to: UInt8.self)
        end = place + bytes.count
    }

    /// Reads the whole leaf; nil where it has another form, after which what was visited counts for nothing.
    mutating func read(
        digests: UnsafeMutablePointer<UInt8>, row: (Row) -> Void, subject: (UnsafeRawBufferPointer) -> Void
    ) -> Head? {
        guard let id = readHead(), skip("\"rows\":[") else { return nil }
        if !skip("]") {
            repeat {
                guard let next = readRow(digests) else { return nil }
                row(next)
            } while skip(",")
            guard skip("]") else { return nil }
        }
        guard skip(",\"store\":"), let store = text(), skip(",\"subjects\":[") else { return nil }
        if !skip("]") {
            repeat {
                guard skip("{\"id\":"), let name = text(), skip(",\"reach\":"), text() != nil, skip("}") else {
                    return nil
                }
                subject(name)
            } while skip(",")
            guard skip("]") else { return nil }
        }
        guard skip("}"), place == end else { return nil }
        return Head(id: id, store: store)
    }

    /// Reads what stands before the rows, and passes over them.
    mutating func readHead() -> UnsafeRawBufferPointer? {
        guard skip("{\"act\":"), text() != nil, skip(",\"actor\":{\"id\":"), text() != nil, skip(",\"kind\":"),
            text() != nil, skip("},\"at\":"), text() != nil, skip(",\"details\":{")
        else { return nil }
        if !skip("}") {
            repeat { guard text() != nil, skip(":"), text() != nil else { return nil } } while skip(",")
            guard skip("}") else { return nil }
        }
        guard skip(",\"id\":"), let id = text(), skip(",\"legalBasis\":"), text() != nil, skip(",\"purpose\":"),
            text() != nil, skip(",")
        else { return nil }
        return id
    }

    private mutating func readRow(_ digests: UnsafeMutablePointer<UInt8>) -> Row? {
        guard skip("{") else { return nil }
        let after = digests
        let before = digests + 32
        let hasAfter = skip("\"after\":\"")
        if hasAfter { guard digest(into: after) else { return nil } }
        let hasBefore = skip("\"before\":\"")
        if hasBefore { guard digest(into: before) else { return nil } }
        guard skip("\"key\":"), let key = text(), skip(",\"table\":"), let table = text(), skip("}") else { return nil }
        return Row(
            table: table, key: key, before: hasBefore ? UnsafePointer(before) : nil,
            after: hasAfter ? UnsafePointer(after) : nil)
    }

    private mutating func digest(into bytes: UnsafeMutablePointer<UInt8>) -> Bool {
        guard end - place >= 64, cd_unhex(place, bytes) == 1 else { return false }
        place += 64
        return skip("\",")
    }

    @inline(__always)
    private mutating func skip(_ literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard end - place >= count else { return false }
        let start = literal.utf8Start
        for index in 0..<count where place[index] != start[index] { return false }
        place += count
        return true
    }

    /// A text in quotes without escapes.
    @inline(__always)
    private mutating func text() -> UnsafeRawBufferPointer? {
        guard place < end, place.pointee == UInt8(ascii: "\"") else { return nil }
        var next = place + 1
        let start = next
        // Eight bytes at a time: the first quote or reverse solidus among them (Warren, Hacker's Delight, 6-1).
        while end - next >= 8 {
            let word = UnsafeRawPointer(next).loadUnaligned(as: UInt64.self).littleEndian
            let marks = Self.zeroes(word ^ 0x2222_2222_2222_2222) | Self.zeroes(word ^ 0x5C5C_5C5C_5C5C_5C5C)
            if marks != 0 {
                next += marks.trailingZeroBitCount >> 3
                break
            }
            next += 8
        }
        while next < end, next.pointee != UInt8(ascii: "\""), next.pointee != UInt8(ascii: "\\") { next += 1 }
        guard next < end, next.pointee == UInt8(ascii: "\"") else { return nil }
        place = next + 1
        return UnsafeRawBufferPointer(start: start, count: next - start)
    }

    @inline(__always)
    private static func zeroes(_ word: UInt64) -> UInt64 {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }
}
