import Configuration
import Foundation
import Installation

extension CountryOptions {
    /// A document that the commands accept, of nobody who exists: one of the country's `Examples`.
    func example(_ name: String) async throws -> String {
        let folder = try Jurisdiction.find(try await settings().text(jurisdiction, "jurisdiction"))
        guard let data = FileManager.default.contents(atPath: "\(folder)/Examples/\(name).json"),
            let text = String(data: data, encoding: .utf8)
        else { throw Refused("the country's folder has no Examples/\(name).json") }
        return text.trimmingCharacters(in: .newlines)
    }
}
