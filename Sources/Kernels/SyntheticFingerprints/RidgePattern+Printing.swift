public import BiometricFormats
import RealModule

extension RidgePattern {
    /// Resolution of every print, pixels per inch.
    public static let dpi = 500.0

    /// The grey image that a sensor of 500 dpi would give of the finger.
    ///
    /// Dark ridges on a light ground. Throws `BiometricFormatError` (`range`) when a side is not positive.
    public func print(
        _ impression: Impression, width: Int = 388, height: Int = 480
    ) throws(BiometricFormatError) -> GreyImage {
        var skin = SkinNoise(finger: finger, impression: impression)
        var ink = [Float](repeating: 0, count: max(0, width) * max(0, height))
        let sine = Double.sin(impression.rotation)
        let cosine = Double.cos(impression.rotation)
        for row in 0..<max(0, height) {
            for column in 0..<max(0, width) {
                let x = Double(column - width / 2) - impression.shiftX
                let y = Double(height / 2 - row) - impression.shiftY
                let turnedX = x * cosine + y * sine
                let turnedY = -x * sine + y * cosine
                let (ownX, ownY) = impression.pulled(x: turnedX, y: turnedY, on: finger)
                let cover = skin.contact(x: ownX, y: ownY)
                guard cover > 0, let level = self.height(x: ownX, y: ownY) else { continue }
                let dryness = skin.dryness(x: ownX, y: ownY)
                let raised = Double(level) + 0.35 * impression.pressure - dryness
                let pore = level > 0.75 ? skin.pore() : 0
                ink[row * width + column] = Float(cover * (1 / (1 + Double.exp(-6 * raised)) - pore))
            }
        }
        skin.scratch(&ink, width: width, height: height)
        let soft = Self.softened(ink, width: width, height: height)
        let pixels = soft.map { value in
            UInt8(max(0, min(255, 232 - 190 * Double(value) + skin.grain())))
        }
        return try GreyImage(width: width, height: height, dpi: Self.dpi, pixels: pixels)
    }

    /// A bell of three by three, as a lens would.
    private static func softened(_ ink: [Float], width: Int, height: Int) -> [Float] {
        guard width > 2, height > 2 else { return ink }
        var across = ink
        for row in 0..<height {
            for column in 1..<(width - 1) {
                let place = row * width + column
                across[place] = 0.25 * ink[place - 1] + 0.5 * ink[place] + 0.25 * ink[place + 1]
            }
        }
        var result = across
        for place in width..<(width * (height - 1)) {
            result[place] = 0.25 * across[place - width] + 0.5 * across[place] + 0.25 * across[place + width]
        }
        return result
    }
}

extension Impression {
    /// Where the skin that prints at a point lies on the unpulled finger.
    ///
    /// The middle that presses stands still; towards the rim the skin follows the pull (R. Cappelli, D. Maio, D. Maltoni,
    /// "Modelling plastic distortion in fingerprint images", ICAPR 2001).
    func pulled(x: Double, y: Double, on finger: SyntheticFinger) -> (x: Double, y: Double) {
        let across = x / (finger.halfWidth * 0.5)
        let along = y / (finger.halfHeight * 0.5)
        let distance = max(0, Double.sqrt(across * across + along * along) - 1)
        let share = distance >= 1.4 ? 1 : 0.5 * (1 - Double.cos(Double.pi * distance / 1.4))
        return (x - pullX * share, y - pullY * share)
    }
}
