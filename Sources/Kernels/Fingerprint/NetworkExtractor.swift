public import BiometricFormats
import RealModule

/// Finds minutiae by a trained network.
///
/// Slower than the classical extractor by an order of magnitude, and better on dry, wet and noisy impressions. The
/// quality of the impression is measured as the classical extractor does.
public struct NetworkExtractor: Sendable {
    /// Smoothed probability from which a pixel is a minutia.
    static let least: Float = 0.4

    private let network: LeaderNetwork
    private let classical = ClassicalExtractor()

    /// Takes the model's file in the Open Neural Network Exchange format.
    ///
    /// Throws `ModelError` where the bytes are cut or are another model.
    public init(model: [UInt8]) throws(ModelError) {
        network = try LeaderNetwork(try ModelFile(model))
        // One small image shows that every layer is there and fits.
        _ = try network.run(FeatureMap(channels: 1, width: 32, height: 32))
    }

    /// The minutiae of an image, and its quality; `dpi` as in ``ClassicalExtractor/extract(_:dpi:)``.
    public func extract(_ image: GreyImage, dpi: Double = 500) throws(ModelError) -> FingerExtraction {
        let grey = image.pixels.withUnsafeBufferPointer {
            Preparation.resampled(
                $0, width: image.width, height: image.height, dpi: Float(image.dpi ?? dpi))
        }
        let (framed, left, top) = Self.framed(grey)
        let minutiae = minutiae(try network.run(framed), left: left, top: top, width: grey.width, height: grey.height)
        return FingerExtraction(minutiae: minutiae, quality: classical.extract(grey).quality)
    }

    /// The answers of every layer, for comparison with another program's: name, channels, width, height, values.
    public func layers(
        _ image: GreyImage, dpi: Double = 500, _ body: (String, Int, Int, Int, [Float]) -> Void
    ) throws(ModelError) {
        let grey = image.pixels.withUnsafeBufferPointer {
            Preparation.resampled(
                $0, width: image.width, height: image.height, dpi: Float(image.dpi ?? dpi))
        }
        _ = try network.run(Self.framed(grey).map) { name, map in
            var values: [Float] = []
            for c in 0..<map.channels {
                values += UnsafeBufferPointer(start: map.channel(c), count: map.width * map.height)
            }
            body(name, map.channels, map.width, map.height, values)
        }
    }

    /// The image in the middle of one whose sides are multiples of 32, the frame as its first pixel.
    private static func framed(_ grey: Plane) -> (map: FeatureMap, left: Int, top: Int) {
        let step = LeaderNetwork.multiple
        let map = FeatureMap(
            channels: 1, width: (grey.width + step - 1) / step * step, height: (grey.height + step - 1) / step * step)
        let (left, top) = ((map.width - grey.width) / 2, (map.height - grey.height) / 2)
        map.values.update(repeating: grey[0, 0], count: map.width * map.height)
        for y in 0..<grey.height {
            (map.values + (y + top) * map.width + left).update(from: grey.row(y), count: grey.width)
        }
        return (map, left, top)
    }

    /// The places where the smoothed probability is the largest of its surroundings, three pixels to each side.
    private func minutiae(
        _ answer: LeaderNetwork.Answer, left: Int, top: Int, width: Int, height: Int
    ) -> [FingerMinutia] {
        let bell = LeaderNetwork.Convolution(weights: network.weights.bell, bias: [0], outputs: 1, side: 5)
        let smoothed = network.convolution(answer.position, bell)
        // The numbers are read by their address, which does not keep the maps.
        return withExtendedLifetime((smoothed, answer)) {
            largest(smoothed.channel(0), answer, left: left, top: top, width: width, height: height)
        }
    }

    private func largest(
        _ smooth: UnsafeMutablePointer<Float>, _ answer: LeaderNetwork.Answer, left: Int, top: Int, width: Int,
        height: Int
    ) -> [FingerMinutia] {
        let (wide, high) = (answer.position.width, answer.position.height)
        var found: [FingerMinutia] = []
        for y in top..<top + height {
            for x in left..<left + width where smooth[y * wide + x] >= Self.least {
                let value = smooth[y * wide + x]
                var isLargest = true
                for v in max(0, y - 3)...min(high - 1, y + 3) {
                    for u in max(0, x - 3)...min(wide - 1, x + 3) where smooth[v * wide + u] > value {
                        isLargest = false
                    }
                }
                guard isLargest else { continue }
                let index = y * wide + x
                found.append(
                    FingerMinutia(
                        x: Float(x - left), y: Float(y - top),
                        angle: Float.atan2(
                            y: answer.direction.channel(1)[index], x: answer.direction.channel(0)[index]),
                        kind: answer.kind.channel(0)[index] >= 0.5 ? .ending : .bifurcation,
                        quality: UInt8(min(100, max(1, 100 * value)))))
            }
        }
        return found
    }
}
