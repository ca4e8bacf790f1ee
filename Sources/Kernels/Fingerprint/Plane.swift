import RealModule

/// A rectangle of numbers with a margin that may be read and written.
final class Plane {
    static let margin = 24

    let width: Int
    let height: Int
    let stride: Int
    private let storage: UnsafeMutablePointer<Float>
    /// The number at column 0, row 0.
    let origin: UnsafeMutablePointer<Float>

    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        // Blocks may stand out by seven on the right and below.
        stride = width + 2 * Self.margin + 8
        let count = stride * (height + 2 * Self.margin + 8)
        storage = .allocate(capacity: count)
        storage.initialize(repeating: 0, count: count)
        origin = storage + Self.margin * stride + Self.margin
    }

    deinit { storage.deallocate() }

    subscript(x: Int, y: Int) -> Float {
        @inline(__always) get { origin[y * stride + x] }
        @inline(__always) set { origin[y * stride + x] = newValue }
    }

    func row(_ y: Int) -> UnsafeMutablePointer<Float> { origin + y * stride }
}

/// Numbers of the blocks of an image.
struct BlockMap {
    let width: Int
    let height: Int
    var values: [Float]

    init(width: Int, height: Int, repeating value: Float = 0) {
        (self.width, self.height) = (width, height)
        values = Array(repeating: value, count: width * height)
    }

    subscript(x: Int, y: Int) -> Float {
        get { values[y * width + x] }
        set { values[y * width + x] = newValue }
    }

    /// Weighted mean of the neighbourhood with a bell of `spread` blocks, edges repeated by leaving out what is absent.
    func smoothed(_ spread: Float) -> BlockMap {
        let radius = max(1, Int((2.5 * spread).rounded(.up)))
        let bell = (-radius...radius).map { Float.exp(-Float($0 * $0) / (2 * spread * spread)) }
        var rows = self
        for y in 0..<height {
            for x in 0..<width {
                var sum: Float = 0
                for d in max(-radius, -x)...min(radius, width - 1 - x) {
                    sum += bell[d + radius] * values[y * width + x + d]
                }
                rows.values[y * width + x] = sum
            }
        }
        var result = self
        for y in 0..<height {
            let range = max(-radius, -y)...min(radius, height - 1 - y)
            for x in 0..<width {
                var sum: Float = 0
                for d in range { sum += bell[d + radius] * rows.values[(y + d) * width + x] }
                result.values[y * width + x] = sum
            }
        }
        return result
    }

    /// The value that `share` of the numbers do not exceed.
    func percentile(_ share: Float) -> Float {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, Int(share * Float(sorted.count)))]
    }
}
