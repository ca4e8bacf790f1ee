/// What every representation of the formats of 2011 begins with, after its length.
///
/// Source: ISO/IEC 19794-4:2011 and 19794-6:2011, clauses on the representation header.
struct RepresentationHead {
    var captured: CaptureTime
    var device: CaptureDevice
    var qualities: [QualityBlock]
    var certificates: [Certificate]
}

/// The end of the general header of the image formats of 2011.
struct RepresentationCounts {
    /// How many representations follow, at least one.
    let representations: Int
    let hasCertification: Bool
    /// How many fingers or eyes the record says they are of.
    let subjects: UInt8
}

extension ByteReader {
    /// Throws `BiometricFormatError` (`range`, `truncated`); `subjects` names the third field in messages.
    mutating func representationCounts(subjects name: String) throws(BiometricFormatError) -> RepresentationCounts {
        let count = Int(try u16("number of representations"))
        let flag = try u8("certification flag")
        let subjects = try u8(name)
        guard count > 0 else {
            throw BiometricFormatError(
                .range, "number of representations", at: 12, "is 0; a record needs at least one image")
        }
        guard flag <= 1 else {
            throw BiometricFormatError(.range, "certification flag", at: 14, "must be 0 or 1")
        }
        return RepresentationCounts(representations: count, hasCertification: flag == 1, subjects: subjects)
    }

    mutating func representationHead(certified: Bool) throws(BiometricFormatError) -> RepresentationHead {
        let captured = try captureTime()
        let device = try CaptureDevice(
            technology: u8("capture device technology"), vendor: u16("capture device vendor"),
            type: u16("capture device type"))
        return RepresentationHead(
            captured: captured, device: device, qualities: try qualityBlocks(),
            certificates: certified ? try certificates() : [])
    }
}

extension ByteWriter {
    mutating func append(_ head: RepresentationHead, certified: Bool) throws(BiometricFormatError) {
        append(head.captured)
        u8(head.device.technology)
        u16(head.device.vendor)
        u16(head.device.type)
        try append(head.qualities)
        if certified { try append(head.certificates) }
    }
}

/// An image of a record, whose first fields are the same whatever it shows.
protocol ImageRepresentation {
    var captured: CaptureTime { get set }
    var device: CaptureDevice { get set }
    var qualities: [QualityBlock] { get set }
    var certificates: [Certificate] { get set }
}

extension FingerImage: ImageRepresentation {}
extension IrisImage: ImageRepresentation {}

extension ImageRepresentation {
    var head: RepresentationHead {
        get {
            RepresentationHead(captured: captured, device: device, qualities: qualities, certificates: certificates)
        }
        set {
            (captured, device) = (newValue.captured, newValue.device)
            (qualities, certificates) = (newValue.qualities, newValue.certificates)
        }
    }
}
