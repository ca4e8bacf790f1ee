import Foundation
import Gallery
import GalleryShards
import Synchronization
import Testing

final class Verdicts: Sendable {
    private let kept = Mutex<[EnrolmentVerdict]>([])
    var all: [EnrolmentVerdict] { kept.withLock { $0 } }
    func add(_ one: EnrolmentVerdict) { kept.withLock { $0.append(one) } }
}

/// A matcher on a thread of this process, over a real socket.
final class RunningMatcher {
    let server: MatcherServer
    let address: MatcherAddress

    init(_ held: HeldGallery, at text: String) throws {
        address = try MatcherAddress(text)
        server = try MatcherServer(held, at: address)
        Thread.detachNewThread { [server] in server.run() }
    }

    deinit { server.close() }
}

@Suite("Matchers that answer over sockets")
struct MatcherTests {
    static func socket() -> String { "unix:/tmp/g\(UUID().uuidString.prefix(13)).sock" }

    @Test("all shards answer: the person is found, and the answer is complete through the last order number")
    func complete() throws {
        let place = GalleryPlace()
        let folder = try place.make(shards: 2)
        _ = try folder.append(Crowd.enrolments(0..<4))
        let matchers = try (1...2).map {
            try RunningMatcher(HeldGallery(folder, shard: Shard($0, of: 2)), at: Self.socket())
        }
        let search = ShardedSearch(folder, matchers: matchers.map(\.address), seconds: 60)
        let found = search.search(Crowd.second[3], needed: 4, least: 40)
        #expect(found.standing == .complete(through: 4))
        #expect(found.tally.candidates.map(\.identifier) == ["person 3"] && found.tally.examined == 4)
        // The same scores as in one process.
        let whole = try HeldGallery(folder, shard: .whole).search(Crowd.search(3))
        #expect(found.tally.candidates == whole.tally.candidates)
        // Enrolled while they run.
        _ = try folder.append(Crowd.enrolments(4..<5))
        let later = search.search(Crowd.second[4], needed: 5, least: 40)
        #expect(later.standing == .complete(through: 5) && later.tally.candidates.map(\.order) == [5])
    }

    @Test("a shard that is gone, mute, asked under another's number or without the key makes the answer incomplete")
    func incomplete() throws {
        let (place, strange) = (GalleryPlace(), GalleryPlace())
        let folder = try place.make(shards: 2)
        _ = try folder.append(Crowd.enrolments(0..<2))
        let one = try RunningMatcher(HeldGallery(folder, shard: Shard(1, of: 2)), at: Self.socket())
        func standing(_ second: [MatcherAddress], seconds: Double = 60) -> SearchAnswer.Standing {
            ShardedSearch(folder, matchers: [one.address] + second, seconds: seconds)
                .search(Crowd.second[0], needed: 2, least: 40).standing
        }
        #expect(standing([]) == .incomplete([.missing(shard: 2)]))
        let gone = try MatcherAddress(Self.socket())
        #expect(standing([gone]) == .incomplete([.failed(shard: 2, code: "galleryFiles.failed")]))
        #expect(standing([one.address]) == .incomplete([.misplaced(shard: 2)]))
        // It has the same key, and is the matcher of another gallery.
        let other = try strange.make(shards: 2)
        let alien = try RunningMatcher(HeldGallery(other, shard: Shard(2, of: 2)), at: Self.socket())
        #expect(standing([alien.address]) == .incomplete([.failed(shard: 2, code: "galleryFiles.failed")]))
    }

    @Test("a shard that says nothing within the time is a gap, and the others are not waited for longer")
    func mute() throws {
        let place = GalleryPlace()
        let folder = try place.make()
        let path = NSTemporaryDirectory() + "m\(UUID().uuidString.prefix(8))"
        // It listens and never accepts.
        let listener = Foundation.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer {
            Foundation.close(listener)
            unlink(path)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let isListening = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 && listen(listener, 8) == 0
            }
        }
        #expect(isListening)
        let search = ShardedSearch(folder, matchers: [try MatcherAddress("unix:\(path)")], seconds: 0.2)
        let answer = search.search(Crowd.first[0], needed: 0)
        #expect(answer.standing == .incomplete([.timedOut(shard: 1)]))
    }

    @Test("a shard that has not seen what the probe needs is stale, over TCP as well")
    func stale() throws {
        let (place, copy) = (GalleryPlace(), GalleryPlace())
        let folder = try place.make()
        _ = try folder.append(Crowd.enrolments(0..<2))
        try FileManager.default.copyItem(atPath: place.path, toPath: copy.path)
        _ = try folder.append(Crowd.enrolments(2..<3))
        let held = try HeldGallery(try copy.open(), shard: .whole)
        let matcher = try RunningMatcher(held, at: "127.0.0.1:0")
        let address = try MatcherAddress("127.0.0.1:\(matcher.server.port ?? 0)")
        let search = ShardedSearch(folder, matchers: [address], seconds: 60)
        let answer = search.search(Crowd.second[1], needed: 3, least: 40)
        #expect(answer.standing == .incomplete([.stale(shard: 1, lastOrder: 2, needed: 3)]))
        #expect(answer.tally.candidates.map(\.identifier) == ["person 1"])
        #expect(search.search(Crowd.second[1], needed: 2, least: 40).isComplete)
    }

    @Test(
        "addresses that are none are refused", arguments: ["", "unix:", "host", "host:", ":80", "host:99999", "host:x"])
    func addresses(text: String) {
        #expect { try MatcherAddress(text) } throws: { ($0 as? GalleryShardsError)?.code == .address }
    }
}
