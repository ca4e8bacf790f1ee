import Foundation

extension Jurisdiction {
    /// Where the country's folder is.
    ///
    /// The folder given; or else the only one in a `Jurisdictions` folder beside or above the program or the working
    /// directory. Throws `JurisdictionError` when there is none, or several to choose from.
    public static func find(_ given: String?) throws(JurisdictionError) -> String {
        if let given {
            guard FileManager.default.fileExists(atPath: "\(given)/country.yaml") else {
                throw JurisdictionError(file: given, message: "there is no country.yaml in this folder")
            }
            return given
        }
        let program = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
        let starts = [program, URL(fileURLWithPath: FileManager.default.currentDirectoryPath)].compactMap { $0 }
        for start in starts {
            var folder = start
            while true {
                let candidates = countries(in: folder.appendingPathComponent("Jurisdictions").path)
                if candidates.count == 1 { return candidates[0] }
                if candidates.count > 1 {
                    throw JurisdictionError(
                        file: "Jurisdictions", message: "several countries are here: choose one with --jurisdiction")
                }
                let parent = folder.deletingLastPathComponent()
                if parent.path == folder.path { break }
                folder = parent
            }
        }
        throw JurisdictionError(
            file: "Jurisdictions", message: "no country's folder was found: name it with --jurisdiction")
    }

    private static func countries(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().map { "\(folder)/\($0)" }.filter {
            FileManager.default.fileExists(atPath: "\($0)/country.yaml")
        }
    }
}
