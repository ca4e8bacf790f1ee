import Fingerprint
import PopulationRegister
import Quantities

extension PrintRules {
    /// What the country decides about fingers: `Biometrics/fingers.yaml`.
    ///
    /// Throws `JurisdictionError` naming the file and the member.
    init(
        _ files: JurisdictionFiles, day: @escaping @Sendable (Instant) throws -> CivilDate
    ) throws(JurisdictionError) {
        let path = "Biometrics/fingers.yaml"
        let rules = try files.decode(FingersFile.self, path)
        var ages: [(from: CivilDate, age: Int)] = []
        for (text, age) in rules.fromAge {
            guard let from = try? CivilDate(iso8601: text) else {
                throw JurisdictionError(file: path, message: "fromAge: \(text) is no day: write YYYY-MM-DD")
            }
            ages.append((from, age.value))
        }
        let rates = [rules.searchFalseMatchRate.value, rules.verificationFalseMatchRate.value]
        guard rates.allSatisfy({ 0 < $0 && $0 < 1 }), rules.attempts.value >= 1, rules.reviewers.value >= 1 else {
            throw JurisdictionError(
                file: path, message: "give false match rates between 0 and 1, and attempts and reviewers from 1 on")
        }
        self.init(
            agesByDay: ages, isMandatory: rules.mandatory.value, attempts: rules.attempts.value,
            leastScore: FingerMatcher.score(falseMatchRate: rates[0]),
            verificationScore: FingerMatcher.score(falseMatchRate: rates[1]), reviewers: rules.reviewers.value,
            day: day)
    }
}

private struct FingersFile: Decodable {
    /// A value with where it is from.
    struct Sourced<Value: Decodable>: Decodable {
        let value: Value
        let status: String
        let source: String
    }

    let fromAge: [String: Sourced<Int>]
    let mandatory: Sourced<Bool>
    let attempts: Sourced<Int>
    let reviewers: Sourced<Int>
    let searchFalseMatchRate: Sourced<Double>
    let verificationFalseMatchRate: Sourced<Double>
}
