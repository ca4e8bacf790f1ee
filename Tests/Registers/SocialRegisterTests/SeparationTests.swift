import CivilNumber
import Foundation
import Installation
import PopulationRegister
import RecordStore
import SocialRegister
import StrictJSON
import TestSupport
import Testing

@Suite("What the files hold")
struct SeparationTests {
    static let planted = ["Plantedgiven", "Plantedfamily", "مزروعة", "+212600099887", "Planted Street"]

    @Test("no file of the store has a planted name, document, phone, address or number in the clear")
    func nothingInTheClear() async throws {
        let test = try await TestInstallation()
        var application = Samples.application(
            1, document: "PLAN 1234", given: "Plantedgiven", family: "Plantedfamily")
        application = Samples.changed(application, "names", "arabic", "given", to: "مزروعة")
        application = Samples.changed(application, "phone", to: "+212600099887")
        application = Samples.changed(application, "residence", "address", to: "Planted Street")
        let person = try await test.enrol(application)
        let receipt = try await test.installation.social.declare(
            try HouseholdDeclaration(Samples.declaration([person.number])), today: try test.today,
            access: Staff.households, idempotencyKey: "planted-key")
        _ = try await test.population.apply(
            try test.content(Samples.changed(application, "documents", "0", "number", to: "PLAN 9999")),
            access: Staff.agent, idempotencyKey: "planted-key")
        let token = try await test.population.socialToken(ofPerson: person.id, access: Staff.households)
        try await test.installation.close()

        let secrets =
            Self.planted + [
                "PLAN 1234", "PLAN1234", "PLAN9999", person.number, receipt.householdNumber, "planted-key",
            ]
        for file in try await test.contents() {
            for secret in secrets {
                #expect(file.bytes.range(of: Data(secret.utf8)) == nil, "\(file.name) holds \(secret)")
            }
            // The social register knows a token, the population register a person: neither has the other's.
            if file.name.contains("social") || file.name.contains("log") {
                #expect(file.bytes.range(of: Data(person.id.utf8)) == nil, "\(file.name) holds the person's identifier")
            }
            if file.name.contains("log") {
                #expect(file.bytes.range(of: Data(token.bytes)) == nil, "\(file.name) holds a token")
            }
        }
    }
}
