import CIrisKernels

/// A code prepared to be compared with many.
public struct IrisProbe: Sendable {
    /// Ways to compute, from the slowest; all give the same bits.
    public enum Way: Int32, Sendable, CaseIterable {
        /// Any processor.
        case portable = 0
        /// Vectors of 256 bits.
        case avx2 = 1
        /// Vectors of 512 bits that count their bits.
        case avx512 = 2

        /// The fastest that this processor has.
        public static let best = Way(rawValue: ci_best_way()) ?? .portable
    }

    private let planes: [UInt8]

    /// Prepares a code: each plane is continued around the circle by the rotations.
    public init(_ code: IrisCode) {
        let reach = IrisCode.rotations.upperBound
        planes = [code.real, code.imaginary, code.mask].flatMap { plane in
            let round = plane.suffix(reach) + plane + plane.prefix(reach)
            return round + repeatElement(0, count: Int(CI_PROBE_PLANE) - round.count)
        }
    }

    /// Compares with codes that stand one after another as `IrisCode.planes`, 384 bytes each.
    ///
    /// `each` is called with the index and the comparison of every code. A way that the processor does not have is
    /// replaced by the best that it has. The number of bytes must be a multiple of 384.
    public func compare(
        with codes: UnsafeRawBufferPointer, way: Way = .best, each: (Int, IrisComparison) -> Void
    ) {
        let length = 3 * IrisCode.angles
        precondition(codes.count % length == 0, "codes must be \(length) bytes each")
        let way = min(way.rawValue, Way.best.rawValue)
        let batch = 256
        withUnsafeTemporaryAllocation(of: Float.self, capacity: batch) { distances in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: batch) { rotations in
                guard let base = codes.bindMemory(to: UInt8.self).baseAddress else { return }
                let total = codes.count / length
                for start in stride(from: 0, to: total, by: batch) {
                    let count = min(batch, total - start)
                    ci_compare(
                        planes, base + start * length, count, way, distances.baseAddress, rotations.baseAddress)
                    for index in 0..<count {
                        each(
                            start + index,
                            IrisComparison(
                                distance: distances[index],
                                rotation: Int(rotations[index]) - IrisCode.rotations.upperBound))
                    }
                }
            }
        }
    }

    /// Compares with a list of codes, in its order.
    public func compare(with codes: [IrisCode], way: Way = .best) -> [IrisComparison] {
        var found: [IrisComparison] = []
        found.reserveCapacity(codes.count)
        codes.flatMap(\.planes).withUnsafeBytes { bytes in
            compare(with: bytes, way: way) { found.append($1) }
        }
        return found
    }
}
