extension BiometricInformationRecord {
    /// Reads a document.
    ///
    /// `limit` bounds the document in bytes; depth and number of elements have bounds of their own. Document types,
    /// instructions and CDATA are refused. Throws `BiometricFormatError`: `limit`, `syntax`, `truncated`, `range` with
    /// the element's path and place.
    public init(readingXML bytes: [UInt8], limit: Int = 64 << 20) throws(BiometricFormatError) {
        guard bytes.count <= limit else {
            throw BiometricFormatError(.limit, "document", at: 0, "is longer than \(limit) bytes")
        }
        let root = try XMLReader.read(bytes)
        guard root.name == "BIR" else {
            throw BiometricFormatError(.signature, "BIR", at: root.offset, "must be the document's element")
        }
        try self.init(root, namespace: root.namespace)
    }

    private init(_ node: XMLNode, namespace: String) throws(BiometricFormatError) {
        var fields = try XMLFields(node, namespace: namespace)
        version = try fields.child("Version").map { (node) throws(BiometricFormatError) in try Version(node) }
        cbeffVersion = try fields.child("CBEFFVersion").map { (node) throws(BiometricFormatError) in try Version(node) }
        guard let information = try fields.child("BIRInfo") else {
            throw BiometricFormatError(.syntax, "BIRInfo", at: node.offset, "is missing from BIR")
        }
        info = try Info(information)
        block = try fields.child("BDBInfo").map { (node) throws(BiometricFormatError) in try BlockInfo(node) }
        if let node = try fields.child("SBInfo") {
            var inner = try XMLFields(node, namespace: namespace)
            securityFormat = try inner.registered("Format")
            if securityFormat == nil { securityFormat = try inner.flat("Format") }
            try inner.end()
        }
        data = try fields.base64("BDB")
        security = try fields.base64("SB")
        for node in fields.all("Others") {
            var inner = try XMLFields(node, namespace: namespace)
            others.append(try Entry(key: inner.text("Key") ?? "", value: inner.text("Value") ?? ""))
            try inner.end()
        }
        for child in fields.all("BIR") { records.append(try Self(child, namespace: namespace)) }
        try fields.end()
    }
}

extension BiometricInformationRecord.Version {
    fileprivate init(_ node: XMLNode) throws(BiometricFormatError) {
        var fields = try XMLFields(node, namespace: node.namespace)
        guard let major = try fields.number("Major"), let minor = try fields.number("Minor") else {
            throw BiometricFormatError(.syntax, node.name, at: node.offset, "needs Major and Minor")
        }
        self.init(major: major, minor: minor)
        try fields.end()
    }
}

extension BiometricInformationRecord.Info {
    fileprivate init(_ node: XMLNode) throws(BiometricFormatError) {
        var fields = try XMLFields(node, namespace: node.namespace)
        guard let integrity = try fields.bool("Integrity") else {
            throw BiometricFormatError(.syntax, "Integrity", at: node.offset, "is missing from BIRInfo")
        }
        self.init(integrity: integrity)
        creator = try fields.text("Creator")
        index = try fields.text("Index")
        payload = try fields.base64("Payload")
        creationDate = try fields.text("CreationDate")
        notValidBefore = try fields.text("NotValidBefore")
        notValidAfter = try fields.text("NotValidAfter")
        try fields.end()
    }
}

extension BiometricInformationRecord.BlockInfo {
    fileprivate init(_ node: XMLNode) throws(BiometricFormatError) {
        self.init()
        var fields = try XMLFields(node, namespace: node.namespace)
        challengeResponse = try fields.base64("ChallengeResponse")
        index = try fields.text("Index")
        format = try fields.registered("Format")
        product = try fields.registered("Product")
        if format == nil, product == nil {
            format = try fields.flat("Format")
            product = try fields.flat("Product")
            isFlat = format != nil || product != nil
        }
        encryption = try fields.bool("Encryption")
        creationDate = try fields.text("CreationDate")
        notValidBefore = try fields.text("NotValidBefore")
        notValidAfter = try fields.text("NotValidAfter")
        type = try fields.text("Type")
        subtype = try fields.text("Subtype")
        level = try fields.text("Level")
        purpose = try fields.text("Purpose")
        if let node = try fields.child("Quality") {
            if node.children.isEmpty {
                quality = .init(score: try XMLFields.number(node))
            } else {
                var inner = try XMLFields(node, namespace: node.namespace)
                quality = try .init(algorithm: inner.registered("Algorithm"), score: inner.number("Score"))
                try inner.end()
            }
            if let score = quality?.score, !(-2...100).contains(score) {
                throw BiometricFormatError(.range, "Quality", at: node.offset, "must be from -2 to 100")
            }
        }
        try fields.end()
    }
}

/// Takes an element's children one by one by name, so that what is left over is found.
private struct XMLFields {
    private let name: String
    private var left: [XMLNode]

    init(_ node: XMLNode, namespace: String) throws(BiometricFormatError) {
        guard node.text.allSatisfy({ $0 <= 0x20 }) else {
            throw BiometricFormatError(.syntax, node.name, at: node.offset, "must contain elements, not text")
        }
        if let strange = node.children.first(where: { $0.namespace != namespace }) {
            throw BiometricFormatError(.syntax, strange.name, at: strange.offset, "is of another namespace")
        }
        name = node.name
        left = node.children
    }

    mutating func all(_ name: String) -> [XMLNode] {
        let found = left.filter { $0.name == name }
        left.removeAll { $0.name == name }
        return found
    }

    mutating func child(_ name: String) throws(BiometricFormatError) -> XMLNode? {
        let found = all(name)
        guard found.count < 2 else {
            throw BiometricFormatError(.syntax, name, at: found[1].offset, "comes twice in \(self.name)")
        }
        return found.first
    }

    private mutating func leaf(_ name: String) throws(BiometricFormatError) -> XMLNode? {
        let found = try child(name)
        if let found, !found.children.isEmpty {
            throw BiometricFormatError(.syntax, name, at: found.offset, "must contain text")
        }
        return found
    }

    mutating func text(_ name: String) throws(BiometricFormatError) -> String? {
        try leaf(name).map { String(decoding: $0.text, as: UTF8.self) }
    }

    static func number(_ node: XMLNode) throws(BiometricFormatError) -> Int {
        let text = String(decoding: node.text, as: UTF8.self).split(separator: " ").joined(separator: " ")
        guard text.utf8.count < 12, let number = Int(text) else {
            throw BiometricFormatError(.range, node.name, at: node.offset, "must be a whole number")
        }
        return number
    }

    mutating func number(_ name: String) throws(BiometricFormatError) -> Int? {
        guard let node = try leaf(name) else { return nil }
        return try Self.number(node)
    }

    mutating func bool(_ name: String) throws(BiometricFormatError) -> Bool? {
        guard let node = try leaf(name) else { return nil }
        switch String(decoding: node.text, as: UTF8.self) {
        case "true", "1": return true
        case "false", "0": return false
        default: throw BiometricFormatError(.range, name, at: node.offset, "must be true or false")
        }
    }

    mutating func base64(_ name: String) throws(BiometricFormatError) -> [UInt8]? {
        guard let node = try leaf(name) else { return nil }
        guard let bytes = Base64.decode(node.text) else {
            throw BiometricFormatError(.syntax, name, at: node.offset, "must be base64 with padding")
        }
        return bytes
    }

    mutating func registered(
        _ name: String
    ) throws(BiometricFormatError) -> BiometricInformationRecord.RegisteredType? {
        guard let node = try child(name) else { return nil }
        var inner = try XMLFields(node, namespace: node.namespace)
        guard let organization = try inner.text("Organization"), let type = try inner.text("Type") else {
            throw BiometricFormatError(.syntax, name, at: node.offset, "needs Organization and Type")
        }
        try inner.end()
        return .init(organization: organization, type: type)
    }

    mutating func flat(_ name: String) throws(BiometricFormatError) -> BiometricInformationRecord.RegisteredType? {
        let owner = try text("\(name)Owner")
        let type = try text("\(name)Type")
        guard let owner, let type else {
            guard owner == nil, type == nil else {
                throw BiometricFormatError(.syntax, "\(name)Owner", "owner and type of \(self.name) go together")
            }
            return nil
        }
        return .init(organization: owner, type: type)
    }

    func end() throws(BiometricFormatError) {
        if let node = left.first {
            throw BiometricFormatError(.syntax, node.name, at: node.offset, "is not an element of \(name)")
        }
    }
}
