import Dispatch
import Foundation
public import Gallery
import Synchronization

/// One shard of a gallery, opened into memory, following what is appended.
///
/// Sealed records are mapped from the file and opened one by one into memory that is not swapped or dumped; the file
/// itself never holds an open template.
public final class HeldGallery: Sendable {
    struct State {
        var entries: [GallerySearch.Entry] = []
        var identifiers: [String] = []
        var lastOrder: UInt64 = 0
        /// Bytes of the file that were taken in.
        var taken = GalleryHead.bytes
        var memory = SecretMemory()
        /// Bytes of templates in memory.
        var bytes = 0
    }

    /// What a shard holds.
    public struct Status: Sendable {
        public let lastOrder: UInt64
        public let persons: Int
        public let bytes: Int
        /// Whether the system keeps all templates out of the swap.
        public let isLocked: Bool
    }

    public let shard: Shard
    let folder: GalleryFolder
    private let threads: Int
    /// Searching and following take turns.
    private let state: Mutex<State>

    /// Opens a shard; costs about a second a gigabyte of templates.
    ///
    /// Throws `shards` when the gallery is cut otherwise, `damaged` with the order number of a record that does not open.
    public init(_ folder: GalleryFolder, shard: Shard, threads: Int = 1) throws(GalleryShardsError) {
        guard shard.count == folder.shards || shard == .whole else {
            throw GalleryShardsError(
                .shards, "the gallery has \(folder.shards) shards, not \(shard.count): name one of them")
        }
        (self.shard, self.folder, self.threads) = (shard, folder, max(1, threads))
        state = Mutex(State())
        try follow()
    }

    public var status: Status {
        state.withLock {
            Status(
                lastOrder: $0.lastOrder, persons: $0.entries.count, bytes: $0.bytes, isLocked: $0.memory.isLocked)
        }
    }

    /// Takes in what was appended since; gives the last order number seen.
    @discardableResult
    public func follow() throws(GalleryShardsError) -> UInt64 {
        let outcome: Result<UInt64, GalleryShardsError> = state.withLock { state in
            do throws(GalleryShardsError) {
                try takeIn(&state)
                return .success(state.lastOrder)
            } catch { return .failure(error) }
        }
        return try outcome.get()
    }

    /// Searches the shard as it is after taking in what was appended.
    ///
    /// Searches take turns; each uses all threads. An entry with the order number `own` is passed over.
    public func search(_ search: GallerySearch, excluding own: UInt64? = nil) throws(GalleryShardsError) -> ShardAnswer
    {
        try follow()
        return state.withLock { state in
            let (entries, names) = (state.entries, state.identifiers)
            let parts = min(threads * 8, max(1, entries.count / 64))
            let tallies = Mutex([Int: SearchTally]())
            let next = Mutex(0)
            DispatchQueue.concurrentPerform(iterations: min(threads, parts)) { _ in
                let matcher = PersonMatcher()
                while true {
                    let part = next.withLock { value in
                        defer { value += 1 }
                        return value
                    }
                    guard part < parts else { return }
                    let range = entries.count * part / parts..<entries.count * (part + 1) / parts
                    let tally = search.run(entries[range], excluding: own, matcher: matcher) {
                        names[range.lowerBound + $0]
                    }
                    tallies.withLock { $0[part] = tally }
                }
            }
            var sum = SearchTally()
            for tally in tallies.withLock({ $0 }).values { sum.add(tally, most: search.most) }
            return ShardAnswer(shard: shard, lastOrder: state.lastOrder, tally: sum)
        }
    }

    private func takeIn(_ state: inout State) throws(GalleryShardsError) {
        let file = try folder.records(O_RDONLY)
        let head = try GalleryHead.read(file)
        guard head.length >= state.taken, head.lastOrder >= state.lastOrder else {
            throw GalleryShardsError(
                .damaged, "the gallery has gone back to an earlier state: start the matchers again, and see why")
        }
        guard head.length > state.taken else { return }
        let mapping = try Mapping(file, length: head.length)
        var enrolments: [(order: UInt64, sealed: UnsafeRawBufferPointer, offset: Int)] = []
        var removed: Set<UInt64> = []
        var (offset, order) = (state.taken, state.lastOrder)
        while offset < head.length {
            order += 1
            let frame = try GalleryFrame(mapping.bytes, at: offset, due: order)
            let start = offset + GalleryFrame.head
            let sealed = UnsafeRawBufferPointer(rebasing: mapping.bytes[start..<(start + frame.sealedCount)])
            switch frame.kind {
            case .removal:
                guard let plain = folder.seal.open(sealed, folder.place(.removal, order)), plain.count == 8 else {
                    throw GalleryFrame.damaged(order)
                }
                removed.insert(plain.reversed().reduce(0) { $0 << 8 | UInt64($1) })
            case .enrolment where shard.holds(order): enrolments.append((order, sealed, offset))
            case .enrolment: break
            case .erased: removed.insert(order)
            }
            offset += frame.length
        }
        guard order == head.lastOrder else { throw GalleryFrame.damaged(order) }
        var next = state
        try open(enrolments.filter { !removed.contains($0.order) }, mapping, &next)
        drop(removed, &next)
        (next.taken, next.lastOrder) = (offset, order)
        state = next
    }

    /// Opens records batch by batch: opened copies of at most one batch lie outside of the secret memory.
    private func open(
        _ enrolments: [(order: UInt64, sealed: UnsafeRawBufferPointer, offset: Int)], _ mapping: Mapping,
        _ state: inout State
    ) throws(GalleryShardsError) {
        let batch = 1024
        for start in stride(from: 0, to: enrolments.count, by: batch) {
            nonisolated(unsafe) let part = enrolments[start..<min(enrolments.count, start + batch)]
            let opened = Mutex([Int: Data]())
            DispatchQueue.concurrentPerform(iterations: min(threads, part.count)) { thread in
                for index in stride(from: part.startIndex + thread, to: part.endIndex, by: min(threads, part.count)) {
                    let one = part[index]
                    let plain = folder.seal.open(one.sealed, folder.place(.enrolment, one.order))
                    opened.withLock { $0[index] = plain }
                }
            }
            var plains = opened.withLock { $0 }
            for index in part.indices {
                let (order, _, offset) = part[index]
                guard var plain = plains.removeValue(forKey: index) else {
                    // It may have been removed since its head was read.
                    if mapping.bytes[offset + 4] == GalleryFrame.Kind.erased.rawValue { continue }
                    throw GalleryFrame.damaged(order)
                }
                try take(&plain, order, &state)
            }
        }
    }

    /// Puts an opened record into the secret memory and wipes what it was opened into.
    private func take(_ plain: inout Data, _ order: UInt64, _ state: inout State) throws(GalleryShardsError) {
        guard plain.count >= 2 else { throw GalleryFrame.damaged(order) }
        let nameCount = Int(plain[0]) | Int(plain[1]) << 8
        let start = (2 + nameCount + 7) & ~7
        guard start < plain.count, let name = String(validating: plain[2..<(2 + nameCount)], as: UTF8.self) else {
            throw GalleryFrame.damaged(order)
        }
        let room = try state.memory.room(plain.count - start)
        plain.withUnsafeBytes { room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start...])) }
        plain.resetBytes(in: 0..<plain.count)
        do { state.entries.append(.init(order: order, view: try PersonView(UnsafeRawBufferPointer(room)))) } catch {
            throw GalleryShardsError(.damaged, "the record with order number \(order): \(error)")
        }
        state.identifiers.append(name)
        state.bytes += room.count
    }

    /// Lets persons go; their templates are wiped.
    private func drop(_ removed: Set<UInt64>, _ state: inout State) {
        guard !removed.isEmpty else { return }
        let kept = state.entries.indices.filter { !removed.contains(state.entries[$0].order) }
        guard kept.count < state.entries.count else { return }
        for entry in state.entries where removed.contains(entry.order) {
            state.bytes -= entry.view.byteCount
            state.memory.wipe(entry.view.bytes)
        }
        state.entries = kept.map { state.entries[$0] }
        state.identifiers = kept.map { state.identifiers[$0] }
    }
}
