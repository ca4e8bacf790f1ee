public import Crypto
import Foundation
public import Gallery

/// A gallery's files: one that is appended to, its manifest, and a lock.
///
/// Records are sealed one by one under a key derived from the installation's, bound to the gallery, to their order
/// number and to their kind. Appending allots order numbers without gaps under the lock, forces the records to the
/// medium and only then moves the file's head, so that an append is there whole or not at all. Any number of processes
/// may read and append; they wait for one another for the length of one append.
public struct GalleryFolder: Sendable {
    struct Manifest: Codable {
        let version: Int
        let identifier: String
        let shards: Int
        /// Tells another key from damaged files.
        let keyCheck: String
    }

    /// A person to be enrolled.
    public struct Enrolment: Sendable {
        /// What the caller calls the person, at most 512 bytes of UTF-8; sealed with the templates.
        public let identifier: String
        public let templates: PersonTemplates

        public init(identifier: String, templates: PersonTemplates) {
            (self.identifier, self.templates) = (identifier, templates)
        }
    }

    static let manifestName = "gallery.json"
    static let recordsName = "records"
    public static let mostIdentifierBytes = 512

    let path: String
    let manifest: Manifest
    let seal: GallerySeal
    /// For messages between a search and its matchers.
    let messageSeal: GallerySeal

    /// Into how many shards searches are cut.
    public var shards: Int { manifest.shards }

    /// Opens a gallery. Throws `missing`, `damaged`, or `key` when the key is not the one that it was made with.
    public init(_ path: String, key: SymmetricKey) throws(GalleryShardsError) {
        guard let data = FileManager.default.contents(atPath: "\(path)/\(Self.manifestName)") else {
            throw GalleryShardsError(.missing, "there is no gallery in the folder: make one with `gallery build`")
        }
        guard let manifest = try? JSONDecoder().decode(Manifest.self, from: data), manifest.version == 1,
            manifest.shards >= 1
        else { throw GalleryShardsError(.damaged, "\(Self.manifestName) cannot be read: restore it from a copy") }
        (self.path, self.manifest) = (path, manifest)
        seal = GallerySeal(key, purpose: "sijill gallery 1 records \(manifest.identifier)")
        messageSeal = GallerySeal(key, purpose: "sijill gallery 1 messages \(manifest.identifier)")
        guard seal.check() == manifest.keyCheck else {
            throw GalleryShardsError(.key, "the key is not the gallery's: give the key file that it was made with")
        }
    }

    /// Makes an empty gallery in a folder. Throws `exists` when there is one.
    public static func make(_ path: String, shards: Int, key: SymmetricKey) throws(GalleryShardsError) -> GalleryFolder
    {
        guard shards >= 1, shards <= 1024 else {
            throw GalleryShardsError(.shards, "shards: give a number from 1 to 1024")
        }
        guard !FileManager.default.fileExists(atPath: "\(path)/\(manifestName)") else {
            throw GalleryShardsError(.exists, "there is a gallery in the folder: add to it, or name another folder")
        }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw GalleryShardsError(.failed, "the folder of the gallery cannot be made") }
        let identifier = UUID().uuidString
        let records = try Descriptor(opening: "\(path)/\(recordsName)", O_RDWR | O_CREAT | O_TRUNC)
        try records.cut(to: GalleryHead.bytes)
        for generation in [UInt64(0), 1] {
            try GalleryHead(generation: generation, length: GalleryHead.bytes, lastOrder: 0).write(records)
        }
        try records.synchronise()
        let check = GallerySeal(key, purpose: "sijill gallery 1 records \(identifier)").check()
        let manifest = Manifest(version: 1, identifier: identifier, shards: shards, keyCheck: check)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        guard let data = try? encoder.encode(manifest) else {
            throw GalleryShardsError(.failed, "\(manifestName) cannot be written")
        }
        let file = try Descriptor(opening: "\(path)/\(manifestName).new", O_RDWR | O_CREAT | O_TRUNC)
        try file.write([UInt8](data), at: 0)
        try file.synchronise()
        guard rename("\(path)/\(manifestName).new", "\(path)/\(manifestName)") == 0 else {
            throw GalleryShardsError(.failed, "\(manifestName) cannot be put in its place")
        }
        try Descriptor(opening: path, O_RDONLY).synchronise()
        return try GalleryFolder(path, key: key)
    }

    /// The last order number that was given, 0 in an empty gallery.
    public func lastOrder() throws(GalleryShardsError) -> UInt64 { try GalleryHead.read(records(O_RDONLY)).lastOrder }

    func records(_ flags: Int32) throws(GalleryShardsError) -> Descriptor {
        try Descriptor(opening: "\(path)/\(Self.recordsName)", flags)
    }

    /// The additional data of a record's seal.
    func place(_ kind: GalleryFrame.Kind, _ order: UInt64) -> [UInt8] {
        withUnsafeBytes(of: order.littleEndian) { [kind.rawValue] + $0 }
    }
}
