import Quantities
public import StrictJSON

extension ApplicationContent {
    /// The document that `init(_:rules:today:)` reads; the precision of the birth date follows from its length.
    public var json: JSONValue {
        var object: JSONObject = [
            "names": ["arabic": Self.json(names.arabic), "latin": Self.json(names.latin)],
            "sex": .string(sex.rawValue), "birth": ["date": .string(birthDate.description)],
            "birthPlace": Self.object([
                ("country", birthPlace.country), ("commune", birthPlace.commune), ("text", birthPlace.text),
            ]),
            "nationality": .string(nationality),
            "residence": Self.object([("commune", residence.commune), ("address", residence.address)]),
        ]
        var parents = JSONObject()
        for (name, parent) in [("father", father), ("mother", mother)] {
            guard let parent else { continue }
            parents[name] = Self.object([("arabic", parent.arabic), ("latin", parent.latin)])
        }
        if father != nil || mother != nil { object["parents"] = .object(parents) }
        if let phone { object["phone"] = .string(phone) }
        if !documents.isEmpty {
            object["documents"] = .array(
                documents.map { Self.object([("type", $0.type), ("number", $0.number)]) })
        }
        if !witnesses.isEmpty {
            object["witnesses"] = .array(witnesses.map { Self.object([("civilNumber", $0)]) })
        }
        return .object(object)
    }

    private static func json(_ name: Name) -> JSONValue { object([("given", name.given), ("family", name.family)]) }

    private static func object(_ members: [(String, String?)]) -> JSONValue {
        var object = JSONObject()
        for (name, value) in members { if let value { object[name] = .string(value) } }
        return .object(object)
    }
}

extension ApplicationContent {
    /// The form in which contents are sealed: what `Codable` writes with sorted keys, for very many of them.
    func write(to json: inout JSONWriter) {
        json.open()
        json.member("birthDate", birthDate.description)
        json.key("birthPlace")
        json.open()
        json.member("commune", birthPlace.commune)
        json.member("country", birthPlace.country)
        json.member("text", birthPlace.text)
        json.close()
        json.key("documents")
        json.openList()
        for document in documents {
            json.open()
            json.member("number", document.number)
            json.member("type", document.type)
            json.close()
        }
        json.closeList()
        if let father { Self.write("father", father, to: &json) }
        if let mother { Self.write("mother", mother, to: &json) }
        json.key("names")
        json.open()
        for (script, name) in [("arabic", names.arabic), ("latin", names.latin)] {
            json.key(script)
            json.open()
            json.member("family", name.family)
            json.member("given", name.given)
            json.close()
        }
        json.close()
        json.member("nationality", nationality)
        json.member("phone", phone)
        json.key("residence")
        json.open()
        json.member("address", residence.address)
        json.member("commune", residence.commune)
        json.close()
        json.member("sex", sex.rawValue)
        json.key("witnesses")
        json.openList()
        for witness in witnesses { json.element(witness) }
        json.closeList()
        json.close()
    }

    private static func write(_ name: String, _ parent: ParentName, to json: inout JSONWriter) {
        json.key(name)
        json.open()
        json.member("arabic", parent.arabic)
        json.member("latin", parent.latin)
        json.close()
    }
}
