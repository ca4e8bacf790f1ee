/// JSON while it is written, member after member, without a value in between; for what is written very often.
///
/// The caller closes what it opens and gives each key once: nothing of that is checked.
public struct JSONWriter {
    public private(set) var bytes: [UInt8] = []
    private var isFirst = true
    private static let digits = Array("0123456789abcdef".utf8)

    public init() { bytes.reserveCapacity(2048) }

    public mutating func open() { begin(UInt8(ascii: "{")) }
    public mutating func close() { end(UInt8(ascii: "}")) }
    public mutating func openList() { begin(UInt8(ascii: "[")) }
    public mutating func closeList() { end(UInt8(ascii: "]")) }

    public mutating func key(_ name: String) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        string(name)
        bytes.append(UInt8(ascii: ":"))
        isFirst = true
    }

    public mutating func member(_ name: String, _ value: String) {
        key(name)
        string(value)
        isFirst = false
    }

    /// A member where there is a value.
    public mutating func member(_ name: String, _ value: String?) {
        if let value { member(name, value) }
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

    /// A text as an element of a list.
    public mutating func element(_ text: String) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        string(text)
        isFirst = false
    }

    private mutating func string(_ text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { characters in
            let isPlain = characters.allSatisfy {
                $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
            }
            if isPlain { bytes.append(contentsOf: characters) } else { for byte in characters { escape(byte) } }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
        case 0..<0x20: bytes += Array("\\u00".utf8) + [Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 15)]]
        default: bytes.append(byte)
        }
    }
}
