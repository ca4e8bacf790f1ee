import Foundation

/// Which files an index consists of; put in place in one step, so that an index is the old one or the new one.
struct IndexManifest: Codable, Equatable {
    /// Counts every change; names of files hold it, so that no name is ever used twice.
    var generation: Int
    var model: String
    /// Segments, the largest first, and how many records each has.
    var segments: [Segment]
    /// The log of records that stand in no segment yet.
    var head: String

    struct Segment: Codable, Equatable {
        var file: String
        var count: Int
    }

    static let name = "manifest.json"

    static func read(_ folder: String) throws(IndexFilesError) -> IndexManifest {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
            throw IndexFilesError(.missing, "there is no index in the folder: make one with `link index`")
        }
        guard let manifest = try? JSONDecoder().decode(IndexManifest.self, from: data) else {
            throw IndexFilesError(.damaged, "\(name) cannot be read: make the index again")
        }
        return manifest
    }

    func write(_ folder: String) throws(IndexFilesError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        guard let data = try? encoder.encode(self) else {
            throw IndexFilesError(.failed, "\(Self.name) cannot be written")
        }
        try DurableFile.replace("\(folder)/\(Self.name)", with: data)
    }

    /// Every file of the index but the lock and the configuration.
    var files: Set<String> { Set([Self.name, model, head] + segments.map(\.file)) }
}
