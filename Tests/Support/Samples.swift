public import StrictJSON

/// Applications and declarations of nobody who exists, as small as the rules allow.
public enum Samples {
    /// A person with a national card.
    public static func application(
        _ index: Int, sex: String = "female", birth: JSONValue = ["date": "1980-03-05"], document: String? = nil,
        given: String = "Amina", family: String = "Berrada"
    ) -> JSONValue {
        let number = document ?? "TS \(10_000 + index)"
        return [
            "names": [
                "arabic": ["given": "أمينة", "family": "برادة"],
                "latin": ["given": .string(given), "family": .string(family)],
            ],
            "sex": .string(sex),
            "birth": birth,
            "birthPlace": ["country": "MA", "commune": "01.511.01.0"],
            "nationality": "MA",
            "residence": ["commune": "01.511.01.0"],
            "documents": [["type": "nationalCard", "number": .string(number)]],
        ]
    }

    public static func changed(_ value: JSONValue, _ path: String..., to new: JSONValue?) -> JSONValue {
        changed(value, path[...], to: new)
    }

    private static func changed(_ value: JSONValue, _ path: ArraySlice<String>, to new: JSONValue?) -> JSONValue {
        guard let key = path.first else { return new ?? .null }
        if case .array(var elements) = value, let index = Int(key), elements.indices.contains(index) {
            if path.count == 1, new == nil {
                elements.remove(at: index)
            } else {
                elements[index] = changed(elements[index], path.dropFirst(), to: new)
            }
            return .array(elements)
        }
        guard case .object(var object) = value else { return value }
        object[key] = path.count == 1 ? new : changed(object[key] ?? [:], path.dropFirst(), to: new)
        return .object(object)
    }

    public static func without(_ value: JSONValue, _ key: String) -> JSONValue {
        guard case .object(var object) = value else { return value }
        object[key] = nil
        return .object(object)
    }

    /// An urban household of the given members, the first of whom is head and declares.
    public static func declaration(
        _ numbers: [String], declarant: String? = nil, householdNumber: String? = nil, rooms: Int64 = 2,
        member: (Int, JSONValue) -> JSONValue = { $1 }
    ) -> JSONValue {
        let members = numbers.enumerated().map { index, number in
            member(index, Self.member(number, ref: "M\(index + 1)", relationship: index == 0 ? "head" : "child"))
        }
        var document: JSONObject = [
            "declarant": .string(declarant ?? numbers.first ?? ""),
            "facts": facts(members, rooms: rooms),
        ]
        if let householdNumber { document["householdNumber"] = .string(householdNumber) }
        return .object(document)
    }

    public static func member(_ number: String, ref: String, relationship: String) -> JSONValue {
        let flags = ["regularIncome", "publicPay", "pension", "familyAllowance", "fatherDeceased", "severeDisability"]
        var member: JSONObject = [
            "civilNumber": .string(number), "ref": .string(ref), "relationship": .string(relationship),
            "school": "none", "educationLevel": "basic", "literate": true, "diploma": "none", "activity": "home",
            "occupation": nil, "employmentStatus": nil, "healthCover": "none",
        ]
        for flag in flags { member[flag] = false }
        return .object(member)
    }

    private static func facts(_ members: [JSONValue], rooms: Int64) -> JSONValue {
        let dwelling: JSONValue = [
            "type": "apartment", "rooms": .integer(rooms), "bathOrShower": true, "ownElectricityMeter": true,
            "garage": false,
        ]
        let assets: JSONValue = [
            "computers": 0, "satelliteDish": true, "fixedTelephone": false, "mobilePhones": 1, "cars": 0,
            "motorcycles": 0, "secondHome": false, "businessPremises": false, "nonAgriculturalLand": false,
            "irrigatedLand": false, "cattle": 0,
        ]
        let spending: JSONValue = [
            "waterElectricityMonthly": [18000, 21050, 19900], "butaneMonthly": 5000, "telecomMonthly": 6000,
        ]
        return [
            "region": "01", "commune": "01.511.01.0", "milieu": "urban", "familyNuclei": 1, "dwelling": dwelling,
            "assets": assets, "loan": false, "spending": spending, "members": .array(members),
        ]
    }
}
