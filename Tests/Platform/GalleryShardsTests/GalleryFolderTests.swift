import Crypto
import Foundation
import Gallery
import GalleryShards
import InventedPersons
import Testing

/// A folder that goes with the test.
final class GalleryPlace {
    let path = NSTemporaryDirectory() + "gallery-\(UUID().uuidString)"
    static let key = SymmetricKey(data: [UInt8](repeating: 7, count: 32))

    func make(shards: Int = 1) throws -> GalleryFolder {
        try GalleryFolder.make(path, shards: shards, key: Self.key)
    }

    func open() throws -> GalleryFolder { try GalleryFolder(path, key: Self.key) }

    var records: URL { URL(fileURLWithPath: "\(path)/records") }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Persons by one finger, prepared once: preparing takes most of a test's time.
enum Crowd {
    static let first: [PersonTemplates] = make(visit: 1)
    static let second: [PersonTemplates] = make(visit: 2)

    private static func make(visit: UInt64) -> [PersonTemplates] {
        (0..<6).compactMap { try? InventedPerson(seed: 21, number: $0).templates([2], visit: visit) }
    }

    static func enrolments(_ range: Range<Int>) -> [GalleryFolder.Enrolment] {
        range.map { .init(identifier: "person \($0)", templates: first[$0]) }
    }

    static func search(_ number: Int) -> GallerySearch { GallerySearch(PersonProbe(second[number]), least: 40) }
}

@Suite("A gallery's files")
struct GalleryFolderTests {
    @Test("what was appended is found after opening again, and followed while open")
    func append() throws {
        let place = GalleryPlace()
        let folder = try place.make()
        #expect(try folder.lastOrder() == 0)
        #expect(try folder.append(Crowd.enrolments(0..<3)) == 1...3)
        let held = try HeldGallery(try place.open(), shard: .whole, threads: 2)
        #expect(held.status.lastOrder == 3 && held.status.persons == 3)
        let found = try held.search(Crowd.search(1))
        #expect(found.tally.candidates.map(\.identifier) == ["person 1"] && found.lastOrder == 3)
        #expect(try held.search(Crowd.search(4)).tally.candidates.isEmpty)
        #expect(try folder.append(Crowd.enrolments(3..<5)) == 4...5)
        let later = try held.search(Crowd.search(4))
        #expect(later.tally.candidates.map(\.order) == [5] && later.lastOrder == 5)
        #expect(try held.search(Crowd.search(4), excluding: 5).tally.candidates.isEmpty)
    }

    @Test("shards hold everybody once and together find what one would")
    func shards() throws {
        let place = GalleryPlace()
        let folder = try place.make(shards: 3)
        _ = try folder.append(Crowd.enrolments(0..<6))
        let held = try (1...3).map { try HeldGallery(folder, shard: try Shard($0, of: 3)) }
        #expect(held.map(\.status.persons).reduce(0, +) == 6)
        #expect(held.allSatisfy { $0.status.lastOrder == 6 })
        for number in 0..<6 {
            let found = try held.flatMap { try $0.search(Crowd.search(number)).tally.candidates }
            #expect(found.map(\.identifier) == ["person \(number)"])
        }
        #expect { try HeldGallery(folder, shard: try Shard(1, of: 2)) } throws: {
            ($0 as? GalleryShardsError)?.code == .shards
        }
    }

    @Test("the file shows neither names nor templates, and opens with its own key only")
    func sealed() throws {
        let place = GalleryPlace()
        _ = try place.make().append(Crowd.enrolments(0..<2))
        let bytes = try Data(contentsOf: place.records)
        #expect(bytes.range(of: Data("person".utf8)) == nil)
        #expect(bytes.range(of: Data("SIPT".utf8)) == nil)
        let other = SymmetricKey(data: [UInt8](repeating: 8, count: 32))
        #expect { try GalleryFolder(place.path, key: other) } throws: { ($0 as? GalleryShardsError)?.code == .key }
        let mode = try FileManager.default.attributesOfItem(atPath: place.records.path)[.posixPermissions] as? NSNumber
        #expect((mode?.intValue ?? 0o777) & 0o077 == 0)
    }

    @Test("what an append left half written is not read, and the next append writes over it")
    func torn() throws {
        let place = GalleryPlace()
        let folder = try place.make()
        _ = try folder.append(Crowd.enrolments(0..<2))
        let whole = try Data(contentsOf: place.records)
        _ = try folder.append(Crowd.enrolments(2..<3))
        let after = try Data(contentsOf: place.records)
        // A power cut before the commit: any part of the record is there, the head is the old one.
        for part in [1, 15, 16, 100, after.count - whole.count] {
            try (whole + after[whole.count..<(whole.count + part)]).write(to: place.records)
            #expect(try HeldGallery(folder, shard: .whole).status.lastOrder == 2)
            #expect(try folder.append(Crowd.enrolments(3..<4)) == 3...3)
            let found = try HeldGallery(folder, shard: .whole).search(Crowd.search(3))
            #expect(found.tally.candidates.map(\.identifier) == ["person 3"])
        }
        // One of the two places of the head is half written: the other one counts.
        for slot in [0, 512] {
            var damaged = after
            damaged[slot + 20] ^= 0xFF
            try damaged.write(to: place.records)
            #expect([2, 3].contains(try HeldGallery(folder, shard: .whole).status.lastOrder))
        }
    }

    @Test("a changed, moved or missing record is damage, and named by its order number")
    func damaged() throws {
        let place = GalleryPlace()
        let folder = try place.make()
        _ = try folder.append(Crowd.enrolments(0..<2))
        let whole = try Data(contentsOf: place.records)
        let middle = 4096 + (whole.count - 4096) / 4
        for offset in [4096, 4100, 4104, 4112, middle, whole.count - 12] {
            var damaged = whole
            damaged[offset] ^= 1
            try damaged.write(to: place.records)
            #expect { try HeldGallery(folder, shard: .whole) } throws: { error in
                guard let error = error as? GalleryShardsError else { return false }
                return error.code == .damaged && error.reason.contains("order number")
            }
        }
        try whole[..<(whole.count - 8)].write(to: place.records)
        #expect(throws: GalleryShardsError.self) { try HeldGallery(folder, shard: .whole) }
    }

    @Test("a removed person is found no more, its bytes are gone, and its order number stays used")
    func removal() throws {
        let place = GalleryPlace()
        let folder = try place.make(shards: 2)
        _ = try folder.append(Crowd.enrolments(0..<4))
        let held = try HeldGallery(folder, shard: try Shard(1, of: 2))
        #expect(try held.search(Crowd.search(2)).tally.candidates.map(\.order) == [3])
        #expect(try folder.remove(3) == 5)
        let after = try held.search(Crowd.search(2))
        #expect(after.tally.candidates.isEmpty && after.lastOrder == 5 && held.status.persons == 1)
        let fresh = try HeldGallery(folder, shard: .whole)
        #expect(fresh.status.persons == 3 && fresh.status.lastOrder == 5)
        let bytes = try Data(contentsOf: place.records)
        #expect(bytes.range(of: Data(repeating: 0, count: 2000), in: 4096..<bytes.count) != nil)
        for order in [UInt64(0), 3, 5, 6] {
            #expect { try folder.remove(order) } throws: { ($0 as? GalleryShardsError)?.code == .order }
        }
        #expect(try folder.append(Crowd.enrolments(4..<5)) == 6...6)
    }

    @Test("a gallery is made once, and one that is not there is said to be missing")
    func making() throws {
        let place = GalleryPlace()
        #expect { try place.open() } throws: { ($0 as? GalleryShardsError)?.code == .missing }
        _ = try place.make()
        #expect { try place.make() } throws: { ($0 as? GalleryShardsError)?.code == .exists }
    }

    @Test("of enrolments of one person at the same time exactly one passes, over the real files")
    func concurrent() throws {
        let threads = 4
        for round in 0..<2 {
            let place = GalleryPlace()
            let folder = try place.make(shards: 2)
            _ = try folder.append(Crowd.enrolments(1..<2))
            let held = try (1...2).map { try HeldGallery(folder, shard: try Shard($0, of: 2)) }
            let verdicts = Verdicts()
            DispatchQueue.concurrentPerform(iterations: threads) { thread in
                do {
                    // Each is another desk with the same person.
                    let templates = thread % 2 == 0 ? Crowd.first[0] : Crowd.second[0]
                    let own = GalleryFolder.Enrolment(identifier: "desk \(thread)", templates: templates)
                    guard let order = try folder.append([own])?.lowerBound else { return }
                    let search = GallerySearch(PersonProbe(templates), least: 40)
                    let outcomes = try held.map { shard in
                        (
                            shard: shard.shard.number,
                            outcome: SearchAnswer.Outcome.answered(try shard.search(search, excluding: order))
                        )
                    }
                    let answer = SearchAnswer(outcomes, shards: 2, needed: order - 1)
                    verdicts.add(EnrolmentVerdict(order: order, answer: answer))
                } catch { Issue.record(error) }
            }
            #expect(verdicts.all.count == threads)
            #expect(verdicts.all.count { $0 == .clear } == 1, "round \(round)")
        }
    }
}
