public import CivilNumber
public import Foundation
public import PopulationRegister
public import Quantities
public import Rules
import Yams

/// Everything that a country decides, read from its folder: law, numbers, places, languages.
public struct Jurisdiction: Sendable {
    public struct Commune: Sendable, Hashable {
        public let code: String
        public let region: String
        public let milieu: String
        public let names: [String: String]
    }

    public struct Region: Sendable, Hashable {
        public let code: String
        public let names: [String: String]
    }

    /// The folder it was read from.
    public let folder: String
    public let countryCode: String
    public let names: [String: String]
    /// Languages of the pages, the default first.
    public let languages: [String]
    public let timeZone: TimeZone
    public let adultAge: Int
    public let law: LawBook
    /// The texts that `law` was read from.
    public let lawFiles: [LawFile]
    public let householdNumbers: CivilNumberScheme
    public let population: PopulationRules
    public let documentLabels: [String: [String: String]]
    public let regions: [Region]
    /// Provinces and prefectures; the code begins the codes of their communes.
    public let provinces: [Region]
    public let communes: [Commune]
    public let logOrigin: String
    private let communesByCode: [String: Commune]

    public func commune(_ code: String) -> Commune? { communesByCode[code] }

    /// The calendar day in the country at a moment.
    public func date(_ instant: Instant) throws(QuantityError) -> CivilDate {
        try Self.date(instant, in: timeZone)
    }

    private static func date(_ instant: Instant, in timeZone: TimeZone) throws(QuantityError) -> CivilDate {
        let seconds = Double(instant.millisecondsSinceEpoch) / 1000
        return try instant.date(utcOffsetSeconds: timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: seconds)))
    }

    /// Reads a country's folder. Throws `JurisdictionError` naming the file, or `LawError` naming file and field.
    public init(folder: String) throws {
        self.folder = folder
        let files = JurisdictionFiles(folder: folder)
        let country = try files.decode(CountryFile.self, "country.yaml")
        let numbers = try files.decode(NumbersFile.self, "CivilNumber.yaml")
        guard let timeZone = TimeZone(identifier: country.timeZone) else {
            throw JurisdictionError(file: "country.yaml", message: "timeZone is not a name of the time-zone database")
        }
        names = country.name
        countryCode = country.code
        languages = country.languages
        self.timeZone = timeZone
        adultAge = country.adultAge
        logOrigin = country.logOrigin
        lawFiles = try files.lawFiles()
        law = try LawBook(files: lawFiles)
        householdNumbers = numbers.householdNumber
        documentLabels = Dictionary(
            country.documentTypes.map { ($0.code, $0.label) }, uniquingKeysWith: { first, _ in first })
        regions = try files.table("Geography/regions.csv").map {
            Region(code: $0["code"] ?? "", names: ["fr": $0["name_fr"] ?? "", "ar": $0["name_ar"] ?? ""])
        }
        provinces = try files.table("Geography/provinces.csv").map {
            Region(code: $0["code"] ?? "", names: ["fr": $0["name_fr"] ?? "", "ar": $0["name_ar"] ?? ""])
        }
        let communes = try files.table("Geography/communes.csv").map {
            Commune(
                code: $0["code"] ?? "", region: $0["region"] ?? "", milieu: $0["milieu"] ?? "",
                names: ["fr": $0["name_fr"] ?? "", "ar": $0["name_ar"] ?? ""])
        }
        let regionOfCommune = Dictionary(communes.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        let arrondissements = try files.table("Geography/arrondissements.csv").map { row in
            Commune(
                code: row["code"] ?? "", region: regionOfCommune[row["commune"] ?? ""]?.region ?? "",
                milieu: regionOfCommune[row["commune"] ?? ""]?.milieu ?? "",
                names: ["fr": row["name_fr"] ?? "", "ar": row["name_ar"] ?? ""])
        }
        self.communes = communes + arrondissements
        communesByCode = Dictionary(self.communes.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        population = PopulationRules(
            civilNumber: numbers.civilNumber,
            documentTypes: country.documentTypes.map {
                PopulationRules.DocumentType(
                    code: $0.code, lengths: $0.shortest...max($0.shortest, $0.longest),
                    qualifiesWitness: $0.qualifiesWitness)
            },
            witnesses: country.witnesses, placeCodes: Set(self.communes.map(\.code)),
            oneTimeCodeLifetimeSeconds: country.oneTimeCode.lifetimeSeconds,
            oneTimeCodeAttempts: country.oneTimeCode.attempts, duplicates: try DuplicateRules(files),
            prints: try PrintRules(files) { try Self.date($0, in: timeZone) })
    }
}

/// Why a country's folder cannot be used.
public struct JurisdictionError: Error, Sendable, CustomStringConvertible {
    public let file: String
    public let message: String
    public var description: String { "\(file): \(message)" }
}

private struct CountryFile: Decodable {
    struct DocumentType: Decodable {
        let code: String
        let shortest: Int
        let longest: Int
        let qualifiesWitness: Bool
        let label: [String: String]
    }

    struct OneTimeCode: Decodable {
        let lifetimeSeconds: Int64
        let attempts: Int64
    }

    let name: [String: String]
    let code: String
    let timeZone: String
    let languages: [String]
    let adultAge: Int
    let witnesses: Int
    let documentTypes: [DocumentType]
    let oneTimeCode: OneTimeCode
    let logOrigin: String
}

private struct NumbersFile: Decodable {
    let civilNumber: CivilNumberScheme
    let householdNumber: CivilNumberScheme
}
