import RealModule

/// Gabor filters for every direction and distance of ridges, made once for a finger.
struct RidgeFilters {
    /// Pixels on each side of a filter's middle.
    static let reach = 10
    private static let side = 2 * reach + 1
    /// A filter's row as it is kept: ended by zeros, so that it is one vector of sixteen and one of eight.
    private static let stride = 24
    private static let directions = 60
    private static let distances = 7

    private let smallest: Double
    private let step: Double
    /// Filter after filter, row by row.
    private let weights: [Float]

    init(around period: Double) {
        smallest = period * 0.82
        step = period * 0.36 / Double(Self.distances - 1)
        var weights: [Float] = []
        weights.reserveCapacity(Self.directions * Self.distances * Self.side * Self.stride)
        for distance in 0..<Self.distances {
            for direction in 0..<Self.directions {
                weights += Self.filter(
                    direction: (Double(direction) + 0.5) * Double.pi / Double(Self.directions),
                    period: smallest + step * Double(distance))
            }
        }
        self.weights = weights
    }

    /// A wave across the ridges under a bell, without a mean and with a gain that lets a perfect wave grow a little.
    private static func filter(direction: Double, period: Double) -> [Float] {
        let deviation = period * 0.42
        // Longer along the ridges than across, so that they run on: minutiae are as rare as on a finger.
        let reachAlong = period * 0.72
        var values: [Double] = []
        for row in 0..<side {
            for column in 0..<side {
                let x = Double(column - reach)
                let y = Double(reach - row)
                let across = -x * Double.sin(direction) + y * Double.cos(direction)
                let along = x * Double.cos(direction) + y * Double.sin(direction)
                let bell = Double.exp(
                    -across * across / (2 * deviation * deviation) - along * along / (2 * reachAlong * reachAlong))
                values.append(bell * Double.cos(2 * Double.pi * across / period))
            }
        }
        let mean = values.reduce(0, +) / Double(values.count)
        let centred = values.map { $0 - mean }
        let energy = centred.reduce(0) { $0 + abs($1) }
        let rowEnd = [Float](repeating: 0, count: stride - side)
        var rows: [Float] = []
        for row in 0..<side {
            for column in 0..<side { rows.append(Float(centred[row * side + column] * 3 / energy)) }
            rows += rowEnd
        }
        return rows
    }

    /// The number of the filter that fits best.
    func index(orientation: Double, period: Double) -> Int {
        let direction = min(Self.directions - 1, Int(orientation / Double.pi * Double(Self.directions)))
        let distance = Int(((period - smallest) / step).rounded())
        return max(0, min(Self.distances - 1, distance)) * Self.directions + max(0, direction)
    }

    /// One round: every pixel becomes its filter's answer, held within -1 and 1.
    func applied(to field: [Float], width: Int, height: Int, choice: [Int32]) -> [Float] {
        // The last row's vectors read a few values beyond the field, which meet zeros.
        let padded = field + [Float](repeating: 0, count: Self.stride)
        return [Float](unsafeUninitializedCapacity: field.count) { result, count in
            count = field.count
            result.initialize(repeating: 0)
            padded.withUnsafeBytes { field in
                weights.withUnsafeBytes { weights in
                    for place in 0..<count where choice[place] >= 0 {
                        result[place] = max(
                            -1,
                            min(
                                1,
                                Self.sum(
                                    field, from: place - Self.reach * width - Self.reach, width: width, weights,
                                    filter: Int(choice[place]))))
                    }
                }
            }
        }
    }

    private static func sum(
        _ field: UnsafeRawBufferPointer, from start: Int, width: Int, _ weights: UnsafeRawBufferPointer, filter: Int
    ) -> Float {
        var wide = SIMD16<Float>(repeating: 0)
        var narrow = SIMD8<Float>(repeating: 0)
        var pixel = start * 4
        var weight = filter * side * stride * 4
        for _ in 0..<side {
            wide +=
                field.loadUnaligned(fromByteOffset: pixel, as: SIMD16<Float>.self)
                * weights.loadUnaligned(fromByteOffset: weight, as: SIMD16<Float>.self)
            narrow +=
                field.loadUnaligned(fromByteOffset: pixel + 64, as: SIMD8<Float>.self)
                * weights.loadUnaligned(fromByteOffset: weight + 64, as: SIMD8<Float>.self)
            pixel += width * 4
            weight += stride * 4
        }
        return wide.sum() + narrow.sum()
    }
}
