extension BiometricInformationRecord {
    /// The document: declaration, four spaces a level, one element a line, base64 in one piece.
    public func xml() -> [UInt8] { XMLWriter.write(node) }

    private var node: XMLNode {
        var fields: [XMLNode?] = [
            version.map { Self.node("Version", $0) }, cbeffVersion.map { Self.node("CBEFFVersion", $0) },
            Self.node(
                "BIRInfo",
                [
                    Self.text("Creator", info.creator), Self.text("Index", info.index),
                    Self.base64("Payload", info.payload), Self.text("Integrity", "\(info.integrity)"),
                    Self.text("CreationDate", info.creationDate), Self.text("NotValidBefore", info.notValidBefore),
                    Self.text("NotValidAfter", info.notValidAfter),
                ]),
            block.map(Self.node),
        ]
        if let securityFormat {
            fields.append(
                Self.node(
                    "SBInfo",
                    [
                        Self.text("FormatOwner", securityFormat.organization),
                        Self.text("FormatType", securityFormat.type),
                    ]))
        }
        fields += records.map(\.node)
        fields += [Self.base64("BDB", data), Self.base64("SB", security)]
        fields += others.map { Self.node("Others", [Self.text("Key", $0.key), Self.text("Value", $0.value)]) }
        return Self.node("BIR", fields)
    }

    private static func node(_ block: BlockInfo) -> XMLNode {
        var fields: [XMLNode?] = [base64("ChallengeResponse", block.challengeResponse), text("Index", block.index)]
        fields += registered("Format", block.format, isFlat: block.isFlat)
        fields += [
            text("Encryption", block.encryption.map { "\($0)" }), text("CreationDate", block.creationDate),
            text("NotValidBefore", block.notValidBefore), text("NotValidAfter", block.notValidAfter),
            text("Type", block.type), text("Subtype", block.subtype), text("Level", block.level),
        ]
        fields += registered("Product", block.product, isFlat: block.isFlat)
        fields.append(text("Purpose", block.purpose))
        if let quality = block.quality {
            if let algorithm = quality.algorithm {
                let score = text("Score", quality.score.map { "\($0)" })
                fields.append(node("Quality", registered("Algorithm", algorithm, isFlat: false) + [score]))
            } else {
                fields.append(text("Quality", quality.score.map { "\($0)" }))
            }
        }
        return node("BDBInfo", fields)
    }

    private static func registered(_ name: String, _ type: RegisteredType?, isFlat: Bool) -> [XMLNode?] {
        guard let type else { return [] }
        if isFlat { return [text("\(name)Owner", type.organization), text("\(name)Type", type.type)] }
        return [node(name, [text("Organization", type.organization), text("Type", type.type)])]
    }

    private static func node(_ name: String, _ version: Version) -> XMLNode {
        node(name, [text("Major", "\(version.major)"), text("Minor", "\(version.minor)")])
    }

    private static func node(_ name: String, _ children: [XMLNode?]) -> XMLNode {
        XMLNode(name: name, namespace: namespace, children: children.compactMap { $0 })
    }

    private static func text(_ name: String, _ value: String?) -> XMLNode? {
        value.map { XMLNode(name: name, namespace: namespace, text: Array($0.utf8)) }
    }

    private static func base64(_ name: String, _ value: [UInt8]?) -> XMLNode? {
        value.map { XMLNode(name: name, namespace: namespace, text: Base64.encode($0)) }
    }
}
