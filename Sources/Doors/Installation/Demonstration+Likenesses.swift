import Names
import PopulationRegister
import Quantities
import RecordStore
import StrictJSON

/// Invented people who come a second time, so that the reviewers of a demonstration have something to compare.
struct Likenesses {
    private static let householdsEach = 50
    private var originals: [JSONValue] = []
    private var witnesses: [String] = []
    private let wanted: Int
    private let rules: PopulationRules
    private let lexicon: NameLexicon

    /// One for every fifty households.
    init(households: Int, _ jurisdiction: Jurisdiction) throws {
        wanted = households / Self.householdsEach
        rules = jurisdiction.population
        lexicon = NameLexicon(try JurisdictionFiles(folder: jurisdiction.folder).text("names.tsv"))
    }

    /// Remembers who of a household may come again, and who may testify.
    mutating func see(_ applications: [JSONValue], _ contents: [ApplicationContent], _ numbers: [String]) {
        for (content, number) in zip(contents, numbers) where witnesses.count < rules.witnesses {
            let qualifies = content.documents.contains { rules.documentType($0.type)?.qualifiesWitness ?? false }
            if qualifies { witnesses.append(number) }
        }
        if originals.count < wanted, let one = applications.dropFirst(originals.count % 3).first {
            originals.append(one)
        }
    }

    /// Enters each a second time without documents: some unchanged, the others with another spelling and only a year.
    func enter(into population: PopulationRegister, today: CivilDate, access: Access) async throws {
        guard witnesses.count == rules.witnesses else { return }
        for (index, original) in originals.enumerated() {
            guard case .object(var application) = original else { continue }
            application["documents"] = nil
            application["witnesses"] = .array(witnesses.map { ["civilNumber": .string($0)] })
            if !index.isMultiple(of: 3) {
                application["names"] = respelled(application["names"] ?? [:])
                if let date = original["birth"]?["date"]?.string {
                    application["birth"] = ["date": .string(String(date.prefix(4)))]
                }
            }
            let content = try ApplicationContent(.object(application), rules: rules, today: today)
            _ = try await population.apply(content, access: access)
        }
    }

    /// The same names as another clerk would write them in Latin letters.
    private func respelled(_ names: JSONValue) -> JSONValue {
        guard case .object(var result) = names, case .object(var latin)? = names["latin"] else { return names }
        for part in ["given", "family"] {
            guard let arabic = names["arabic"]?[part]?.string, let known = latin[part]?.string else { continue }
            let plain = NormalisedName(arabic).text
            let other = lexicon.pairs.first { $0.arabic == plain && $0.latin.lowercased() != known.lowercased() }
            latin[part] = .string(other?.latin ?? known.uppercased())
        }
        result["latin"] = .object(latin)
        return .object(result)
    }
}
