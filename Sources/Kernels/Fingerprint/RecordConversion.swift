public import BiometricFormats
import RealModule

extension FingerMinutia {
    /// The minutiae of a record's view, at 500 dots an inch.
    ///
    /// `angleUnits` are the units of a full turn in the record's format. A view without resolution counts as 500.
    public static func list(_ view: MinutiaeView, angleUnits: Int) -> [FingerMinutia] {
        let (across, down) = (scale(view.pixelsPerCmX), scale(view.pixelsPerCmY))
        return view.minutiae.map { minutia in
            FingerMinutia(
                x: Float(minutia.x) * across, y: Float(minutia.y) * down,
                angle: Float(minutia.angle) * 2 * .pi / Float(angleUnits),
                kind: Kind(rawValue: minutia.kind.rawValue) ?? .other, quality: min(100, minutia.quality))
        }
    }

    /// 197 pixels a centimetre is how records say 500 dots an inch.
    private static func scale(_ pixelsPerCm: Int) -> Float {
        pixelsPerCm == 197 || pixelsPerCm <= 0 ? 1 : 500 / (2.54 * Float(pixelsPerCm))
    }

    /// The same minutia in the pixels of an image of `dpi` dots an inch, for a record with 256 angle units.
    func recorded(dpi: Double, width: Int, height: Int) -> Minutia {
        let scale = Float(dpi) / 500
        let units = (angle / (2 * .pi) * 256).rounded()
        return Minutia(
            kind: Minutia.Kind(rawValue: kind.rawValue) ?? .other,
            x: min(width - 1, max(0, Int((x * scale).rounded()))),
            y: min(height - 1, max(0, Int((y * scale).rounded()))),
            angle: UInt8(truncatingIfNeeded: Int(units)), quality: quality)
    }
}

extension MinutiaeRecord {
    /// A record of one live plain impression of an unknown finger.
    ///
    /// The best 255 minutiae are kept, as records hold no more. `format` is an ISO layout; `dpi` the image's.
    public init(
        _ minutiae: [FingerMinutia], format: MinutiaeFormat, width: Int, height: Int, dpi: Double, quality: UInt8
    ) {
        let kept = minutiae.sorted { ($0.quality, $0.x, $0.y) > ($1.quality, $1.x, $1.y) }.prefix(255)
        let perCm = Int((dpi / 2.54).rounded())
        self.init(
            format: format,
            views: [
                MinutiaeView(
                    quality: quality, width: width, height: height, pixelsPerCmX: perCm, pixelsPerCmY: perCm,
                    minutiae: kept.map { $0.recorded(dpi: dpi, width: width, height: height) })
            ])
    }
}

extension FingerTemplate {
    /// Prepares the first view of a record.
    ///
    /// Throws `BiometricFormatError.range` when the record has no view.
    public init(_ record: MinutiaeRecord) throws(BiometricFormatError) {
        guard let view = record.views.first else {
            throw BiometricFormatError(.range, "views", "the record holds no finger; send one with at least one view")
        }
        self.init(FingerMinutia.list(view, angleUnits: record.format.angleUnits))
    }
}
