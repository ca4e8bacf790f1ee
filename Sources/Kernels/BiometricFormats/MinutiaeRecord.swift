/// A finger minutiae record: one or more views of fingers as minutiae.
///
/// One model for ISO/IEC 19794-2:2005 and :2011 and ANSI/INCITS 378-2004 and -2009. Fields that a format does not have
/// are ignored when it is written. `init(reading:)` and `bytes()` are inverse: what was read is written identically
/// whenever `deviations` names none that loses bits.
public struct MinutiaeRecord: Equatable, Sendable {
    /// The layout.
    public var format: MinutiaeFormat

    /// ANSI: owner and type of the product that wrote the record (CBEFF identifier).
    public var product: Product

    /// Fingers in the order of the record; at least one.
    public var views: [MinutiaeView]

    /// ISO 2011: whether blocks of certification are present in every view.
    public var hasCertification: Bool

    /// Bytes that follow the record, as chip cards and some devices pad.
    public var padding: [UInt8] = []

    /// The length field, when it disagrees with the record's own length; `nil` writes the right one.
    public var statedLength: UInt32?

    /// The four version bytes, when they are spelt otherwise than here: some products write `020` for ` 20`.
    public var versionBytes: [UInt8]?

    /// What in the bytes read is not as the standard wants it, and was tolerated.
    public internal(set) var deviations: [RecordDeviation] = []

    /// Product identifier of the CBEFF register.
    public struct Product: Equatable, Sendable {
        /// Vendor.
        public var owner: UInt16
        /// Type.
        public var type: UInt16

        /// An identifier; zeros mean none.
        public init(owner: UInt16 = 0, type: UInt16 = 0) {
            self.owner = owner
            self.type = type
        }
    }

    /// A record of the given views.
    public init(
        format: MinutiaeFormat, product: Product = Product(), views: [MinutiaeView], hasCertification: Bool = false
    ) {
        self.format = format
        self.product = product
        self.views = views
        self.hasCertification = hasCertification
    }
}

/// One finger's minutiae, with the image they were found in.
public struct MinutiaeView: Equatable, Sendable {
    /// Finger position: 0 unknown, 1 to 5 right thumb to little finger, 6 to 10 left.
    public var position: UInt8

    /// Number of the view of this finger, from 0.
    public var number: UInt8

    /// How it was taken: 0 live plain, 1 live rolled, 2 and 3 the same not live, 8 swipe.
    public var impression: UInt8

    /// Quality blocks; formats of 2004, 2005 and 2009 have exactly one.
    public var qualities: [QualityBlock]

    /// Image width in pixels.
    public var width: Int

    /// Image height in pixels.
    public var height: Int

    /// Pixels per centimetre across; 197 is 500 per inch.
    public var pixelsPerCmX: Int

    /// Pixels per centimetre down.
    public var pixelsPerCmY: Int

    /// The sensor.
    public var device: CaptureDevice

    /// ISO 2011: when it was taken.
    public var captured: CaptureTime

    /// ISO 2011: certificates, in records that have them.
    public var certificates: [Certificate] = []

    /// ISO 2011: how endings were placed: 0 valley skeleton bifurcation, 1 ridge skeleton endpoint.
    public var endingPlacement: UInt8 = 0

    /// ISO 2011: minutiae have a quality byte. Always so in the other formats.
    public var storesQuality = true

    /// The minutiae, at most 255.
    public var minutiae: [Minutia]

    /// Blocks of extended data in their order.
    public var extensions: ExtendedData = ExtendedData()

    /// A view; resolution 197 pixels a centimetre (500 dpi) unless told.
    public init(
        position: UInt8 = 0, number: UInt8 = 0, impression: UInt8 = 0, quality: UInt8 = 255, width: Int, height: Int,
        pixelsPerCmX: Int = 197, pixelsPerCmY: Int = 197, device: CaptureDevice = CaptureDevice(),
        captured: CaptureTime = CaptureTime(), minutiae: [Minutia]
    ) {
        self.position = position
        self.number = number
        self.impression = impression
        qualities = [QualityBlock(score: quality)]
        self.width = width
        self.height = height
        self.pixelsPerCmX = pixelsPerCmX
        self.pixelsPerCmY = pixelsPerCmY
        self.device = device
        self.captured = captured
        self.minutiae = minutiae
    }
}
