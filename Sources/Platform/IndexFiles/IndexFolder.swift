import Foundation
public import Linkage
import Synchronization

/// The candidate index of a folder: unchanging mapped segments, a log of the newest records, and a manifest that says
/// which files count.
///
/// One process writes at a time (`index.busy` otherwise); any number reads. Reading goes on while a merge runs: a
/// `Snapshot` keeps the segments it was made of, even when their files have been replaced.
public final class IndexFolder: Sendable {
    /// What the index held at one moment.
    public struct Snapshot: Sendable {
        public let model: IndexModel
        public let segments: [IndexSegment]
        /// How many records there are.
        public var count: Int { segments.reduce(0) { $0 + $1.count } }
    }

    /// Records in the log before they become a segment.
    public static let headLimit = 512
    /// Segments of one size before they become one.
    public static let segmentsOfOneSize = 4

    let folder: String
    let parallel: Parallel
    let configuration: LinkageConfiguration
    let state: Mutex<State>
    /// Held by whoever changes the folder; readers never wait for it.
    let writing = Mutex<Void>(())
    private let lock: Int32?

    struct State {
        var manifest: IndexManifest
        var model: IndexModel
        var mapped: [IndexSegment]
        /// The log as a segment in memory.
        var head: IndexSegment?
    }

    /// Opens an index.
    ///
    /// Throws `IndexFilesError`, or `LinkageError.index` when a file is not of this configuration. With `forWriting`,
    /// files that an interrupted change left behind are removed.
    public init(
        _ folder: String, configuration: LinkageConfiguration, parallel: Parallel = .serial, forWriting: Bool = false
    ) throws {
        self.folder = folder
        self.configuration = configuration
        self.parallel = parallel
        lock = forWriting ? try Self.locked(folder) : nil
        let manifest = try IndexManifest.read(folder)
        let file = try MappedFile("\(folder)/\(manifest.model)")
        let model = try withExtendedLifetime(file) { try IndexModel(bytes: file.bytes, configuration: configuration) }
        var mapped: [IndexSegment] = []
        for segment in manifest.segments { mapped.append(try Self.map("\(folder)/\(segment.file)")) }
        state = Mutex(State(manifest: manifest, model: model, mapped: mapped, head: nil))
        try readHead()
        if forWriting { removeStrayFiles() }
    }

    deinit {
        if let lock { close(lock) }
    }

    /// Makes an index of the records a linker holds, in place of the one that may be in the folder.
    public static func make(_ folder: String, of linker: Linker, parallel: Parallel) throws {
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            throw IndexFilesError(.failed, "the folder of the index cannot be made")
        }
        let lock = try locked(folder)
        defer { close(lock) }
        let generation = ((try? IndexManifest.read(folder))?.generation ?? 0) + 1
        let model = IndexModel(linker)
        let segment = try IndexSegment.build(
            EnteredRecords(linker.table, linker.configuration), model: model, parallel: parallel)
        let manifest = IndexManifest(
            generation: generation, model: "model-\(generation)",
            segments: [.init(file: "segment-\(generation)", count: linker.table.count)], head: "head-\(generation)")
        try DurableFile.replace("\(folder)/\(manifest.model)", with: model.bytes)
        try DurableFile.replace("\(folder)/segment-\(generation)", with: segment)
        try manifest.write(folder)
        removeStrayFiles(folder, manifest)
    }

    /// What the index holds now.
    public var snapshot: Snapshot {
        state.withLock { Snapshot(model: $0.model, segments: $0.mapped + ($0.head.map { [$0] } ?? [])) }
    }

    static func map(_ path: String) throws -> IndexSegment {
        let file = try MappedFile(path)
        return try IndexSegment(bytes: file.bytes, owner: file)
    }

    private static func locked(_ folder: String) throws(IndexFilesError) -> Int32 {
        let descriptor = open("\(folder)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw IndexFilesError(.failed, "the folder of the index cannot be written") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw IndexFilesError(.busy, "another process changes the index: try again when it has ended")
        }
        return descriptor
    }

    func removeStrayFiles() { Self.removeStrayFiles(folder, state.withLock { $0.manifest }) }

    /// Removes what no manifest names: left by an interrupted change, or replaced.
    private static func removeStrayFiles(_ folder: String, _ manifest: IndexManifest) {
        for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where !manifest.files.contains(file)
            && (file.hasSuffix(".new") || ["model-", "segment-", "head-"].contains(where: file.hasPrefix))
        {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(file)")
        }
    }
}
