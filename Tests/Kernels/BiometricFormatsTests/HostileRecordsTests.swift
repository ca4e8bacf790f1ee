import BiometricFormats
import FaultyBytes
import Testing

@Suite("Hostile records")
struct HostileRecordsTests {
    /// What a reader is called with, and a sample of it that we compose.
    struct Kind: Sendable, CustomTestStringConvertible {
        let name: String
        let sample: [UInt8]
        /// Reads, and writes again what was read without a deviation that loses bits.
        let read: @Sendable ([UInt8]) throws -> [UInt8]?

        var testDescription: String { name }
    }

    static func kinds() throws -> [Kind] {
        let minutiae = (0..<20).map { Minutia(kind: .ending, x: 7 * $0, y: 9 * $0, angle: UInt8($0), quality: 50) }
        var view = MinutiaeView(position: 1, quality: 60, width: 300, height: 300, minutiae: minutiae)
        view.extensions = ExtendedData(blocks: [.init(type: 1, data: [1, 2, 3, 4]), .init(type: 300, data: [9])])
        var kinds = try MinutiaeFormat.allCases.map { format in
            Kind(
                name: format.rawValue, sample: try MinutiaeRecord(format: format, views: [view, view]).bytes(),
                read: { bytes in
                    let record = try MinutiaeRecord(reading: bytes)
                    return record.deviations.contains { $0.kind == .reserved } ? nil : try record.bytes()
                })
        }
        for edition in ImageRecordEdition.allCases {
            let finger = FingerImage(position: 2, compression: .png, width: 9, height: 8, data: [UInt8](0..<60))
            let fingers = FingerImageRecord(edition: edition, images: [finger, finger])
            let eye = IrisImage(eye: 1, format: .jpeg2000, width: 9, height: 8, data: [UInt8](0..<60))
            var other = eye
            other.eye = 2
            let eyes = IrisImageRecord(edition: edition, images: [eye, other])
            kinds.append(
                Kind(
                    name: "finger image \(edition.rawValue)", sample: try fingers.bytes(),
                    read: { bytes in
                        let record = try FingerImageRecord(reading: bytes)
                        return record.deviations.contains { $0.kind == .reserved } ? nil : try record.bytes()
                    }))
            kinds.append(
                Kind(
                    name: "iris image \(edition.rawValue)", sample: try eyes.bytes(),
                    read: { bytes in
                        let record = try IrisImageRecord(reading: bytes)
                        let loses = record.deviations.contains { $0.kind == .reserved || $0.kind == .count }
                        return loses ? nil : try record.bytes()
                    }))
        }
        var document = BiometricInformationRecord()
        document.data = [UInt8](0..<40)
        document.others = [.init(key: "a", value: "b")]
        kinds.append(
            Kind(
                name: "CBEFF", sample: document.xml(),
                read: { bytes in
                    let record = try BiometricInformationRecord(readingXML: bytes)
                    // Spelling of white space is free, so that the value is compared instead of the bytes.
                    #expect(try BiometricInformationRecord(readingXML: record.xml()) == record)
                    return nil
                }))
        let grey = PNM.encode(try GreyImage(width: 8, height: 6, pixels: [UInt8](0..<48)))
        kinds.append(
            Kind(
                name: "PGM", sample: grey,
                read: { bytes in
                    _ = try PNM.decode(bytes, limit: 1 << 20)
                    return nil
                }))
        return kinds
    }

    @Test(
        "mutated records are read or refused with a typed error, and what is read is written identically",
        arguments: try HostileRecordsTests.kinds())
    func mutated(kind: Kind) throws {
        let seed: UInt64 = 0x51_1711
        var mutation = RecordMutation(seed: seed)
        var readable = 0
        for _ in 0..<800 {
            let bytes = mutation.mutate(kind.sample)
            do {
                if let again = try kind.read(bytes) { #expect(again == bytes, "\(kind.name), seed \(seed)") }
                readable += 1
            } catch {
                #expect(error is BiometricFormatError, "\(kind.name), seed \(seed): \(type(of: error))")
            }
        }
        #expect(readable > 0, "\(kind.name): no mutation was readable, so that only the first check was tried")
    }

    @Test("mutated WSQ images are decoded or refused")
    func wsq() throws {
        let sample = ComposedWSQ.bytes(width: 37, height: 41) { $0 % 7 == 0 ? Int($0 % 19) - 9 : 0 }
        _ = try WSQ.decode(sample)
        var mutation = RecordMutation(seed: 4711)
        for _ in 0..<800 {
            do { _ = try WSQ.decode(mutation.mutate(sample), limit: 1 << 14) } catch {
                #expect(error.code != .unsupported || error.field == "transform table")
            }
        }
    }

    @Test("a WSQ image without coefficients is flat, and one mean coefficient lifts it all")
    func flatWSQ() throws {
        let flat = try WSQ.decode(ComposedWSQ.bytes(width: 64, height: 64) { _ in 0 })
        #expect(flat.pixels.allSatisfy { $0 == 128 })
        // Band 0 comes first: four coefficients of the mean. One level there is worth the bin's middle over 2 to the 5th.
        let lifted = try WSQ.decode(ComposedWSQ.bytes(width: 64, height: 64) { $0 < 4 ? 70 : 0 })
        #expect(Set(lifted.pixels).count == 1 && (lifted.pixels.first ?? 0) > 128)
    }
}
