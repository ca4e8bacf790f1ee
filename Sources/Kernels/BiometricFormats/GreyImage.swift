/// A picture of grey levels, row by row from the top left, 0 black and 255 white.
///
/// `pixels.count == width * height`; both sides are at least one pixel.
public struct GreyImage: Equatable, Sendable {
    /// Pixels in a row.
    public let width: Int

    /// Rows.
    public let height: Int

    /// Pixels per inch, or `nil` when the source does not say.
    public var dpi: Double?

    /// One byte a pixel.
    public var pixels: [UInt8]

    /// The largest number of pixels that a reader of this library produces unless told otherwise: 64 million.
    public static let pixelLimit = 64 << 20

    /// An image of the given pixels.
    ///
    /// Throws `range` when a side is not positive, `length` when the number of pixels is not `width * height`.
    public init(width: Int, height: Int, dpi: Double? = nil, pixels: [UInt8]) throws(BiometricFormatError) {
        guard width > 0, height > 0 else {
            throw BiometricFormatError(.range, "image size", "both sides must be at least one pixel")
        }
        let (count, overflow) = width.multipliedReportingOverflow(by: height)
        guard !overflow, pixels.count == count else {
            throw BiometricFormatError(.length, "pixels", "\(width) x \(height) pixels are needed")
        }
        self.width = width
        self.height = height
        self.dpi = dpi
        self.pixels = pixels
    }

    /// The grey level of a pixel.
    public subscript(x: Int, y: Int) -> UInt8 {
        get { pixels[y * width + x] }
        set { pixels[y * width + x] = newValue }
    }

    /// Checks a promised size before anything is allocated for it.
    static func check(
        width: Int, height: Int, limit: Int, at offset: Int
    ) throws(BiometricFormatError) -> Int {
        guard width > 0, height > 0 else {
            throw BiometricFormatError(
                .range, "image size", at: offset, "both sides must be at least one pixel")
        }
        let (count, overflow) = width.multipliedReportingOverflow(by: height)
        guard !overflow, count <= limit else {
            throw BiometricFormatError(
                .limit, "image size", at: offset,
                "\(width) x \(height) is more than \(limit) pixels; send a smaller image")
        }
        return count
    }
}
