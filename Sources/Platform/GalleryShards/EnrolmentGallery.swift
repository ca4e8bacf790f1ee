public import Crypto
import Foundation
public import Gallery
import Synchronization

/// One step of a list that a gallery follows: its place in the list is its order number.
public enum GalleryEvent: Sendable {
    case enrolment(GalleryFolder.Enrolment)
    /// The order number of an enrolment that no longer counts.
    case removal(UInt64)
}

/// The gallery of a running installation: made at its first use, kept up with a list of enrolments, and searched.
///
/// The list, in a store, is what counts; the gallery's files are a sealed copy that can be thrown away and made again.
/// Nothing here blocks the caller's thread.
public final class EnrolmentGallery: Sendable {
    public struct Settings: Sendable {
        /// The gallery's folder.
        public var path: String
        /// Addresses of the matchers of all shards, that of shard 1 first; none: this process searches by itself.
        public var matchers: [MatcherAddress]
        /// Seconds within which a matcher has to answer.
        public var seconds: Double
        /// Threads of a search in this process.
        public var threads: Int

        public init(path: String, matchers: [MatcherAddress] = [], seconds: Double = 10, threads: Int = 2) {
            (self.path, self.matchers, self.seconds, self.threads) = (path, matchers, seconds, threads)
        }
    }

    private struct State {
        var folder: GalleryFolder?
        var held: HeldGallery?
    }

    private let settings: Settings
    private let key: SymmetricKey
    private let state = Mutex(State())

    /// Opens nothing yet.
    public init(_ settings: Settings, key: SymmetricKey) { (self.settings, self.key) = (settings, key) }

    /// The last order number that the files hold. Throws `GalleryShardsError`.
    public func lastOrder() async throws -> UInt64 { try await apart { try self.folder().lastOrder() } }

    /// Adds what the list has behind `after`; see `GalleryFolder.append(_:after:)`.
    public func append(_ events: [GalleryEvent], after: UInt64) async throws {
        try await apart { try self.folder().append(events, after: after) }
    }

    /// Throws the files away, since the list is another than the one they followed: an older state of it was restored.
    ///
    /// Matchers have to be started again.
    public func discard() async throws {
        try await apart {
            try self.state.withLock { state in
                state = State()
                guard FileManager.default.fileExists(atPath: self.settings.path) else { return }
                do { try FileManager.default.removeItem(atPath: self.settings.path) } catch {
                    throw GalleryShardsError(.failed, "the gallery's folder cannot be removed: see its permissions")
                }
            }
        }
    }

    /// Searches all shards for everybody like the enrolment with the order number `order`.
    ///
    /// Never throws: whatever goes wrong makes the answer incomplete, with the reason. A score below `least` makes no
    /// candidate.
    public func search(_ probe: PersonTemplates, order: UInt64, least: Float) async -> SearchAnswer {
        let needed = order > 0 ? order - 1 : 0
        do {
            return try await apart {
                if !self.settings.matchers.isEmpty {
                    let search = ShardedSearch(
                        try self.folder(), matchers: self.settings.matchers, seconds: self.settings.seconds)
                    return search.search(probe, needed: needed, own: order, least: least)
                }
                let search = GallerySearch(PersonProbe(probe), least: least)
                let answer = try self.held().search(search, excluding: order)
                return SearchAnswer([(1, .answered(answer))], shards: 1, needed: needed)
            }
        } catch {
            let code = (error as? GalleryShardsError)?.code.rawValue ?? GalleryShardsError.Code.failed.rawValue
            return SearchAnswer([(1, .failed(code: code))], shards: 1, needed: needed)
        }
    }

    private func folder() throws(GalleryShardsError) -> GalleryFolder {
        let outcome: Result<GalleryFolder, GalleryShardsError> = state.withLock { state in
            if let folder = state.folder { return .success(folder) }
            do throws(GalleryShardsError) {
                let folder = try opened()
                state.folder = folder
                return .success(folder)
            } catch { return .failure(error) }
        }
        return try outcome.get()
    }

    private func opened() throws(GalleryShardsError) -> GalleryFolder {
        do throws(GalleryShardsError) { return try GalleryFolder(settings.path, key: key) } catch {
            guard error.code == .missing else { throw error }
        }
        do throws(GalleryShardsError) {
            return try GalleryFolder.make(settings.path, shards: max(1, settings.matchers.count), key: key)
        } catch {
            // Another process has made it in between.
            guard error.code == .exists else { throw error }
            return try GalleryFolder(settings.path, key: key)
        }
    }

    private func held() throws -> HeldGallery {
        let folder = try folder()
        return try state.withLock { state in
            if let held = state.held { return held }
            let held = try HeldGallery(folder, shard: .whole, threads: settings.threads)
            state.held = held
            return held
        }
    }

    /// On a thread of its own: files and matchers are waited for.
    private func apart<Answer: Sendable>(_ work: @escaping @Sendable () throws -> Answer) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
        }
    }
}
