import RealModule

extension Skeleton {
    /// Ends and forks of the lines, with direction and quality, without those that the outline makes.
    func minutiae(_ field: RidgeField, quality: BlockMap) -> [FingerMinutia] {
        let depth = field.depth()
        var found: [FingerMinutia] = []
        for (lines, kind) in [(1, FingerMinutia.Kind.ending), (3, .bifurcation)] {
            for index in places(lines) {
                let (px, py) = (x(index), y(index))
                let (bx, by) = (min(px / 8, field.width - 1), min(py / 8, field.height - 1))
                guard depth[bx, by] >= 2 else { continue }
                guard let (dx, dy) = direction(index, kind) else { continue }
                let axis = field.angle(bx, by)
                var (c, s) = (Float.cos(axis), Float.sin(axis))
                if c * dx + s * dy < 0 { (c, s) = (-c, -s) }
                // An end that looks out of the finger is cut by the outline.
                if kind == .ending, leaves(px, py, -c, -s, field) { continue }
                found.append(
                    FingerMinutia(
                        x: Float(px), y: Float(py), angle: Float.atan2(y: -s, x: c), kind: kind,
                        quality: UInt8(min(100, max(1, 100 * quality[bx, by])))))
            }
        }
        return withoutNeighbours(found)
    }

    private func leaves(_ px: Int, _ py: Int, _ dx: Float, _ dy: Float, _ field: RidgeField) -> Bool {
        for distance in [Float(8), 12, 16, 20] {
            let (x, y) = (Float(px) + dx * distance, Float(py) + dy * distance)
            guard x >= 0, y >= 0, Int(x) < width, Int(y) < height else { return true }
            if field.mask[Int(x) / 8, Int(y) / 8] == 0 { return true }
        }
        return false
    }

    /// Into the ridge at an end, between the branches at a fork.
    private func direction(_ index: Int, _ kind: FingerMinutia.Kind) -> (Float, Float)? {
        let vectors = starts(index).map { first -> (Float, Float, Int) in
            let path = walk(index, first, limit: 12).path
            let last = path[path.count - 1]
            let (dx, dy) = (Float(x(last) - x(index)), Float(y(last) - y(index)))
            let length = max(Float.hypot(dx, dy), 0.5)
            return (dx / length, dy / length, path.count)
        }
        if kind == .ending {
            guard let vector = vectors.first, vector.2 > 5 else { return nil }
            return (vector.0, vector.1)
        }
        guard vectors.count == 3 else { return nil }
        var best: (Float, Float)?
        var closest: Float = -2
        for (one, other) in [(0, 1), (0, 2), (1, 2)] {
            let (a, b) = (vectors[one], vectors[other])
            let cosine = a.0 * b.0 + a.1 * b.1
            if cosine > closest { (best, closest) = ((a.0 + b.0, a.1 + b.1), cosine) }
        }
        return best
    }

    /// Two minutiae nearer than six pixels are one smear.
    private func withoutNeighbours(_ minutiae: [FingerMinutia]) -> [FingerMinutia] {
        minutiae.enumerated().filter { k, one in
            !minutiae.enumerated().contains { other, neighbour in
                let (dx, dy) = (neighbour.x - one.x, neighbour.y - one.y)
                return other != k && dx * dx + dy * dy < 36
            }
        }.map(\.element)
    }
}

extension RidgeField {
    /// Blocks to the nearest block outside, the image's edge being outside; 0 outside.
    func depth() -> BlockMap {
        var depth = BlockMap(width: width, height: height)
        for y in 0..<height {
            for x in 0..<width where mask[x, y] > 0 {
                let before = x > 0 && y > 0 ? min(depth[x - 1, y], depth[x, y - 1], depth[x - 1, y - 1]) : 0
                depth[x, y] = before + 1
            }
        }
        for y in Swift.stride(from: height - 1, through: 0, by: -1) {
            for x in Swift.stride(from: width - 1, through: 0, by: -1) where mask[x, y] > 0 {
                let after =
                    x + 1 < width && y + 1 < height
                    ? min(depth[x + 1, y], depth[x, y + 1], depth[x + 1, y + 1]) : 0
                depth[x, y] = min(depth[x, y], after + 1)
            }
        }
        return depth
    }
}
