/// A finger image record of ISO/IEC 19794-4.
///
/// Samples in the field carry version `010` with the layout of 2005, others the layout of 2011 with version `010` or
/// `020`; the lengths tell them apart. `init(reading:)` and `bytes()` are inverse unless `deviations` says otherwise.
public struct FingerImageRecord: Equatable, Sendable {
    /// The layout.
    public var edition: ImageRecordEdition

    /// Images in the order of the record; at least one.
    public var images: [FingerImage]

    /// 2005: image acquisition level; 30 and 31 are 500 dpi.
    public var acquisitionLevel: UInt16 = 31

    /// 2011: whether blocks of certification are present in every representation.
    public var hasCertification = false

    /// Number of fingers as the header tells it, when it is not the number that the images show.
    public var statedFingers: UInt8?

    /// Bytes that follow the record.
    public var padding: [UInt8] = []

    /// The length field, when it disagrees with the record's own length; `nil` writes the right one.
    public var statedLength: UInt32?

    /// The four version bytes, when they are spelt otherwise than here.
    public var versionBytes: [UInt8]?

    /// What in the bytes read is not as the standard wants it, and was tolerated.
    public internal(set) var deviations: [RecordDeviation] = []

    /// A record of the given images.
    public init(edition: ImageRecordEdition, images: [FingerImage]) {
        self.edition = edition
        self.images = images
    }

    static let identifier: [UInt8] = [0x46, 0x49, 0x52, 0]

    /// What the header of 2005 counts as fingers: images in blocks.
    var countedFingers: UInt8 {
        switch edition {
        case .iso2005: UInt8(truncatingIfNeeded: images.count)
        case .iso2011: UInt8(truncatingIfNeeded: Set(images.map(\.position)).count)
        }
    }
}

/// Editions of the image records, ISO/IEC 19794-4 and -6.
public enum ImageRecordEdition: String, Sendable, CaseIterable {
    /// The edition of 2005: one image format for the whole record.
    case iso2005
    /// The edition of 2011: each representation describes itself.
    case iso2011

    var versionBytes: [UInt8] { self == .iso2005 ? [0x30, 0x31, 0x30, 0] : [0x30, 0x32, 0x30, 0] }
}

/// One image of a finger, as it is stored.
public struct FingerImage: Equatable, Sendable {
    /// How the pixels are stored.
    public enum Compression: String, Sendable, CaseIterable {
        /// One byte a pixel, row by row.
        case raw
        /// Bits packed without gaps.
        case packed
        /// Wavelet scalar quantisation.
        case wsq
        /// JPEG.
        case jpeg
        /// JPEG 2000, lossy; the edition of 2005 does not tell which.
        case jpeg2000
        /// JPEG 2000, lossless.
        case jpeg2000Lossless
        /// PNG.
        case png
    }

    /// Finger position: 0 unknown, 1 to 5 right thumb to little finger, 6 to 10 left, 13 and more several fingers.
    public var position: UInt8
    /// Number of the representation; the edition of 2005 counts from 1.
    public var number: UInt8
    /// 2005: how many views of this finger there are.
    public var viewCount: UInt8 = 1
    /// Quality blocks; exactly one in 2005.
    public var qualities: [QualityBlock]
    /// How it was taken: 0 live plain, 1 live rolled, and so on.
    public var impression: UInt8 = 0
    /// 2011: when it was taken.
    public var captured = CaptureTime()
    /// The sensor.
    public var device = CaptureDevice()
    /// 2011: certificates, in records that have them.
    public var certificates: [Certificate] = []
    /// Unit of the rates: 1 pixels per inch, 2 per centimetre.
    public var scaleUnit: UInt8 = 1
    /// Resolution of the sensor, across and down.
    public var captureRate: (x: UInt16, y: UInt16) = (500, 500)
    /// Resolution of the image, across and down.
    public var imageRate: (x: UInt16, y: UInt16) = (500, 500)
    /// Bits a pixel.
    public var bitDepth: UInt8 = 8
    /// How the pixels are stored.
    public var compression: Compression
    /// Pixels in a row.
    public var width: Int
    /// Rows.
    public var height: Int
    /// The image as stored.
    public var data: [UInt8]
    /// 2011: extended data blocks (segmentation, annotation, comment) as they stand, header and all.
    public var extendedData: [UInt8] = []

    /// A stored image of 500 dpi unless its rates are set.
    public init(
        position: UInt8, number: UInt8 = 1, quality: UInt8 = 254, compression: Compression, width: Int, height: Int,
        data: [UInt8]
    ) {
        self.position = position
        self.number = number
        qualities = [QualityBlock(score: quality)]
        self.compression = compression
        self.width = width
        self.height = height
        self.data = data
    }

    /// The image's resolution in pixels per inch, `nil` for a unit outside the standard.
    public var dpi: Double? {
        switch scaleUnit {
        case 1: Double(imageRate.x)
        case 2: Double(imageRate.x) * 2.54
        default: nil
        }
    }

    public static func == (left: FingerImage, right: FingerImage) -> Bool {
        left.position == right.position && left.number == right.number && left.viewCount == right.viewCount
            && left.qualities == right.qualities && left.impression == right.impression
            && left.captured == right.captured && left.device == right.device
            && left.certificates == right.certificates && left.scaleUnit == right.scaleUnit
            && left.captureRate == right.captureRate && left.imageRate == right.imageRate
            && left.bitDepth == right.bitDepth && left.compression == right.compression && left.width == right.width
            && left.height == right.height && left.data == right.data && left.extendedData == right.extendedData
    }
}

extension FingerImage.Compression {
    func code(in edition: ImageRecordEdition) -> UInt8? {
        switch (self, edition) {
        case (.raw, _): 0
        case (.packed, _): 1
        case (.wsq, _): 2
        case (.jpeg, _): 3
        case (.jpeg2000, _): 4
        case (.jpeg2000Lossless, .iso2011): 5
        case (.jpeg2000Lossless, .iso2005): nil
        case (.png, .iso2005): 5
        case (.png, .iso2011): 6
        }
    }

    init?(code: UInt8, in edition: ImageRecordEdition) {
        guard let match = Self.allCases.first(where: { $0.code(in: edition) == code }) else { return nil }
        self = match
    }
}

extension FingerImage {
    /// The pixels of an image that this library can read itself: raw, eight bits deep, or WSQ.
    ///
    /// Throws `unsupported` for compressions that need the system's libraries; hand `data` to the image decoder then.
    public func greyImage() throws(BiometricFormatError) -> GreyImage {
        switch compression {
        case .raw where bitDepth == 8:
            return try GreyImage(width: width, height: height, dpi: dpi, pixels: data)
        case .wsq:
            var image = try WSQ.decode(data)
            guard image.width == width, image.height == height else {
                throw BiometricFormatError(.length, "image size", "the header's differs from the stored image's")
            }
            image.dpi = dpi ?? image.dpi
            return image
        default:
            throw BiometricFormatError(
                .unsupported, "image compression", "\(compression.rawValue) is decoded by the image decoder")
        }
    }
}
