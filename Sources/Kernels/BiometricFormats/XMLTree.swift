/// An element of XML: attributes, and either text or elements.
struct XMLNode: Equatable {
    /// Name without its prefix.
    var name: String
    /// The name's namespace, empty without one.
    var namespace: String
    /// Attributes other than namespace declarations.
    var attributes: [(name: String, value: String)] = []
    var children: [XMLNode] = []
    /// The text, as UTF-8, references resolved; white space around elements is dropped.
    var text: [UInt8] = []
    /// First byte of the element in the input.
    var offset = 0

    static func == (left: XMLNode, right: XMLNode) -> Bool {
        left.name == right.name && left.namespace == right.namespace && left.children == right.children
            && left.text == right.text
            && left.attributes.elementsEqual(right.attributes) { $0.name == $1.name && $0.value == $1.value }
    }
}

/// Strict reader of the XML that records use: UTF-8, no document type, no processing instruction, no CDATA.
///
/// What is left out is what makes XML dangerous: entities that grow, and references that reach outside.
struct XMLReader {
    private let bytes: [UInt8]
    private var place = 0
    private var elements = 0
    private static let depthLimit = 32
    private static let elementLimit = 100_000

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The document's element; throws `syntax`, `truncated`, `limit`.
    static func read(_ bytes: [UInt8]) throws(BiometricFormatError) -> XMLNode {
        var reader = XMLReader(bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.place = 3 }
        try reader.readDeclaration()
        try reader.skipSpaceAndComments()
        let root = try reader.readElement(depth: 0, namespaces: ["xml": "http://www.w3.org/XML/1998/namespace"])
        try reader.skipSpaceAndComments()
        guard reader.place == bytes.count else {
            throw reader.fault("end of document", "only one element may stand here")
        }
        return root
    }

    private func fault(_ field: String, _ reason: String) -> BiometricFormatError {
        place < bytes.count
            ? BiometricFormatError(.syntax, field, at: place, reason)
            : BiometricFormatError(.truncated, field, at: place, "the text ends here; send the whole document")
    }

    private func starts(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard count <= bytes.count - place else { return false }
        return text.withUTF8Buffer { $0.elementsEqual(bytes[place..<place + count]) }
    }

    private mutating func expect(_ text: StaticString, _ field: String) throws(BiometricFormatError) {
        guard starts(text) else { throw fault(field, "\(text) is expected") }
        place += text.utf8CodeUnitCount
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private mutating func skipSpace() {
        while place < bytes.count, Self.isSpace(bytes[place]) { place += 1 }
    }

    private mutating func skipSpaceAndComments() throws(BiometricFormatError) {
        skipSpace()
        while starts("<!--") {
            try skipComment()
            skipSpace()
        }
    }

    private mutating func skipComment() throws(BiometricFormatError) {
        place += 4
        while !starts("--") {
            guard place < bytes.count else { throw fault("comment", "") }
            place += 1
        }
        try expect("-->", "comment")
    }

    private mutating func readDeclaration() throws(BiometricFormatError) {
        guard starts("<?xml") else { return }
        place += 5
        let attributes = try readAttributes()
        try expect("?>", "declaration")
        for (name, value) in attributes {
            let isKnown =
                name == "version" && value == "1.0" || name == "standalone" && (value == "yes" || value == "no")
                || name == "encoding" && value.uppercased() == "UTF-8"
            if !isKnown { throw fault("declaration", "must say version 1.0 and UTF-8") }
        }
    }

    private mutating func readName(_ field: String) throws(BiometricFormatError) -> String {
        let start = place
        while place < bytes.count {
            let byte = bytes[place]
            let isLetter = byte >= 0x41 && byte <= 0x5A || byte >= 0x61 && byte <= 0x7A || byte == 0x5F
            let isLater = byte >= 0x30 && byte <= 0x3A || byte == 0x2D || byte == 0x2E
            guard isLetter || place > start && isLater else { break }
            place += 1
        }
        guard place > start else { throw fault(field, "a name of Latin letters and digits is expected") }
        guard place - start <= 256 else { throw BiometricFormatError(.limit, field, at: start, "is longer than 256") }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func readAttributes() throws(BiometricFormatError) -> [(name: String, value: String)] {
        var attributes: [(name: String, value: String)] = []
        while place < bytes.count, Self.isSpace(bytes[place]) {
            skipSpace()
            guard place < bytes.count, ![0x3E, 0x2F, 0x3F].contains(bytes[place]) else { break }
            let name = try readName("attribute")
            skipSpace()
            try expect("=", "attribute")
            skipSpace()
            guard place < bytes.count, bytes[place] == 0x22 || bytes[place] == 0x27 else {
                throw fault("attribute", "a quoted value is expected")
            }
            let quote = bytes[place]
            place += 1
            let value = try readText(until: quote, "attribute")
            place += 1
            guard !attributes.contains(where: { $0.name == name }), attributes.count < 64 else {
                throw fault("attribute", "comes twice, or there are more than 64")
            }
            attributes.append((name, try string(value, "attribute")))
        }
        return attributes
    }

    private func string(_ text: [UInt8], _ field: String) throws(BiometricFormatError) -> String {
        guard let string = String(validating: text, as: UTF8.self) else { throw fault(field, "must be UTF-8") }
        return string
    }

    /// Text up to `end`, which stays; references are resolved.
    private mutating func readText(until end: UInt8, _ field: String) throws(BiometricFormatError) -> [UInt8] {
        var text: [UInt8] = []
        while true {
            let start = place
            while place < bytes.count, bytes[place] != end, bytes[place] != 0x26, bytes[place] != 0x3C { place += 1 }
            text += bytes[start..<place]
            guard place < bytes.count else { throw fault(field, "") }
            if bytes[place] == end { return text }
            guard bytes[place] == 0x26 else { throw fault(field, "< must be written &lt;") }
            text += try readReference()
        }
    }

    private mutating func readReference() throws(BiometricFormatError) -> [UInt8] {
        let names: [(StaticString, UInt8)] = [
            ("&amp;", 0x26), ("&lt;", 0x3C), ("&gt;", 0x3E), ("&quot;", 0x22), ("&apos;", 0x27),
        ]
        for (name, byte) in names where starts(name) {
            place += name.utf8CodeUnitCount
            return [byte]
        }
        let isHex = starts("&#x")
        try expect("&#", "reference")
        if isHex { place += 1 }
        let start = place
        var value: UInt32 = 0
        while place < bytes.count, place - start < 8, let digit = Character(UnicodeScalar(bytes[place])).hexDigitValue,
            isHex || digit < 10
        {
            value = value * (isHex ? 16 : 10) + UInt32(digit)
            place += 1
        }
        guard place > start, let scalar = UnicodeScalar(value), value >= 0x20 || [9, 10, 13].contains(value) else {
            throw fault("reference", "must name a character that XML allows")
        }
        try expect(";", "reference")
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func readElement(
        depth: Int, namespaces outer: [String: String]
    ) throws(BiometricFormatError) -> XMLNode {
        let start = place
        elements += 1
        guard depth < Self.depthLimit, elements <= Self.elementLimit else {
            throw BiometricFormatError(
                .limit, "element", at: start, "elements are deeper than \(Self.depthLimit) or too many")
        }
        try expect("<", "element")
        let qualified = try readName("element")
        var namespaces = outer
        var attributes: [(name: String, value: String)] = []
        for (name, value) in try readAttributes() {
            if name == "xmlns" {
                namespaces[""] = value
            } else if name.hasPrefix("xmlns:") {
                namespaces[String(name.dropFirst(6))] = value
            } else {
                attributes.append((name, value))
            }
        }
        let parts = qualified.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else { throw fault("element", "has a faulty name") }
        let prefix = parts.count == 2 ? String(parts[0]) : ""
        guard let namespace = namespaces[prefix] ?? (prefix.isEmpty ? "" : nil) else {
            throw fault("element", "has a prefix that was not declared")
        }
        var node = XMLNode(name: String(parts[parts.count - 1]), namespace: namespace, attributes: attributes)
        node.offset = start
        if starts("/>") {
            place += 2
            return node
        }
        try expect(">", "element")
        try readContent(of: &node, depth: depth, namespaces: namespaces)
        try expect("</", "element")
        guard try readName("element") == qualified else { throw fault("element", "is closed by another name") }
        skipSpace()
        try expect(">", "element")
        return node
    }

    private mutating func readContent(
        of node: inout XMLNode, depth: Int, namespaces: [String: String]
    ) throws(BiometricFormatError) {
        var text: [UInt8] = []
        while true {
            text += try readText(until: 0x3C, "text")
            if starts("</") { break }
            if starts("<!--") {
                try skipComment()
            } else if starts("<!") || starts("<?") {
                throw fault("markup", "document types, CDATA and instructions are refused")
            } else {
                node.children.append(try readElement(depth: depth + 1, namespaces: namespaces))
            }
        }
        if node.children.isEmpty {
            _ = try string(text, "text")
            node.text = text
        } else if !text.allSatisfy(Self.isSpace) {
            throw fault("text", "text between elements is not of this format")
        }
    }
}

/// Writes a tree, four spaces a level, one element a line.
enum XMLWriter {
    static func write(_ root: XMLNode) -> [UInt8] {
        var text = Array(#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#.utf8)
        text.append(0x0A)
        write(root, within: "", depth: 0, into: &text)
        return text
    }

    private static func write(_ node: XMLNode, within namespace: String, depth: Int, into text: inout [UInt8]) {
        let indent = repeatElement(UInt8(0x20), count: 4 * depth)
        text += indent
        text += Array("<\(node.name)".utf8)
        if node.namespace != namespace {
            text += Array(" xmlns=\"".utf8) + escaped(Array(node.namespace.utf8)) + [0x22]
        }
        for (name, value) in node.attributes {
            text += Array(" \(name)=\"".utf8) + escaped(Array(value.utf8)) + [0x22]
        }
        if node.children.isEmpty, node.text.isEmpty {
            text += Array("/>\n".utf8)
            return
        }
        text.append(0x3E)
        if node.children.isEmpty {
            text += escaped(node.text)
        } else {
            text.append(0x0A)
            for child in node.children { write(child, within: node.namespace, depth: depth + 1, into: &text) }
            text += indent
        }
        text += Array("</\(node.name)>\n".utf8)
    }

    private static func escaped(_ text: [UInt8]) -> [UInt8] {
        guard text.contains(where: { [0x26, 0x3C, 0x3E, 0x22, 0x0D].contains($0) }) else { return text }
        return text.flatMap { byte -> [UInt8] in
            switch byte {
            case 0x26: Array("&amp;".utf8)
            case 0x3C: Array("&lt;".utf8)
            case 0x3E: Array("&gt;".utf8)
            case 0x22: Array("&quot;".utf8)
            case 0x0D: Array("&#13;".utf8)
            default: [byte]
            }
        }
    }
}
