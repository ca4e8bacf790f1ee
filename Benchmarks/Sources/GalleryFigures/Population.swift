import BiometricFormats
import Dispatch
import Fingerprint
import Gallery
import SyntheticFingerprints

/// Invented persons with ten fingers each, the same for the same seed.
struct Population: Sendable {
    let seed: UInt64

    /// The templates of one visit; each visit is another impression of every finger.
    func person(_ index: Int, visit: UInt64) throws -> PersonTemplates {
        var fingers: [Int: [FingerMinutia]] = [:]
        for position in 1...10 {
            let finger = SyntheticFinger(seed: seed, index: UInt64(index) * 10 + UInt64(position - 1))
            let found = SyntheticTemplate(finger).minutiae(.drawn(visit, of: finger))
            fingers[position] = found.map {
                FingerMinutia(
                    x: Float($0.x), y: Float($0.y), angle: Float($0.angle) * 2 * .pi / 256,
                    kind: FingerMinutia.Kind(rawValue: $0.kind.rawValue) ?? .other, quality: $0.quality)
            }
        }
        return try PersonTemplates(fingers: fingers)
    }
}

/// Templates one after another in memory, as a matcher holds them.
final class Held: @unchecked Sendable {
    private(set) var entries: [GallerySearch.Entry] = []
    private(set) var bytes = 0
    private var memory: [UnsafeMutableRawPointer] = []

    init(_ population: Population, persons: Int, threads: Int, progress: @Sendable @escaping (Int) -> Void) throws {
        var made = [UnsafeMutableRawBufferPointer?](repeating: nil, count: persons)
        nonisolated(unsafe) let places = made.withUnsafeMutableBufferPointer { $0 }
        let batch = 256
        DispatchQueue.concurrentPerform(iterations: (persons + batch - 1) / batch) { part in
            for index in part * batch..<min(persons, (part + 1) * batch) {
                guard let bytes = try? population.person(index, visit: 1).bytes() else { continue }
                let room = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
                room.copyBytes(from: bytes)
                places[index] = room
            }
            progress(part * batch)
        }
        entries.reserveCapacity(persons)
        for (index, room) in made.enumerated() {
            guard let room else { continue }
            memory.append(room.baseAddress!)
            bytes += room.count
            entries.append(.init(order: UInt64(index + 1), view: try PersonView(UnsafeRawBufferPointer(room))))
        }
    }

    deinit { for one in memory { one.deallocate() } }
}
