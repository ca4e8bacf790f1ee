import CivilNumber
import Foundation
import PopulationRegister
public import RecordStore
import SocialRegister
import StrictJSON

/// Writes persons or households in the form in which `BulkImport` reads them; every reading is in the audit log.
public struct BulkExport: Sendable {
    public enum Form: String, Sendable, CaseIterable {
        case jsonl, csv
    }

    private let installation: Installation
    private let access: Access
    private static let page = 100

    public init(_ installation: Installation, access: Access) {
        self.installation = installation
        self.access = access
    }

    /// One line a person: `civilNumber` and the application as it stands. Returns how many.
    ///
    /// - Parameter write: given lines without their end, page by page, after their leaf was committed.
    @discardableResult
    public func persons(_ form: Form, write: ([String]) throws -> Void) async throws -> Int {
        if form == .csv { try write([Self.personColumns.joined(separator: ",")]) }
        return try await pages(installation.population.page, id: \.id) { persons in
            try write(
                persons.map { person in
                    var object = JSONObject()
                    object["civilNumber"] = .string(person.civilNumber)
                    for (name, value) in person.content.json.object ?? [:] { object[name] = value }
                    return form == .jsonl
                        ? JSONValue.object(object).serialized() : Self.row(.object(object), Self.personColumns)
                })
        }
    }

    /// One line a household: its number and the declaration that would make it again. Returns how many.
    @discardableResult
    public func households(write: ([String]) throws -> Void) async throws -> Int {
        try await pages(installation.social.page, id: \.id) { households in
            let tokens = households.flatMap { [$0.declarant] + $0.memberTokens.values }
            let persons = try await installation.population.resolve(tokens, access: access)
            var numbers: [SectorToken: String] = [:]
            for (token, person) in zip(tokens, persons) { numbers[token] = person?.civilNumber }
            try write(households.map { Self.declaration(of: $0, numbers).serialized() })
        }
    }

    private func pages<Record>(
        _ page: (String, Int, Access) async throws -> [Record], id: KeyPath<Record, String>,
        _ take: ([Record]) async throws -> Void
    ) async throws -> Int {
        var (last, count) = ("", 0)
        while true {
            let records = try await page(last, Self.page, access)
            guard let end = records.last else { return count }
            try await take(records)
            count += records.count
            last = end[keyPath: id]
        }
    }

    private static func declaration(of household: HouseholdFile, _ numbers: [SectorToken: String]) -> JSONValue {
        var facts = household.facts.object ?? [:]
        facts["members"] = .array(
            (facts["members"]?.array ?? []).map { member in
                guard case .object(var fields) = member else { return member }
                let token = fields["ref"]?.string.flatMap { household.memberTokens[$0] }
                fields["civilNumber"] = token.flatMap { numbers[$0] }.map(JSONValue.string)
                return .object(fields)
            })
        var object: JSONObject = [
            "householdNumber": .string(household.householdNumber),
            "declarant": .string(numbers[household.declarant] ?? ""), "facts": .object(facts),
        ]
        // What the population register gave is taken from it again.
        let stated = household.sources.filter { $0.value == .partner || $0.value == .inquiry }.sorted {
            $0.key < $1.key
        }
        if !stated.isEmpty {
            object["provenance"] = .object(
                JSONObject(uniqueMembers: stated.map { ($0.key, .string($0.value.rawValue)) }))
        }
        return .object(object)
    }

    // MARK: Columns

    /// Every member that an application may have: ten documents, and as many witnesses.
    public static let personColumns: [String] = {
        let names = ["arabic", "latin"].flatMap { ["names.\($0).given", "names.\($0).family"] }
        let parents = ["father", "mother"].flatMap { ["parents.\($0).arabic", "parents.\($0).latin"] }
        let documents = (0..<10).flatMap { ["documents.\($0).type", "documents.\($0).number"] }
        let witnesses = (0..<10).map { "witnesses.\($0).civilNumber" }
        return ["civilNumber"] + names + [
            "sex", "birth.date", "birthPlace.country", "birthPlace.commune", "birthPlace.text", "nationality",
            "residence.commune", "residence.address",
        ] + parents + ["phone"] + documents + witnesses
    }()

    private static func row(_ json: JSONValue, _ columns: [String]) -> String {
        columns.map { column in
            var value: JSONValue? = json
            for step in column.split(separator: ".") {
                if let place = Int(step) {
                    let elements = value?.array ?? []
                    value = place < elements.count ? elements[place] : nil
                } else {
                    value = value?[String(step)]
                }
            }
            return DelimitedRow.cell(value?.string ?? "")
        }.joined(separator: ",")
    }
}
