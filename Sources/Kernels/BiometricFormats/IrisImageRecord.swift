/// An iris image record of ISO/IEC 19794-6.
///
/// The editions of 2005 and 2011 in one model; fields that an edition does not have are ignored when it is written.
/// The standard interchanges images, never codes: codes belong to an engine and are made again.
public struct IrisImageRecord: Equatable, Sendable {
    /// The layout.
    public var edition: ImageRecordEdition

    /// Images in the order of the record; at least one.
    public var images: [IrisImage]

    /// 2005: what the header says once.
    public var header2005 = Header2005()

    /// 2011: whether blocks of certification are present in every representation.
    public var hasCertification = false

    /// 2011: number of eyes as the header tells it, when it is not the number that the images show.
    public var statedEyes: UInt8?

    /// Bytes that follow the record.
    public var padding: [UInt8] = []

    /// The length field, when it disagrees with the record's own length; `nil` writes the right one.
    public var statedLength: UInt32?

    /// The four version bytes, when they are spelt otherwise than here.
    public var versionBytes: [UInt8]?

    /// What in the bytes read is not as the standard wants it, and was tolerated.
    public internal(set) var deviations: [RecordDeviation] = []

    /// What only the header of the edition of 2005 has.
    public struct Header2005: Equatable, Sendable {
        /// Sensor.
        public var device: UInt16 = 0
        /// Orientation, scan type, occlusions and fill, as bits.
        public var properties: UInt16 = 0
        /// Expected diameter of the iris in pixels, 0 not told.
        public var diameter: UInt16 = 0
        /// 0 undefined, 1 standard.
        public var transformation: UInt8 = 0
        /// Serial number of the device, 16 bytes.
        public var deviceIdentifier = [UInt8](repeating: 0, count: 16)

        /// Nothing told.
        public init() {}
    }

    /// A record of the given images.
    public init(edition: ImageRecordEdition, images: [IrisImage]) {
        self.edition = edition
        self.images = images
    }

    static let identifier: [UInt8] = [0x49, 0x49, 0x52, 0]

    var countedEyes: UInt8 {
        let known = Set(images.map(\.eye)).subtracting([0]).count
        return UInt8(known == 0 ? 0 : known)
    }
}

/// One image of an eye, as it is stored.
public struct IrisImage: Equatable, Sendable {
    /// How the pixels are stored.
    public enum Format: String, Sendable, CaseIterable {
        /// One byte a pixel, row by row.
        case raw
        /// 2005: three bytes a pixel.
        case rawColour
        /// 2005: JPEG.
        case jpeg
        /// 2005: JPEG, colour.
        case jpegColour
        /// 2005: JPEG-LS.
        case jpegLS
        /// 2005: JPEG-LS, colour.
        case jpegLSColour
        /// JPEG 2000.
        case jpeg2000
        /// 2005: JPEG 2000, colour.
        case jpeg2000Colour
        /// 2011: PNG.
        case png
    }

    /// Number of the image, from 1.
    public var number: UInt16 = 1
    /// 0 not told, 1 right, 2 left.
    public var eye: UInt8
    /// Quality blocks; exactly one in 2005.
    public var qualities: [QualityBlock]
    /// 2011: when it was taken.
    public var captured = CaptureTime()
    /// 2011: the sensor.
    public var device = CaptureDevice()
    /// 2011: certificates, in records that have them.
    public var certificates: [Certificate] = []
    /// 2011: 1 uncropped, 2 VGA, 3 cropped, 7 cropped and masked.
    public var kind: UInt8 = 1
    /// How the pixels are stored.
    public var format: Format
    /// 2011: orientations and scan type, two bits each.
    public var properties: UInt8 = 0
    /// Pixels in a row.
    public var width: Int
    /// Rows.
    public var height: Int
    /// Bits a pixel and channel.
    public var bitDepth: UInt8 = 8
    /// 2011: distance in millimetres; 0 not told, 1 failed, 0xFFFF more than 65,534.
    public var range: UInt16 = 0
    /// Roll of the eye; 0xFFFF undefined.
    public var rollAngle: UInt16 = 0xFFFF
    /// Its uncertainty; 0xFFFF undefined.
    public var rollUncertainty: UInt16 = 0xFFFF
    /// 2011: bounds of the iris' centre and diameter: least and greatest x, y, diameter in pixels; 0 not told.
    public var bounds: [UInt16] = Array(repeating: 0, count: 6)
    /// The image as stored.
    public var data: [UInt8]

    /// A stored image.
    public init(eye: UInt8, quality: UInt8 = 254, format: Format, width: Int, height: Int, data: [UInt8]) {
        self.eye = eye
        qualities = [QualityBlock(score: quality)]
        self.format = format
        self.width = width
        self.height = height
        self.data = data
    }

    /// The pixels of a raw image, eight bits deep.
    ///
    /// Throws `unsupported` for compressions that need the system's libraries; hand `data` to the image decoder then.
    public func greyImage() throws(BiometricFormatError) -> GreyImage {
        guard format == .raw, bitDepth == 8 else {
            throw BiometricFormatError(
                .unsupported, "image format", "\(format.rawValue) is decoded by the image decoder")
        }
        return try GreyImage(width: width, height: height, pixels: data)
    }
}

extension IrisImage.Format {
    func code(in edition: ImageRecordEdition) -> UInt8? {
        switch (self, edition) {
        case (.raw, _): 2
        case (.rawColour, .iso2005): 4
        case (.jpeg, .iso2005): 6
        case (.jpegColour, .iso2005): 8
        case (.jpegLS, .iso2005): 10
        case (.jpegLSColour, .iso2005): 12
        case (.jpeg2000, .iso2005): 14
        case (.jpeg2000Colour, .iso2005): 16
        case (.jpeg2000, .iso2011): 10
        case (.png, .iso2011): 14
        default: nil
        }
    }

    init?(code: UInt16, in edition: ImageRecordEdition) {
        guard let match = Self.allCases.first(where: { $0.code(in: edition).map(UInt16.init) == code }) else {
            return nil
        }
        self = match
    }
}
