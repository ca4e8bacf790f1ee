public import BiometricFormats
import CImageCodecs
import Glibc

extension GreyImage {
    /// The picture as a PNG file of grey levels, without loss, with its resolution where it is known.
    ///
    /// Throws `ImageDecodingError` (`process`) when there is no memory for it.
    public func png() throws(ImageDecodingError) -> [UInt8] {
        var (bytes, count): (UnsafeMutablePointer<UInt8>?, Int) = (nil, 0)
        let status = pixels.withUnsafeBufferPointer {
            codec_write_png($0.baseAddress, UInt32(width), UInt32(height), dpi ?? 0, &bytes, &count)
        }
        guard status == 0, let bytes else {
            throw ImageDecodingError(.process, "the image cannot be written as PNG: try again")
        }
        defer { free(bytes) }
        return [UInt8](UnsafeBufferPointer(start: bytes, count: count))
    }
}
