import Fingerprint
import InventedPersons
import Testing

@testable import Gallery

/// Bytes of persons, held as a matcher holds them.
final class HeldPersons {
    private(set) var entries: [GallerySearch.Entry] = []
    private var memory: [UnsafeMutableRawBufferPointer] = []

    init(_ persons: [PersonTemplates]) throws {
        for (index, person) in persons.enumerated() {
            let bytes = person.bytes()
            let room = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
            room.copyBytes(from: bytes)
            memory.append(room)
            entries.append(.init(order: UInt64(index + 1), view: try PersonView(UnsafeRawBufferPointer(room))))
        }
    }

    deinit { for room in memory { room.deallocate() } }
}

@Suite("Search among persons")
struct PersonMatcherTests {
    static let seed: UInt64 = 11
    static let fingers = [1, 2, 6, 7]

    static func person(_ number: Int) -> InventedPerson { InventedPerson(seed: seed, number: number) }

    @Test("kept reject columns give the likeness that whole templates give")
    func rejectColumns() {
        let matcher = FingerMatcher()
        for number in 0..<4 {
            let lists = [1, 2].map { Self.person(number).found($0) }
            // A short template as well, whose columns are narrower than the limit.
            for (one, other) in [(lists[0], lists[1]), (lists[0], Array(lists[1].prefix(11)))] {
                let (probe, candidate) = (FingerTemplate(one), FingerTemplate(other))
                let columns = candidate.rejectColumns
                #expect(columns.count == FingerTemplate.rejectColumnCount * candidate.rejectStride)
                let kept = matcher.quickLikeness(probe, rejectColumns: columns, stride: candidate.rejectStride)
                #expect(kept == matcher.quickLikeness(probe, candidate), "seed \(Self.seed)")
            }
        }
    }

    @Test("second impressions find their persons, strangers find nobody, and shards together answer what one would")
    func search() throws {
        let count = 8
        let held = try HeldPersons((0..<count).map { try Self.person($0).templates(Self.fingers) })
        let matcher = PersonMatcher()
        for number in [0, 3, 7, count] {
            let probe = PersonProbe(try Self.person(number).templates(Self.fingers, visit: 2))
            let search = GallerySearch(probe)
            let whole = search.run(held.entries, matcher: matcher) { "person \($0)" }
            #expect(
                whole.candidates.map(\.identifier) == (number < count ? ["person \(number)"] : []), "seed \(Self.seed)")
            #expect(whole.examined == count && whole.incomparable == 0)
            var sum = SearchTally()
            for shard in 1...3 {
                let own = try held.entries.indices.filter { try Shard(shard, of: 3).holds(held.entries[$0].order) }
                let part = search.run(own.map { held.entries[$0] }, matcher: matcher) { "person \(own[$0])" }
                sum.add(part, most: 20)
            }
            #expect(sum == whole, "seed \(Self.seed)")
        }
    }

    @Test("examining without a reject stage gives what comparing gives")
    func examineIsCompare() throws {
        let one = try Self.person(1).templates([2, 7], irises: [.left])
        let other = try Self.person(1).templates([2, 6, 7], irises: [.left, .right], visit: 2)
        let held = try HeldPersons([other])
        let matcher = PersonMatcher()
        let verdict = matcher.examine(PersonProbe(one), held.entries[0].view, stage: .none)
        let comparison = matcher.compare(one, other)
        #expect(verdict == .compared(comparison))
        #expect(comparison.fingers.map(\.position) == [2, 7])
        #expect(comparison.irises.map(\.eye) == [.left])
        #expect(comparison.score > 100 && comparison.falseMatchRate < 1e-10)
    }

    @Test("an iris finds a person whose fingers are another's")
    func irisAlone() throws {
        let mixed = try PersonTemplates(
            fingers: [2: Self.person(5).found(2)],
            irises: [.right: Self.person(6).iris(.right, visit: 1)])
        let held = try HeldPersons([mixed])
        let probe = PersonProbe(try Self.person(6).templates([2], irises: [.right], visit: 2))
        let tally = GallerySearch(probe).run(held.entries, matcher: PersonMatcher()) { _ in "found" }
        #expect(tally.candidates.count == 1)
        let stranger = PersonProbe(try Self.person(7).templates([2], irises: [.right], visit: 2))
        let nobody = GallerySearch(stranger).run(held.entries, matcher: PersonMatcher()) { _ in "found" }
        #expect(nobody.candidates.isEmpty)
    }

    @Test("a person with nothing in common is counted, not taken for another")
    func incomparable() throws {
        let held = try HeldPersons([
            try Self.person(1).templates([3]), try Self.person(2).templates([], irises: [.left]),
        ])
        let tally = GallerySearch(PersonProbe(try Self.person(1).templates([4], irises: [.right])))
            .run(held.entries, matcher: PersonMatcher()) { _ in "" }
        #expect(tally.incomparable == 2 && tally.examined == 2 && tally.compared == 0)
    }

    @Test("a finger that is not kept ready is compared all the same")
    func unready() throws {
        let whole = try Self.person(3).templates([1, 2, 3, 6, 7, 8, 9])
        let held = try HeldPersons([whole])
        #expect(whole.fingers.contains { $0.position == 9 && $0.rejectColumns.isEmpty })
        let tally = GallerySearch(PersonProbe(try Self.person(3).templates([9], visit: 2)))
            .run(held.entries, matcher: PersonMatcher()) { _ in "found" }
        #expect(tally.candidates.count == 1)
    }

    @Test("the own enrolment is passed over")
    func ownIsExcluded() throws {
        let templates = try Self.person(2).templates()
        let held = try HeldPersons([templates])
        let tally = GallerySearch(PersonProbe(templates))
            .run(held.entries, excluding: 1, matcher: PersonMatcher()) { _ in "self" }
        #expect(tally.candidates.isEmpty && tally.examined == 0)
    }

    // e^-s (1 + s) with s = 2 ln 10 is 0.0560517; R. A. Fisher's method for two rates of one tenth.
    @Test("two rates of one tenth together are one of 0.056, less the price of two tries")
    func fisher() {
        #expect(abs(Fusion.score([10, 10]) - (12.5141 - 3.0103)) < 0.001)
        #expect(Fusion.score([]) == 0 && Fusion.score([40]) == 40 && Fusion.score([0, 0, 0]) == 0)
    }

    @Test(
        "more evidence never lowers the score, and one good finger is not drowned by nine poor ones",
        arguments: [UInt64(5)])
    func fusionIsMonotone(seed: UInt64) {
        var state = seed
        func draw() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24) * 60
        }
        for _ in 0..<500 {
            var scores = (0..<10).map { _ in draw() }
            let before = Fusion.score(scores)
            let place = Int(draw()) % 10
            scores[place] += draw()
            #expect(Fusion.score(scores) >= before, "seed \(seed)")
        }
        #expect(Fusion.score([80] + [Float](repeating: 0, count: 9)) > 60)
    }
}
