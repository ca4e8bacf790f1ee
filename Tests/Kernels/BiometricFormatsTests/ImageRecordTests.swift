import BiometricFormats
import TestMaterial
import Testing

@Suite("Finger and iris image records, and the records that hold them")
struct ImageRecordTests {
    static let fingers = [
        "Left_Index", "Left_Little", "Left_Middle", "Left_Ring", "Left_Thumb", "Right_Index", "Right_Little",
        "Right_Middle", "Right_Ring", "Right_Thumb",
    ]

    @Test(
        "the finger samples are records of 2005, decode and are written identically (mosip/bio-utils)",
        .enabled(if: SharedSamples.arePresent), arguments: fingers)
    func fingerSamples(name: String) throws {
        let bytes = try SharedSamples.bytes("biometric-formats/mosip/images_FingerPrint\(name).iso")
        let record = try FingerImageRecord(reading: bytes)
        #expect(record.edition == .iso2005)
        #expect(record.deviations.isEmpty)
        #expect(try record.bytes() == bytes)
        let image = try #require(record.images.first)
        let words = name.split(separator: "_").map(String.init)
        let subtype = "\(words[0]) \(words[1] == "Thumb" ? "Thumb" : "\(words[1])Finger")"
        #expect(image.position == BiometricInformationRecord.fingerPosition(subtype: subtype))
        #expect(image.compression == .jpeg2000)
        #expect(image.dpi == 500)
        // The first box of a JPEG 2000 file, ISO/IEC 15444-1 annex I.
        #expect(image.data.starts(with: [0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20]))
        #expect(throws: BiometricFormatError.self) { try image.greyImage() }
    }

    @Test("a raw finger image of 2005 gives its pixels", .enabled(if: SharedSamples.arePresent))
    func rawSample() throws {
        let bytes = try SharedSamples.bytes("biometric-formats/mosip/images_ISOImage.iso")
        let record = try FingerImageRecord(reading: bytes)
        #expect(try record.bytes() == bytes)
        let image = try record.images[0].greyImage()
        #expect(image.width == 316)
        #expect(image.height == 354)
        #expect(image.dpi == 500)
    }

    @Test(
        "the iris sample decodes and is written identically (mosip/bio-utils)", .enabled(if: SharedSamples.arePresent))
    func irisSample() throws {
        let bytes = try SharedSamples.bytes("biometric-formats/mosip/images_Sample_IRIS.iso")
        let record = try IrisImageRecord(reading: bytes)
        #expect(record.edition == .iso2005)
        #expect(record.deviations.isEmpty)
        #expect(try record.bytes() == bytes)
        let image = try #require(record.images.first)
        #expect(image.eye == 2)
        #expect(image.format == .jpeg2000)
        #expect([image.width, image.height] == [640, 480])
        #expect(record.header2005.diameter == 210)
        #expect(image.data.count == 19246)
    }

    @Test(
        "the document of ten fingers decodes, agrees with the single files and is written identically",
        .enabled(if: SharedSamples.arePresent))
    func documentSample() throws {
        let bytes = try SharedSamples.bytes("biometric-formats/mosip/schema_createCbeffLatest2.xml")
        let document = try BiometricInformationRecord(readingXML: bytes)
        #expect(document.xml() == bytes)
        #expect(document.records.count == 10)
        for record in document.records {
            let block = try #require(record.block)
            #expect(block.format == .init(organization: "257", type: "7"))
            #expect(block.quality?.score == 100)
            let fingers = try FingerImageRecord(reading: try #require(record.data))
            let position = BiometricInformationRecord.fingerPosition(subtype: block.subtype ?? "")
            #expect(fingers.images[0].position == position)
        }
    }

    @Test("finger images that we compose come back the same", arguments: ImageRecordEdition.allCases)
    func fingerRoundTrip(edition: ImageRecordEdition) throws {
        var first = FingerImage(
            position: 3, quality: 80, compression: .raw, width: 4, height: 3, data: [UInt8](0..<12))
        first.extendedData = edition == .iso2011 ? [0, 3, 0, 6, 1, 2] : []
        var second = first
        second.position = 4
        var record = FingerImageRecord(edition: edition, images: [first, second])
        record.hasCertification = edition == .iso2011
        let again = try FingerImageRecord(reading: record.bytes())
        #expect(again == record)
        first.data.removeLast()
        record.images[0] = first
        #expect(throws: BiometricFormatError.self) { try record.bytes() }
    }

    @Test("iris images that we compose come back the same", arguments: ImageRecordEdition.allCases)
    func irisRoundTrip(edition: ImageRecordEdition) throws {
        let right = IrisImage(eye: 1, quality: 90, format: .raw, width: 2, height: 2, data: [1, 2, 3, 4])
        var left = right
        left.eye = 2
        if edition == .iso2011 { left.bounds = [1, 2, 3, 4, 5, 6] }
        let record = IrisImageRecord(edition: edition, images: [right, left])
        #expect(try IrisImageRecord(reading: record.bytes()) == record)
    }

    @Test("a document with every field comes back the same")
    func documentRoundTrip() throws {
        var inner = BiometricInformationRecord(info: .init(integrity: true))
        inner.version = .init(major: 1, minor: 1)
        inner.info.creator = "a < b & \"c\""
        inner.info.payload = [1, 2]
        var block = BiometricInformationRecord.BlockInfo()
        block.format = .init(organization: "257", type: "9")
        block.isFlat = true
        block.encryption = false
        block.subtype = "Left"
        block.quality = .init(score: -1)
        inner.block = block
        inner.securityFormat = .init(organization: "1", type: "2")
        inner.data = [255]
        inner.security = []
        inner.others = [.init(key: "k", value: "سجل")]
        var outer = BiometricInformationRecord()
        outer.records = [inner]
        #expect(try BiometricInformationRecord(readingXML: outer.xml()) == outer)
    }

    @Test(
        "what makes XML dangerous is refused, with its place",
        arguments: [
            "<!DOCTYPE BIR [<!ENTITY a \"b\">]><BIR/>", "<BIR><?php x?></BIR>", "<BIR><![CDATA[x]]></BIR>",
            "<BIR>&a;</BIR>", "<BIR><BIRInfo><Integrity>false</Integrity></BIRInfo><BDB>A</BDB></BIR>", "<BIR></BIS>",
            "<BIR><BIRInfo><Integrity>false</Integrity></BIRInfo><New/></BIR>", "<a:BIR/>", "<BIR", "<BIR/><BIR/>",
        ])
    func hostile(document: String) {
        #expect(throws: BiometricFormatError.self) { try BiometricInformationRecord(readingXML: Array(document.utf8)) }
    }

    @Test("elements too deep are refused before the stack is")
    func depth() throws {
        let deep = String(repeating: "<BIR>", count: 5000)
        let error = #expect(throws: BiometricFormatError.self) {
            try BiometricInformationRecord(readingXML: Array(deep.utf8))
        }
        #expect(error?.code == .limit)
    }
}
