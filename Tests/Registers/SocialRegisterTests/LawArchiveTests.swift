import Foundation
import Installation
import Quantities
import RecordStore
import Rules
import SocialRegister
import StrictJSON
import TestSupport
import Testing

@Suite("The archive of laws")
struct LawArchiveTests {
    /// A copy of the country's folder with one parameter of the law changed.
    static func changedCountry(in folder: TemporaryFolder) throws -> Jurisdiction {
        let copy = "\(folder.path)/country"
        try FileManager.default.copyItem(
            atPath: URL(fileURLWithPath: TestInstallation.jurisdiction.folder).resolvingSymlinksInPath().path,
            toPath: copy)
        let file = "\(copy)/Law/parameters/formula/urban/constant.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let changed = text.replacing(/(value: '?)(\d)/) { "\($0.output.1)2\($0.output.2)" }
        #expect(changed != text)
        try changed.write(toFile: file, atomically: true, encoding: .utf8)
        return try Jurisdiction(folder: copy)
    }

    @Test("a household scored under an older text of the law is explained by that text after the law changed")
    func olderLaw() async throws {
        let test = try await TestInstallation()
        let number = try await test.enrol(Samples.application(1)).number
        func declare(_ test: TestInstallation) async throws -> DeclarationReceipt {
            try await test.installation.social.declare(
                try HouseholdDeclaration(Samples.declaration([number])), today: try test.today,
                access: Staff.households)
        }
        let first = try await declare(test)
        let oldDigest = test.installation.jurisdiction.law.digest
        try await test.installation.close()

        let country = try Self.changedCountry(in: test.folder)
        #expect(country.law.digest != oldDigest)
        let later = try await TestInstallation(folder: test.folder, clock: test.clock, seed: 2, jurisdiction: country)
        let old = try await later.installation.social.household(number: number, access: Staff.households)
        #expect(old.assessment.lawDigest == oldDigest)
        #expect(old.assessment.json == first.result.json)
        let explanation = try Explanation(old.assessment, language: "fr")
        #expect(explanation.summary.isEmpty == false)

        later.clock.advance(seconds: 60)
        let second = try await declare(later)
        #expect(second.result.score != first.result.score)
        let new = try await later.installation.social.household(number: number, access: Staff.households)
        #expect(new.assessment.lawDigest == country.law.digest)
        #expect(new.earlier.map(\.score.description) == [first.result.score])
        let report = try await later.installation.verifier.verify()
        #expect(report.isSound, "\(report.findings)")
    }
}
