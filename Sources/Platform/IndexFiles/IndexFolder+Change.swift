public import Linkage
import Synchronization

extension IndexFolder {
    /// A record to be added: its identifier and its columns by name.
    public struct Entry: Sendable {
        public let identifier: String
        public let values: [String: String]

        public init(identifier: String, values: [String: String]) {
            self.identifier = identifier
            self.values = values
        }
    }

    /// Adds records; when it returns they are on the medium and snapshots hold them.
    ///
    /// Few records go to the log, many become a segment at once. Throws `IndexFilesError.duplicateIdentifier` before
    /// anything is written when an identifier is already there.
    public func append(_ entries: [Entry]) throws {
        try writing.withLock { _ in
            let snapshot = snapshot
            var seen: Set<String> = []
            for entry in entries
            where !seen.insert(entry.identifier).inserted
                || snapshot.segments.contains(where: { $0.holds(entry.identifier) })
            {
                throw IndexFilesError(
                    .duplicateIdentifier, "record \(seen.count) has an identifier that is already in the index")
            }
            let head = state.withLock { HeadLog(path: "\(folder)/\($0.manifest.head)") }
            let waiting = head.frames().frames
            guard waiting.count + entries.count > Self.headLimit else {
                try head.append(entries.map(frame))
                return try readHead()
            }
            var entered = EnteredRecords(configuration)
            for entry in waiting.map(self.entry) + entries {
                entered.append(identifier: entry.identifier, entry.values)
            }
            try change { manifest, model throws in
                let file = "segment-\(manifest.generation)"
                try DurableFile.replace(
                    "\(folder)/\(file)", with: IndexSegment.build(entered, model: model, parallel: parallel))
                manifest.segments.append(.init(file: file, count: entered.count))
                manifest.head = "head-\(manifest.generation)"
            }
        }
    }

    /// Merges segments of one size until fewer than four are left of each; gives how often it did.
    ///
    /// Meant for the background: snapshots can be taken all the while, and appends wait only while a merge lasts.
    /// Stopped at any moment, the index is as it was before.
    @discardableResult
    public func merge() throws -> Int {
        var merges = 0
        while try writing.withLock({ _ in try mergeOnce() }) { merges += 1 }
        return merges
    }

    private func mergeOnce() throws -> Bool {
        let (manifest, mapped) = state.withLock { ($0.manifest, $0.mapped) }
        let sizes = Dictionary(grouping: manifest.segments.indices) { Self.size(manifest.segments[$0].count) }
        guard let group = sizes.filter({ $0.value.count >= Self.segmentsOfOneSize }).min(by: { $0.key < $1.key })?.value
        else { return false }
        try change { manifest, model throws in
            let file = "segment-\(manifest.generation)"
            let merged = try IndexSegment.merge(group.map { mapped[$0] }, model: model, parallel: parallel)
            try DurableFile.replace("\(folder)/\(file)", with: merged)
            let count = group.reduce(0) { $0 + manifest.segments[$1].count }
            for place in group.sorted(by: >) { manifest.segments.remove(at: place) }
            manifest.segments.append(.init(file: file, count: count))
            manifest.segments.sort { $0.count > $1.count }
        }
        return true
    }

    /// Sizes by powers of four.
    private static func size(_ count: Int) -> Int { (Int.bitWidth - max(1, count).leadingZeroBitCount) / 2 }

    /// Writes new files, then the manifest that names them, then removes the old ones.
    private func change(_ body: (inout IndexManifest, IndexModel) throws -> Void) throws {
        var (manifest, model) = state.withLock { ($0.manifest, $0.model) }
        manifest.generation += 1
        try body(&manifest, model)
        try manifest.write(folder)
        let mapped = try manifest.segments.map { try Self.map("\(folder)/\($0.file)") }
        state.withLock { ($0.manifest, $0.mapped) = (manifest, mapped) }
        try readHead()
        removeStrayFiles()
    }

    /// Makes the log a segment in memory.
    func readHead() throws {
        let (head, model) = state.withLock { (HeadLog(path: "\(folder)/\($0.manifest.head)"), $0.model) }
        let frames = head.frames().frames
        var segment: IndexSegment?
        if !frames.isEmpty {
            var entered = EnteredRecords(configuration)
            for entry in frames.map(entry) { entered.append(identifier: entry.identifier, entry.values) }
            segment = try IndexSegment(IndexSegment.build(entered, model: model, parallel: parallel))
        }
        state.withLock { $0.head = segment }
    }

    /// Names and values, each with its length.
    private func frame(_ entry: Entry) -> [UInt8] {
        var bytes: [UInt8] = []
        for text in [entry.identifier] + entry.values.sorted(by: { $0.key < $1.key }).flatMap({ [$0.key, $0.value] }) {
            let utf8 = Array(text.utf8.prefix(Int(UInt16.max)))
            bytes.append(UInt8(utf8.count & 255))
            bytes.append(UInt8(utf8.count >> 8))
            bytes += utf8
        }
        return bytes
    }

    private func entry(_ frame: [UInt8]) -> Entry {
        var texts: [String] = []
        var place = 0
        while place + 2 <= frame.count {
            let end = min(frame.count, place + 2 + Int(frame[place]) + Int(frame[place + 1]) << 8)
            texts.append(String(decoding: frame[(place + 2)..<end], as: UTF8.self))
            place = end
        }
        var values: [String: String] = [:]
        for index in stride(from: 1, to: texts.count - 1, by: 2) { values[texts[index]] = texts[index + 1] }
        return Entry(identifier: texts.first ?? "", values: values)
    }
}
