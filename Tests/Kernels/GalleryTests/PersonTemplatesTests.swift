import Fingerprint
import InventedPersons
import Testing

@testable import Gallery

@Suite("Templates of a person")
struct PersonTemplatesTests {
    static let person = InventedPerson(seed: 4, number: 1)

    @Test("bytes give back fingers, reject columns and irises, and the same bytes again")
    func roundTrip() throws {
        let templates = try Self.person.templates([1, 2, 3, 5, 6, 7, 8, 10], irises: [.left, .right])
        let bytes = templates.bytes()
        let read = try PersonTemplates(reading: bytes)
        #expect(read.bytes() == bytes)
        #expect(read.fingers.map(\.position) == [1, 2, 3, 5, 6, 7, 8, 10])
        #expect(read.fingers.map(\.minutiae) == templates.fingers.map(\.minutiae))
        #expect(read.fingers.count { !$0.rejectColumns.isEmpty } == PersonTemplates.readyFingers)
        #expect(read.irises == templates.irises)
        #expect(bytes.count % 8 == 0 && bytes.count <= PersonView.mostBytes)
    }

    @Test("minutiae of a record are kept without a change")
    func recordsAreExact() throws {
        let given = Self.person.found(2)
        let kept = try PersonTemplates(fingers: [2: given]).fingers[0].minutiae
        #expect(Set(kept) == Set(given))
    }

    @Test("bytes that end early, at any place, are refused")
    func truncated() throws {
        let bytes = try Self.person.templates(irises: [.left]).bytes()
        for length in 0..<bytes.count {
            #expect(throws: GalleryError.self) { try PersonTemplates(reading: Array(bytes[..<length])) }
        }
        #expect(throws: GalleryError.self) { try PersonTemplates(reading: bytes + [UInt8](repeating: 0, count: 8)) }
    }

    @Test("any byte may be changed: what is read is whole, or refused with a code")
    func mutated() throws {
        let bytes = try Self.person.templates(irises: [.right]).bytes()
        for place in 0..<min(64, bytes.count) {
            for value in [UInt8(0), 1, 10, 11, 97, 127, 255] {
                var changed = bytes
                changed[place] = value
                guard let read = try? PersonTemplates(reading: changed) else { continue }
                #expect(read.bytes().count == changed.count)
            }
        }
    }

    @Test("what is wrong is said by code and field")
    func codes() throws {
        let bytes = try Self.person.templates().bytes()
        func code(_ change: (inout [UInt8]) -> Void) -> GalleryError.Code? {
            var changed = bytes
            change(&changed)
            do { _ = try PersonTemplates(reading: changed) } catch { return (error as? GalleryError)?.code }
            return nil
        }
        #expect(code { $0[0] = 0 } == .signature)
        #expect(code { $0[4] = 2 } == .version)
        #expect(code { $0[8] &+= 8 } == .length)
        #expect(code { $0[5] = 11 } == .value)
        #expect(code { $0[16] = 0 } == .position)
        #expect(code { _ in } == nil)
        let minutia = FingerMinutia(x: 1, y: 1, angle: 0, kind: .ending)
        let positions: [Int] = [0, 11, -1]
        for position in positions {
            #expect { try PersonTemplates(fingers: [position: [minutia]]) } throws: { error in
                (error as? GalleryError)?.code == .position
            }
        }
        #expect { try PersonTemplates(fingers: [1: []]) } throws: { ($0 as? GalleryError)?.code == .empty }
    }

    @Test("what is no number becomes one that is")
    func strangeNumbers() throws {
        let strange: [Float] = [.nan, .infinity, -.infinity, 1e30, -1e30]
        let minutiae = strange.map { FingerMinutia(x: $0, y: $0, angle: $0, kind: .ending, quality: 50) }
        let kept = try PersonTemplates(fingers: [1: minutiae]).fingers[0].minutiae
        #expect(kept.allSatisfy { $0.x.isFinite && abs($0.x) < 8192 && $0.angle >= 0 && $0.angle < 7 })
    }
}
