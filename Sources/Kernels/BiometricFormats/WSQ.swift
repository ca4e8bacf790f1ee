/// Decoder of fingerprints compressed by wavelet scalar quantisation.
///
/// Source: WSQ gray-scale fingerprint image compression specification, IAFIS-IC-0110 version 3.1. Symmetric filters of
/// odd length (the 9/7 pair of all certified encoders) are read; others are refused as unsupported.
public enum WSQ {
    /// The image.
    ///
    /// `dpi` comes from a comment of the NISTCOM form, `nil` without one. `limit` bounds the pixels that are allocated.
    /// Throws `BiometricFormatError`: `signature`, `truncated`, `length`, `range`, `limit`, `unsupported`.
    public static func decode(
        _ bytes: [UInt8], limit: Int = GreyImage.pixelLimit
    ) throws(BiometricFormatError) -> GreyImage {
        var stream = WSQStream(bytes)
        try stream.readHeader(limit: limit)
        let tree = WSQTree(width: stream.frame.width, height: stream.frame.height)
        let coefficients = try stream.readCoefficients(of: tree)
        var plane = try WSQPlane(tree: tree, quantised: coefficients, tables: stream)
        plane.reconstruct(low: stream.synthesisLow, high: stream.synthesisHigh)
        let frame = stream.frame
        let pixels = plane.values.map { value -> UInt8 in
            let level = value * frame.scale + frame.shift + 0.5
            return level >= 255 ? 255 : level > 0 ? UInt8(level) : 0
        }
        return try GreyImage(width: frame.width, height: frame.height, dpi: stream.dpi, pixels: pixels)
    }
}

/// A part of the picture that the transform works on.
struct WSQRegion: Equatable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int
    /// The halves of a split stand the other way round: high frequencies left of low ones.
    var flippedX = false
    /// The same from top to bottom.
    var flippedY = false

    /// The four quadrants of one split: top left, top right, bottom left, bottom right.
    var quadrants: [WSQRegion] {
        let left = flippedX ? width / 2 : (width + 1) / 2
        let top = flippedY ? height / 2 : (height + 1) / 2
        return [
            WSQRegion(x: x, y: y, width: left, height: top),
            WSQRegion(x: x + left, y: y, width: width - left, height: top, flippedX: true),
            WSQRegion(x: x, y: y + top, width: left, height: height - top, flippedY: true),
            WSQRegion(
                x: x + left, y: y + top, width: width - left, height: height - top, flippedX: true, flippedY: true),
        ]
    }
}

/// The fixed order of splits and the sub-bands they leave.
struct WSQTree {
    let width: Int
    let height: Int

    /// The regions that were split, parents before children.
    private(set) var splits: [WSQRegion] = []

    /// The sixty bands that are coded, in their order.
    private(set) var bands: [WSQRegion] = []

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        let image = WSQRegion(x: 0, y: 0, width: width, height: height)
        let first = image.quadrants
        let second = first[0].quadrants
        splits = [image, first[0], first[1], first[2], second[1], second[2]]
        splits += second[1].quadrants + second[2].quadrants + [second[0]]
        let third = second[0].quadrants
        splits += third + [third[0].quadrants[0]]
        bands = third[0].quadrants[0].quadrants + third[0].quadrants.dropFirst()
        bands += third.dropFirst().flatMap(\.quadrants)
        bands += second[1].quadrants.flatMap(\.quadrants)
        bands += second[2].quadrants.flatMap(\.quadrants)
        bands += [second[3]] + first[1].quadrants + first[2].quadrants
    }
}

/// The picture as wavelet coefficients, and in the end as grey levels before shift and scale.
struct WSQPlane {
    private(set) var values: [Float]
    private let tree: WSQTree

    /// Gives each coefficient the middle of its bin.
    init(tree: WSQTree, quantised: [Int32], tables: WSQStream) throws(BiometricFormatError) {
        self.tree = tree
        values = [Float](repeating: 0, count: tree.width * tree.height)
        var next = 0
        for (index, band) in tree.bands.enumerated() {
            let bin = tables.bins[index]
            guard bin.width != 0 else { continue }
            for row in band.y..<band.y + band.height {
                for column in band.x..<band.x + band.width {
                    let level = Float(quantised[next])
                    next += 1
                    if level > 0 {
                        values[row * tree.width + column] = bin.width * (level - tables.binCentre) + bin.zeroWidth / 2
                    } else if level < 0 {
                        values[row * tree.width + column] = bin.width * (level + tables.binCentre) - bin.zeroWidth / 2
                    }
                }
            }
        }
    }

    /// Undoes the splits, children before parents.
    mutating func reconstruct(low: [Float], high: [Float]) {
        var line = WSQLine(low: low, high: high)
        let width = tree.width
        values.withUnsafeMutableBufferPointer { values in
            for region in tree.splits.reversed() {
                for column in region.x..<region.x + region.width {
                    line.join(
                        values, from: region.y * width + column, step: width, count: region.height,
                        isFlipped: region.flippedY)
                }
                for row in region.y..<region.y + region.height {
                    line.join(
                        values, from: row * width + region.x, step: 1, count: region.width, isFlipped: region.flippedX)
                }
            }
        }
    }
}

/// One line of the synthesis: low and high halves become samples.
struct WSQLine {
    /// Taps from the middle outwards.
    private let low: [Float]
    private let high: [Float]
    private let reach: Int
    private var extended: [Float] = []

    init(low: [Float], high: [Float]) {
        self.low = low
        self.high = high
        reach = max(low.count, high.count) - 1
    }

    /// Low samples stand at even places and high ones at odd places; both ends are mirrored on their last sample.
    mutating func join(
        _ values: UnsafeMutableBufferPointer<Float>, from start: Int, step: Int, count: Int, isFlipped: Bool
    ) {
        guard count > 1 else { return }
        let lows = (count + 1) / 2
        let lowStart = isFlipped ? count - lows : 0
        let highStart = isFlipped ? 0 : lows
        if extended.count < count + 2 * reach { extended = [Float](repeating: 0, count: count + 2 * reach) }
        extended.withUnsafeMutableBufferPointer { line in
            for place in 0..<count {
                let source = place & 1 == 0 ? lowStart + place / 2 : highStart + place / 2
                line[reach + place] = values[start + source * step]
            }
            let period = 2 * (count - 1)
            for offset in 1...reach {
                let before = offset % period
                line[reach - offset] = line[reach + (before < count ? before : period - before)]
                let after = (count - 1 + offset) % period
                line[reach + count - 1 + offset] = line[reach + (after < count ? after : period - after)]
            }
            for place in 0..<count {
                let middle = reach + place
                // The taps at even distance meet samples of the place's own kind, those at odd distance the other's.
                let (own, other) = place & 1 == 0 ? (low, high) : (high, low)
                var sum = own[0] * line[middle]
                var distance = 2
                while distance < own.count {
                    sum += own[distance] * (line[middle - distance] + line[middle + distance])
                    distance += 2
                }
                distance = 1
                while distance < other.count {
                    sum += other[distance] * (line[middle - distance] + line[middle + distance])
                    distance += 2
                }
                values[start + place * step] = sum
            }
        }
    }
}
