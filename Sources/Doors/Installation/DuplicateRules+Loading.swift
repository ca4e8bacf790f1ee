import Linkage
import PopulationRegister

extension DuplicateRules {
    /// How the country finds applicants who are in the register already: `Linkage/enrolment.yaml` and what it names.
    ///
    /// Throws `JurisdictionError` naming the file, or `LinkageError` naming the member.
    init(_ files: JurisdictionFiles) throws {
        let rules = try files.decode(EnrolmentFile.self, "Linkage/enrolment.yaml")
        let comparer = try RecordComparer(
            configuration: try files.decode(LinkageConfiguration.self, "Linkage/\(rules.configuration)"),
            weights: try files.decode(CarriedWeights.self, "Linkage/\(rules.weights)"),
            terms: TermFrequencies(try files.text("Linkage/\(rules.terms)")), records: rules.records.value,
            repeatedShare: rules.repeatedShare.value, householdSize: rules.householdSize.value,
            bornTogether: rules.bornTogether.value)
        try self.init(
            comparer: comparer, automatic: rules.automatic.value, clerical: rules.clerical.value,
            automaticNeeds: rules.automaticNeeds, strictVeto: rules.strictVeto, reviewers: rules.reviewers,
            longestList: rules.longestList, mostCompared: rules.mostCompared)
    }
}

private struct EnrolmentFile: Decodable {
    /// A number with where it is from.
    struct Sourced: Decodable {
        let value: Double
        let status: String
        let source: String
    }

    let configuration: String
    let weights: String
    let terms: String
    let records: Sourced
    let householdSize: Sourced
    let repeatedShare: Sourced
    let bornTogether: Sourced
    let automatic: Sourced
    let clerical: Sourced
    let automaticNeeds: [String: [FieldLevel]]
    let strictVeto: [String]
    let reviewers: Int
    let longestList: Int
    let mostCompared: Int
}
