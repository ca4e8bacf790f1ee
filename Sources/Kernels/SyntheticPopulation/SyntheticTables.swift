/// The texts of the tables from which households are invented; each is CSV with a header row.
///
/// The columns of each are described beside the files of a country's demonstration.
public struct SyntheticTables: Sendable {
    public var census: String
    public var names: String
    public var ages: String
    public var parameters: String
    public var weights: String
    public var addresses: String
    public var origins: String
    public var settings: String

    public init(
        census: String, names: String, ages: String, parameters: String, weights: String, addresses: String,
        origins: String, settings: String
    ) {
        self.census = census
        self.names = names
        self.ages = ages
        self.parameters = parameters
        self.weights = weights
        self.addresses = addresses
        self.origins = origins
        self.settings = settings
    }
}

/// Values and their weights.
struct Choices: Sendable {
    var values: [String] = []
    var weights: [Double] = []

    func draw(_ stream: inout RandomStream) -> String { values[stream.index(weights)] }
}

/// The tables besides the census, parsed. First index of a pair: 0 urban, 1 rural.
struct DemonstrationTables: Sendable {
    struct Name: Sendable {
        let latin: String
        let arabic: String
        let weight: Double
    }

    /// The census's columns of kinds of dwelling: those for which a draw `dwelling` is given.
    let dwellings: [String]
    /// The census's columns of local languages: the groups of family names that are columns there.
    let languages: [String]
    /// By kind, then group.
    let names: [String: [String: [Name]]]
    /// By column, one value for each five years of age.
    let ages: [String: [Double]]
    let parameters: [String: [Double]]
    /// By `draw given`, for each milieu.
    let weights: [String: [Choices]]
    let addressForms: [Choices]
    let addressNames: [Choices]
    let origins: Choices
    let originPlaces: [String: String]
    let settings: [String: String]

    static let ageColumns = ["headMale", "headFemale", "atHome", "illiterate", "higher", "active", "enrolled"]
    static let parameterKeys = [
        "spendingMean", "spendingSpread", "spendingSizeTilt", "femaleHeads", "coupleShare", "coupleOfTwo",
        "parentOfHead", "siblingOfHead", "secondNucleus", "otherMember", "spouseAgeGap",
        "spouseAgeSpread", "youngestMother", "oldestMother", "largestHousehold", "educationTilt", "localGivenNames",
        "privateSchool", "computers",
        "mobilePhones", "satelliteDish", "fixedTelephone", "cars", "motorcycles", "garage", "secondHome",
        "businessPremises", "nonAgriculturalLand", "irrigatedLand", "cattleOwners", "cattleMean", "loan", "ownMeter",
        "waterElectricityShare", "telecomShare", "butaneBottles", "butaneBottlePrice", "billSpread", "regularIncome",
        "familyAllowance", "pensionOfRetired", "retiredMen", "retiredWomen", "severeDisability", "fatherDeceasedOther",
        "fatherDeceasedWidow", "foreigners", "localNames", "bornElsewhere", "yearOnly", "noAddress",
    ]
    static let settingKeys = ["country", "nationalCard", "residenceTitle", "birthRecord", "phone"]

    init(_ texts: SyntheticTables, census: CSVTable) throws(SyntheticTableError) {
        names = try Self.names(CSVTable(texts.names, name: "names"))
        languages = (names["family"] ?? [:]).keys.filter { census.columns[$0] != nil }.sorted()
        let ages = try CSVTable(texts.ages, name: "ages")
        guard ages.rows.count == 16 else {
            throw SyntheticTableError(table: "ages", row: 1, message: "give 16 rows, one for each five years of age")
        }
        var byColumn: [String: [Double]] = [:]
        for column in Self.ageColumns { byColumn[column] = try ages.numbers(column) }
        self.ages = byColumn
        parameters = try Self.parameters(CSVTable(texts.parameters, name: "parameters"))
        weights = try Self.weights(CSVTable(texts.weights, name: "weights"))
        dwellings = weights.keys.filter { $0.hasPrefix("dwelling ") }.map { String($0.dropFirst(9)) }.sorted()
        guard !dwellings.isEmpty else {
            throw SyntheticTableError(table: "weights", row: 1, message: "no draw of dwelling")
        }
        let addresses = try CSVTable(texts.addresses, name: "addresses")
        addressForms = try Self.addresses(addresses, part: "form")
        addressNames = try Self.addresses(addresses, part: "name")
        let origins = try CSVTable(texts.origins, name: "origins")
        let countries = try origins.texts("country")
        self.origins = Choices(values: countries, weights: try origins.numbers("weight"))
        originPlaces = Dictionary(zip(countries, try origins.texts("place")), uniquingKeysWith: { first, _ in first })
        let settings = try CSVTable(texts.settings, name: "settings")
        self.settings = Dictionary(
            zip(try settings.texts("key"), try settings.texts("value")), uniquingKeysWith: { first, _ in first })
        for key in Self.settingKeys where self.settings[key] == nil {
            throw SyntheticTableError(table: "settings", row: 1, message: "the key \(key) is missing")
        }
        for kind in ["male", "female", "family"] {
            for group in ["common"] + countries where names[kind]?[group]?.isEmpty ?? true {
                throw SyntheticTableError(table: "names", row: 1, message: "no \(kind) name of group \(group)")
            }
        }
    }

    private static func names(_ table: CSVTable) throws(SyntheticTableError) -> [String: [String: [Name]]] {
        let (kinds, groups) = (try table.texts("kind"), try table.texts("group"))
        let (latin, arabic, weights) = (
            try table.texts("latin"), try table.texts("arabic"), try table.numbers("weight")
        )
        var names: [String: [String: [Name]]] = [:]
        for row in kinds.indices {
            names[kinds[row], default: [:]][groups[row], default: []].append(
                Name(latin: latin[row], arabic: arabic[row], weight: weights[row]))
        }
        return names
    }

    private static func parameters(_ table: CSVTable) throws(SyntheticTableError) -> [String: [Double]] {
        let (keys, urban, rural) = (try table.texts("key"), try table.numbers("urban"), try table.numbers("rural"))
        var parameters: [String: [Double]] = [:]
        for row in keys.indices { parameters[keys[row]] = [urban[row], rural[row]] }
        for key in parameterKeys where parameters[key] == nil {
            throw SyntheticTableError(table: table.name, row: 1, message: "the key \(key) is missing")
        }
        return parameters
    }

    private static func weights(_ table: CSVTable) throws(SyntheticTableError) -> [String: [Choices]] {
        let (draws, given, values) = (try table.texts("draw"), try table.texts("given"), try table.texts("value"))
        let columns = [try table.numbers("urban"), try table.numbers("rural")]
        var weights: [String: [Choices]] = [:]
        for row in draws.indices {
            for milieu in 0...1 {
                let key = "\(draws[row]) \(given[row])"
                weights[key, default: [Choices(), Choices()]][milieu].values.append(values[row])
                weights[key, default: []][milieu].weights.append(columns[milieu][row])
            }
        }
        return weights
    }

    private static func addresses(_ table: CSVTable, part: String) throws(SyntheticTableError) -> [Choices] {
        let (parts, milieux) = (try table.texts("part"), try table.texts("milieu"))
        let (texts, weights) = (try table.texts("text"), try table.numbers("weight"))
        var choices = [Choices(), Choices()]
        for row in parts.indices where parts[row] == part {
            let milieu = milieux[row] == "rural" ? 1 : 0
            choices[milieu].values.append(texts[row])
            choices[milieu].weights.append(weights[row])
        }
        guard choices.allSatisfy({ !$0.values.isEmpty }) else {
            throw SyntheticTableError(table: table.name, row: 1, message: "no \(part) for one of urban and rural")
        }
        return choices
    }
}
