import Foundation
import SyntheticPopulation

/// The tables of the one country in the repository, read from its folder.
enum DemonstrationFolder {
    static let tables: SyntheticTables = {
        return SyntheticTables(
            census: text("Geography/census.csv"), names: text("Demonstration/names.csv"),
            ages: text("Demonstration/ages.csv"), parameters: text("Demonstration/parameters.csv"),
            weights: text("Demonstration/weights.csv"), addresses: text("Demonstration/addresses.csv"),
            origins: text("Demonstration/origins.csv"), settings: text("Demonstration/settings.csv"))
    }()

    static func text(_ path: String) -> String {
        guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else {
            fatalError("\(path) is missing from Jurisdictions/Morocco")
        }
        return text
    }

    private static var root: URL {
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while folder.path != "/" {
            let country = folder.appending(path: "Jurisdictions/Morocco")
            if FileManager.default.fileExists(atPath: country.path) { return country }
            folder.deleteLastPathComponent()
        }
        return folder
    }
}
