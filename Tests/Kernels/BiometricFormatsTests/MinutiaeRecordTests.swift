import BiometricFormats
import Foundation
import TestMaterial
import Testing

@Suite("Finger minutiae records")
struct MinutiaeRecordTests {
    static let formats: [(folder: String, format: MinutiaeFormat)] = [
        ("ansi378v2004", .ansi2004), ("ansi378v2009", .ansi2009), ("ansi378v2009am1", .ansi2009Amendment1),
        ("iso19794p2v2005", .iso2005), ("iso19794p2v2011", .iso2011),
    ]

    @Test(
        "a sample decodes to the values given with it and is written identically (fingerprintio-java)",
        .enabled(if: SharedSamples.arePresent), arguments: formats)
    func samples(folder: String, format: MinutiaeFormat) throws {
        let stem = "biometric-formats/fingerprintio_samples/\(folder)/\(folder)-sample"
        let bytes = try SharedSamples.bytes("\(stem).dat")
        let json = try SharedSamples.json("\(stem).json")
        let record = try MinutiaeRecord(reading: bytes)
        #expect(record.format == format)
        #expect(try record.bytes() == bytes)
        let expected = try #require(json["fingerprints"] as? [[String: Any]])
        #expect(expected.count == record.views.count)
        for (view, finger) in zip(record.views, expected) {
            func number(_ key: String) -> Int? { (finger[key] ?? json[key]) as? Int }
            #expect(number("view") == Int(view.number))
            #expect(number("width") == view.width)
            #expect(number("height") == view.height)
            #expect(number("resolutionX") == view.pixelsPerCmX)
            #expect(number("resolutionY") == view.pixelsPerCmY)
            #expect(number("sensorId") == Int(view.device.type))
            #expect(finger["position"] as? String == (view.position == 7 ? "LEFT_INDEX" : "RIGHT_INDEX"))
            if let quality = finger["quality"] as? Int { #expect(quality == Int(view.qualities[0].score)) }
            if let vendor = finger["qualityVendorId"] as? Int { #expect(vendor == Int(view.qualities[0].vendor)) }
            if let blocks = finger["qrecords"] as? [[String: Int]] {
                #expect(
                    blocks.map { [$0["quality"], $0["vendor"], $0["algorithm"]] }
                        == view.qualities.map { [Int($0.score), Int($0.vendor), Int($0.algorithm)] })
            }
            if let time = finger["datetime"] as? [String: Int] {
                #expect(time["year"] == Int(view.captured.year))
                #expect(time["second"] == Int(view.captured.second))
                #expect(time["millisecond"] == Int(view.captured.millisecond))
            }
            let minutiae = try #require(finger["minutiae"] as? [[String: Any]])
            let found: [[String: Any]] = view.minutiae.map { minutia in
                [
                    "type": folder.contains("2009") && minutia.kind == .other
                        ? "EITHER" : "\(minutia.kind)".uppercased(),
                    "positionX": minutia.x, "positionY": minutia.y, "angle": Int(minutia.angle),
                    "quality": Int(minutia.quality),
                ]
            }
            // The comparison stands apart, so that a failure names the place and not the sample's values.
            let differing = zip(found, minutiae).enumerated().first {
                !NSDictionary(dictionary: $1.0).isEqual(to: $1.1)
            }
            #expect(found.count == minutiae.count && differing == nil, "minutia \(differing?.offset ?? -1)")
            let counts = (finger["counts"] as? [String: Any])?["edges"] as? [[String: Int]]
            #expect(
                counts?.map { [$0["from"], $0["to"], $0["count"]] }
                    == view.extensions.ridgeCounts?.edges.map { [Int($0.from), Int($0.to), Int($0.count)] })
            let own = (finger["extensions"] as? [[String: Any]] ?? []).compactMap { $0["data"] as? String }
            #expect(own == view.extensions.blocks.filter { $0.type >= 256 }.map { Data($0.data).base64EncodedString() })
        }
    }

    @Test(
        "padded records of a third vendor are read and written identically", .enabled(if: SharedSamples.arePresent),
        arguments: ["probe", "matching", "nonmatching"])
    func padded(name: String) throws {
        let bytes = try SharedSamples.bytes("biometric-formats/iso-\(name).dat")
        let record = try MinutiaeRecord(reading: bytes)
        #expect(record.format == .iso2005)
        #expect(record.deviations.map(\.kind) == [.padding])
        #expect(try record.bytes() == bytes)
        #expect(throws: Never.self) { try MinutiaeRecord(reading: Array(bytes.dropLast(record.padding.count))) }
    }

    static let view = MinutiaeView(
        position: 2, quality: 71, width: 300, height: 400,
        minutiae: [
            Minutia(kind: .ending, x: 12, y: 250, angle: 90, quality: 40),
            Minutia(kind: .bifurcation, x: 299, y: 399, angle: 0),
        ])

    @Test("a record that we compose comes back the same", arguments: MinutiaeFormat.allCases)
    func composed(format: MinutiaeFormat) throws {
        var record = MinutiaeRecord(format: format, views: [Self.view])
        record.views[0].extensions = ExtendedData(blocks: [.init(type: 0x100, data: [1, 2, 3])])
        let again = try MinutiaeRecord(reading: record.bytes())
        #expect(again.deviations.isEmpty)
        #expect(again.format == format)
        #expect(again.views[0].minutiae == record.views[0].minutiae)
        #expect(again.views[0].extensions == record.views[0].extensions)
        #expect(try again.bytes() == record.bytes())
    }

    @Test("an angle keeps its direction in another standard's units")
    func conversion() throws {
        let iso = MinutiaeRecord(format: .iso2005, views: [Self.view])
        let ansi = iso.converted(to: .ansi2004)
        // 90 units of 360/256 degrees are 126.56 degrees, 63 units of two.
        #expect(ansi.views[0].minutiae[0].angle == 63)
        #expect(abs(Int(ansi.converted(to: .iso2011).views[0].minutiae[0].angle) - 90) <= 1)
    }

    @Test("a record cut anywhere is refused with the field and its place", arguments: MinutiaeFormat.allCases)
    func cut(format: MinutiaeFormat) throws {
        let bytes = try MinutiaeRecord(format: format, views: [Self.view]).bytes()
        for count in 0..<bytes.count {
            #expect(throws: BiometricFormatError.self) { try MinutiaeRecord(reading: Array(bytes.prefix(count))) }
        }
    }

    @Test("what does not fit is refused when writing, by name")
    func refusals() {
        func field(_ change: (inout MinutiaeRecord) -> Void) -> String? {
            var record = MinutiaeRecord(format: .iso2005, views: [Self.view])
            change(&record)
            do { _ = try record.bytes() } catch { return error.field }
            return nil
        }
        #expect(field { $0.views[0].minutiae[1].x = 300 } == "x of minutia 1")
        #expect(field { $0.views = [] } == "views")
        #expect(field { $0.views[0].number = 16 } == "view number and impression type")
        #expect(
            field { $0.views[0].minutiae = Array(repeating: $0.views[0].minutiae[0], count: 256) } == "minutiae")
    }
}
