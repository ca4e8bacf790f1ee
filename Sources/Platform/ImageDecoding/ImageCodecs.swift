public import BiometricFormats
import CImageCodecs
import Glibc

/// The formats that images come in, told by their first bytes.
public enum ImageFormat: String, Sendable, CaseIterable {
    /// Portable Network Graphics.
    case png
    /// JPEG.
    case jpeg
    /// Tagged Image File Format.
    case tiff
    /// JPEG 2000, as a file or a bare codestream.
    case jpeg2000
    /// Wavelet scalar quantisation.
    case wsq
    /// Windows bitmap.
    case bmp
    /// Portable grey or pixel map.
    case pnm

    /// The format of the bytes, `nil` for none of these.
    public init?(of bytes: [UInt8]) {
        let signatures: [(ImageFormat, [UInt8])] = [
            (.png, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), (.jpeg, [0xFF, 0xD8, 0xFF]),
            (.tiff, [0x49, 0x49, 0x2A, 0]), (.tiff, [0x4D, 0x4D, 0, 0x2A]),
            (.jpeg2000, [0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20]), (.jpeg2000, [0xFF, 0x4F, 0xFF, 0x51]),
            (.wsq, [0xFF, 0xA0]), (.bmp, [0x42, 0x4D]), (.pnm, [0x50, 0x32]), (.pnm, [0x50, 0x35]),
            (.pnm, [0x50, 0x36]),
        ]
        guard let match = signatures.first(where: { bytes.starts(with: $0.1) }) else { return nil }
        self = match.0
    }
}

/// Decoding in this very process: what the separate one does after it has given up its rights.
///
/// Nothing else calls it with bytes from outside: the libraries are in C, and a fault in them is a fault in the process.
public enum ImageCodecs {
    /// Bytes of the longest file that is read.
    public static let fileLimit = 64 << 20

    /// Pixels of the largest image.
    public static let pixelLimit = 40 << 20

    /// The picture in grey levels; colour by the luma of ITU-R BT.601, transparency over white.
    ///
    /// Throws `ImageDecodingError`: `unknown`, `refused`.
    public static func decode(_ bytes: [UInt8]) throws(ImageDecodingError) -> GreyImage {
        guard let format = ImageFormat(of: bytes) else {
            throw ImageDecodingError(
                .unknown, "the first bytes are of no known format; send PNG, JPEG, JPEG 2000, TIFF, BMP, PGM or WSQ")
        }
        do {
            switch format {
            case .wsq: return try WSQ.decode(bytes, limit: pixelLimit)
            case .bmp: return try BMP.decode(bytes, limit: pixelLimit)
            case .pnm: return try PNM.decode(bytes, limit: pixelLimit)
            case .png: return try decode(bytes, by: codec_png)
            case .jpeg: return try decode(bytes, by: codec_jpeg)
            case .tiff: return try decode(bytes, by: codec_tiff)
            case .jpeg2000: return try decode(bytes, by: codec_jpeg2000)
            }
        } catch let error as BiometricFormatError {
            throw ImageDecodingError(.refused, "\(format.rawValue): \(error)")
        } catch let error as ImageDecodingError {
            throw ImageDecodingError(error.code, "\(format.rawValue): \(error.reason)")
        } catch {
            throw ImageDecodingError(.refused, "\(format.rawValue): it was not decoded")
        }
    }

    private typealias Codec = (UnsafePointer<UInt8>?, Int, UInt64, UnsafeMutablePointer<codec_image>?) -> Int32

    private static func decode(_ bytes: [UInt8], by codec: Codec) throws -> GreyImage {
        var image = codec_image()
        let status = codec(bytes, bytes.count, UInt64(pixelLimit), &image)
        defer { free(image.pixels) }
        guard status == 0, let pixels = image.pixels else {
            let reason = withUnsafeBytes(of: image.reason) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            throw ImageDecodingError(.refused, reason)
        }
        let count = Int(image.width) * Int(image.height)
        return try GreyImage(
            width: Int(image.width), height: Int(image.height), dpi: image.dpi > 0 ? image.dpi : nil,
            pixels: Array(UnsafeBufferPointer(start: pixels, count: count)))
    }
}
