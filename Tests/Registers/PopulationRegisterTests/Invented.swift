import Installation
import PopulationRegister
import RecordStore
import StrictJSON
import TestSupport

/// People without documents, whom two witnesses know.
struct Invented {
    let witnesses: JSONValue
    let otherReviewer = Staff.access(.staff, "reviewer-2", .adjudication)
    let thirdReviewer = Staff.access(.staff, "reviewer-3", .adjudication)

    init(_ test: TestInstallation) async throws {
        var numbers: [JSONValue] = []
        for (index, name) in [("خديجة", "Khadija", "شرقاوي", "Cherkaoui"), ("يوسف", "Youssef", "بنيس", "Bennis")]
            .enumerated()
        {
            var witness = Samples.application(
                7_000 + index, birth: ["date": index == 0 ? "1975-06-01" : "1969-10-12"], given: name.1, family: name.3)
            witness = Samples.changed(witness, "names", "arabic", "given", to: .string(name.0))
            witness = Samples.changed(witness, "names", "arabic", "family", to: .string(name.2))
            numbers.append(["civilNumber": .string(try await test.enrol(witness).number)])
        }
        witnesses = .array(numbers)
    }

    private func person(
        _ arabic: (String, String), _ latin: (String, String), sex: String, birth: String, parents: JSONValue?
    ) -> JSONValue {
        var document: JSONObject = [
            "names": [
                "arabic": ["given": .string(arabic.0), "family": .string(arabic.1)],
                "latin": ["given": .string(latin.0), "family": .string(latin.1)],
            ],
            "sex": .string(sex), "birth": ["date": .string(birth)],
            "birthPlace": ["country": "MA", "commune": "01.511.01.0"], "nationality": "MA",
            "residence": ["commune": "01.511.01.0"], "witnesses": witnesses,
        ]
        if let parents { document["parents"] = parents }
        return .object(document)
    }

    func child(
        arabic: String = "ياسمين", latin: String = "Yasmine", sex: String = "female", birth: String = "2021-02-14"
    ) -> JSONValue {
        person(
            (arabic, "السباعي"), (latin, "Sebai"), sex: sex, birth: birth,
            parents: [
                "mother": ["arabic": "حليمة", "latin": "Halima"], "father": ["arabic": "إدريس", "latin": "Driss"],
            ])
    }

    func man(family: String = "El Alaoui", given: String = "Mohamed", birth: String = "1961-05-12") -> JSONValue {
        person(("محمد", "العلوي"), (given, family), sex: "male", birth: birth, parents: nil)
    }
}
