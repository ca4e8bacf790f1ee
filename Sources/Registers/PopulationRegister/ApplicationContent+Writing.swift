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
