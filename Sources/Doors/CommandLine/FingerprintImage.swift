import BiometricFormats
import Foundation
import ImageDecoding

/// Reads a finger's image from a file.
enum FingerprintImage {
    /// The image with the resolution that its list states; throws `Refused` with `place` before the reason.
    static func read(_ path: String, dpi: Double, place: String) throws -> GreyImage {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Refused("\(place): the file cannot be read; see that it is there")
        }
        do {
            var image = try ImageDecoder().decode([UInt8](bytes))
            // The list speaks for the sensor; image files often state the resolution of a screen.
            image.dpi = dpi
            return image
        } catch {
            throw Refused("\(place): \(error)")
        }
    }
}
