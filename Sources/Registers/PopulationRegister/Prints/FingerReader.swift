public import BiometricFormats
public import Fingerprint
import Foundation
public import ImageDecoding

/// A finger's image as it was read.
public struct ReadFinger: Sendable {
    public let image: GreyImage
    public let minutiae: [FingerMinutia]
    public let quality: FingerprintQuality
}

/// Turns the bytes of an image into minutiae and quality, on a thread that may block.
public struct FingerReader: Sendable {
    /// What found the minutiae, kept with them.
    public let extractor: String
    private let decoder: ImageDecoder
    private let network: NetworkExtractor?

    /// - Parameter network: the network extractor, where its model is there; the classical one otherwise.
    public init(decoder: ImageDecoder = ImageDecoder(), network: NetworkExtractor? = nil) {
        (self.decoder, self.network) = (decoder, network)
        extractor = network == nil ? "classical" : "network"
    }

    /// Reads an image of `dpi` dots an inch, in any format that `ImageDecoder` knows.
    ///
    /// What the file says of its resolution does not count: it is often a screen's. Throws `PopulationError.unreadableImage`.
    public func read(_ bytes: [UInt8], dpi: Double) async throws -> ReadFinger {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try work(bytes, dpi) }) }
        }
    }

    private func work(_ bytes: [UInt8], _ dpi: Double) throws -> ReadFinger {
        var image: GreyImage
        do { image = try decoder.decode(bytes) } catch { throw PopulationError.unreadableImage(error.code.rawValue) }
        // A finger takes 1.6 inches at most; more is another picture, and would cost minutes.
        guard max(image.width, image.height) <= Int(4 * dpi) else {
            throw PopulationError.unreadableImage(ImageDecodingError.Code.refused.rawValue)
        }
        image.dpi = dpi
        if let network {
            let found = try network.extract(image, dpi: dpi)
            return ReadFinger(image: image, minutiae: found.minutiae, quality: found.quality)
        }
        let found = ClassicalExtractor().extract(image, dpi: dpi)
        return ReadFinger(image: image, minutiae: found.minutiae, quality: found.quality)
    }
}
