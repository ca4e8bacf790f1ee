import Quantities

extension AuditLeaf {
    /// JSON with sorted keys, as `JSONEncoder` writes it.
    ///
    /// Written here because a leaf is made for every act: Foundation's encoder took most of the time of an import.
    func encoded() -> [UInt8] {
        var text = JSONBytes()
        text.open()
        text.member("act", act)
        text.key("actor")
        text.open()
        text.member("id", actor.id)
        text.member("kind", actor.kind.rawValue)
        text.close()
        text.member("at", at.description)
        text.key("details")
        text.open()
        for (name, value) in details.sorted(by: { $0.key < $1.key }) { text.member(name, value) }
        text.close()
        text.member("id", id)
        text.member("legalBasis", legalBasis.rawValue)
        text.member("purpose", purpose.rawValue)
        text.key("rows")
        text.openList()
        for row in rows {
            text.open()
            if let after = row.after { text.member("after", after) }
            if let before = row.before { text.member("before", before) }
            text.member("key", row.key)
            text.member("table", row.table)
            text.close()
        }
        text.closeList()
        text.member("store", store)
        text.key("subjects")
        text.openList()
        for subject in subjects {
            text.open()
            text.member("id", subject.id)
            text.member("reach", subject.reach.rawValue)
            text.close()
        }
        text.closeList()
        text.close()
        return text.bytes
    }
}

/// JSON while it is written.
private struct JSONBytes {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true
    private static let digits = Array("0123456789abcdef".utf8)

    init() { bytes.reserveCapacity(2048) }

    mutating func open() { begin(UInt8(ascii: "{")) }
    mutating func close() { end(UInt8(ascii: "}")) }
    mutating func openList() { begin(UInt8(ascii: "[")) }
    mutating func closeList() { end(UInt8(ascii: "]")) }

    mutating func key(_ name: String) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        string(name)
        bytes.append(UInt8(ascii: ":"))
        isFirst = true
    }

    mutating func member(_ name: String, _ value: String) {
        key(name)
        string(value)
        isFirst = false
    }

    private mutating func begin(_ mark: UInt8) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        bytes.append(mark)
        isFirst = true
    }

    private mutating func end(_ mark: UInt8) {
        bytes.append(mark)
        isFirst = false
    }

    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20: bytes += Array("\\u00".utf8) + [Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
