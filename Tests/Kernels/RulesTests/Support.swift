import Foundation
import Rules
import StrictJSON
import TestMaterial
import Testing

/// The law of this repository, read once.
enum Law {
    static let root: URL = {
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: folder.appending(path: "Jurisdictions").path) {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    static let folder = root.appending(path: "Jurisdictions/Morocco/Law")

    static let files: [LawFile] = {
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix(".yaml") }.sorted().map { path in
            LawFile(path: path, text: (try? String(contentsOf: folder.appending(path: path), encoding: .utf8)) ?? "")
        }
    }()

    static let book = Result { () throws(LawError) in try LawBook(files: files) }

    /// The law with the text of one file changed, or without that file.
    static func files(changing path: String, _ change: (String) -> String?) -> [LawFile] {
        files.compactMap { file in
            guard file.path == path else { return file }
            return change(file.text).map { LawFile(path: path, text: $0) }
        }
    }
}

/// The lines of a shared file; nil, with a message, where the shared folder is absent.
func sharedLines(_ path: String) -> [String]? {
    SharedFolder.lines(path, neededFor: "the reference households")
}

/// A household of the tests: a poor couple with one child, which every test changes as its story needs.
func household(_ changes: [String: JSONValue] = [:], members: [JSONValue]? = nil) -> JSONValue {
    var object: JSONObject = [
        "householdRef": "H-1", "asOf": "2026-10-01", "region": "08", "commune": "08.401.01.01", "milieu": "urban",
        "familyNuclei": 1,
        "dwelling": [
            "type": "moroccanHouse", "rooms": 1, "bathOrShower": false, "ownElectricityMeter": false, "garage": false,
        ],
        "assets": [
            "computers": 0, "satelliteDish": false, "fixedTelephone": false, "mobilePhones": 0, "cars": 0,
            "motorcycles": 0, "secondHome": false, "businessPremises": false, "nonAgriculturalLand": false,
            "irrigatedLand": false, "cattle": 0,
        ],
        "loan": false,
        "spending": ["waterElectricityMonthly": [0, 0, 0], "butaneMonthly": 0, "telecomMonthly": 0],
        "members": .array(
            members ?? [
                member("M1", "head", "1986-01-01"), member("M2", "spouse", "1988-01-01"),
                member("M3", "child", "2020-01-01"),
            ]),
    ]
    for (path, value) in changes { object = changed(object, path.split(separator: ".").map(String.init), value) }
    return .object(object)
}

func member(_ ref: String, _ relationship: String, _ birth: String, _ changes: [String: JSONValue] = [:]) -> JSONValue {
    var object: JSONObject = [
        "ref": .string(ref), "relationship": .string(relationship), "sex": "female", "birthDate": .string(birth),
        "school": "none", "educationLevel": "none", "literate": false, "diploma": "none", "activity": "home",
        "occupation": nil, "employmentStatus": nil, "regularIncome": false, "healthCover": "none", "publicPay": false,
        "pension": false, "familyAllowance": false, "fatherDeceased": false, "severeDisability": false,
    ]
    for (name, value) in changes { object[name] = value }
    return .object(object)
}

private func changed(_ object: JSONObject, _ path: [String], _ value: JSONValue) -> JSONObject {
    var object = object
    if path.count == 1 {
        object[path[0]] = value
    } else {
        object[path[0]] = .object(changed(object[path[0]]?.object ?? [:], Array(path.dropFirst()), value))
    }
    return object
}
