import Agency
import CivilNumber
import Foundation
import PopulationRegister
import Quantities
public import RecordStore
import SocialRegister
import Storage
import StrictJSON
public import SyntheticPopulation

/// A store of invented people: made once from a country's census tables, and marked so that every page says it.
public struct Demonstration: Sendable {
    public struct SignIn: Sendable {
        public let name: String
        public let password: String
        public let roles: [String]
    }

    public let signIns: [SignIn]
    /// Civil numbers of a few invented residents, to sign in with.
    public let residents: [String]

    private static let shownResidents = 3
    /// The same people whenever a demonstration is made.
    private static let seed: UInt64 = 2018

    /// Opens the demonstration, making it first when there is none.
    ///
    /// In a folder it is made beside its final place and takes its name only when it is complete, so an interruption
    /// leaves nothing; in databases an interruption leaves what is refused afterwards. Throws `JurisdictionError` when the
    /// place holds a store that is no demonstration.
    public static func prepare(
        at location: StoreLocation, households: Int, jurisdiction: Jurisdiction, surroundings: Surroundings = .system(),
        progress: (Int) -> Void = { _ in }
    ) async throws -> Demonstration {
        let signIns = try signIns(jurisdiction)
        let folder = location.keyFolder
        if let data = FileManager.default.contents(atPath: "\(folder)/\(Installation.demonstrationMark)") {
            let json = try JSONValue(parsing: [UInt8](data))
            return Demonstration(signIns: signIns, residents: json["residents"]?.array?.compactMap(\.string) ?? [])
        }
        guard case .folder(let directory) = location else {
            try await confirmEmpty(location)
            let residents = try await make(
                at: location, households: households, signIns: signIns, jurisdiction, surroundings, progress)
            return Demonstration(signIns: signIns, residents: residents)
        }
        guard !FileManager.default.fileExists(atPath: directory) else {
            throw JurisdictionError(
                file: directory, message: "the folder is there and holds no demonstration: name another with --store")
        }
        let draft = "\(directory).making-\(surroundings.newIdentifier())"
        do {
            let residents = try await make(
                at: .folder(draft), households: households, signIns: signIns, jurisdiction, surroundings, progress)
            try FileManager.default.moveItem(atPath: draft, toPath: directory)
            return Demonstration(signIns: signIns, residents: residents)
        } catch {
            try? FileManager.default.removeItem(atPath: draft)
            throw error
        }
    }

    private static func confirmEmpty(_ location: StoreLocation) async throws {
        for (name, store) in zip(StoreLocation.names, try location.connect()) {
            let isMade = try await RecordStore.isMade(store)
            try await store.close()
            guard !isMade else {
                throw JurisdictionError(
                    file: name, message: "the database holds a store that is no demonstration: name another")
            }
        }
    }

    private static func make(
        at location: StoreLocation, households: Int, signIns: [SignIn], _ jurisdiction: Jurisdiction,
        _ surroundings: Surroundings, _ progress: (Int) -> Void
    ) async throws -> [String] {
        let population = try inventedPopulation(jurisdiction)
        let installation = try await Installation.open(
            at: location, jurisdiction: jurisdiction, surroundings: surroundings)
        let access = Access(
            actor: Actor(kind: .service, id: "demonstration"), purpose: .demonstration, legalBasis: .demonstration)
        for signIn in signIns {
            _ = try await installation.agency.addStaff(
                name: signIn.name, password: signIn.password, roles: Set(signIn.roles.compactMap(Role.init)),
                access: access)
        }
        let today = try installation.today()
        var residents: [String] = []
        var likenesses = try Likenesses(households: households, jurisdiction)
        for index in 0..<households {
            let household = population.household(UInt64(index), seed: seed, asOf: today)
            let contents = try household.persons.map {
                try ApplicationContent($0.application, rules: jurisdiction.population, today: today)
            }
            let numbers = try await installation.population.enrol(contents, access: access).compactMap(\.civilNumber)
            likenesses.see(household.persons.map(\.application), contents, numbers)
            let declaration = try HouseholdDeclaration(declaration(of: household, numbers: numbers))
            _ = try await installation.social.declare(declaration, today: today, access: access)
            if residents.count < shownResidents { residents.append(declaration.declarant) }
            progress(index + 1)
            if index.isMultiple(of: 50) { try await installation.sequencer.drain() }
        }
        try await likenesses.enter(into: installation.population, today: today, access: access)
        try await installation.close()
        let mark: JSONValue = [
            "households": .integer(Int64(households)), "residents": .array(residents.map(JSONValue.string)),
        ]
        let path = "\(location.keyFolder)/\(Installation.demonstrationMark)"
        try Data(mark.serializedBytes()).write(to: URL(fileURLWithPath: path))
        return residents
    }

    /// The household's facts as its head would declare them: sex and date of birth come from the population register.
    static func declaration(of household: SyntheticHousehold, numbers: [String]) throws -> JSONValue {
        guard case .object(var facts) = household.facts, case .array(let members)? = facts["members"] else {
            throw JurisdictionError(file: "Demonstration", message: "an invented household has no members")
        }
        var declarant = numbers.first ?? ""
        facts["members"] = .array(
            zip(members, numbers).map { member, number in
                guard case .object(var fields) = member else { return member }
                if fields["relationship"]?.string == "head" { declarant = number }
                fields["birthDate"] = nil
                fields["sex"] = nil
                fields["civilNumber"] = .string(number)
                return .object(fields)
            })
        facts["householdRef"] = nil
        facts["asOf"] = nil
        return ["declarant": .string(declarant), "facts": .object(facts)]
    }

    /// Households that nobody lives in, from the country's census and the demonstration's tables.
    public static func inventedPopulation(_ jurisdiction: Jurisdiction) throws -> SyntheticPopulation {
        let known = jurisdiction.population.placeCodes
        return try SyntheticPopulation(try tables(jurisdiction), communes: { known.contains($0) })
    }

    private static func signIns(_ jurisdiction: Jurisdiction) throws -> [SignIn] {
        try JurisdictionFiles(folder: jurisdiction.folder).table("Demonstration/staff.csv").map { row in
            SignIn(
                name: row["name"] ?? "", password: row["password"] ?? "",
                roles: (row["roles"] ?? "").split(separator: " ").map(String.init))
        }
    }
}
