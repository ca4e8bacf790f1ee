import RealModule

extension Skeleton {
    /// Lines that end within this many pixels of a fork are burrs.
    static let burr = 9
    /// Lines shorter than this with two ends are dirt.
    static let island = 16
    /// Ends that face each other over less than this belong together.
    static let gap: Float = 13
    /// Rings and bridges shorter than this are pores and smears.
    static let loop = 14

    mutating func clean(_ field: RidgeField) {
        cutBurrs()
        joinGaps()
        openLoops(field)
        cutBurrs()
    }

    /// Erases short lines with a free end.
    mutating func cutBurrs() {
        for start in places(1) where pixels[start] != 0 {
            guard let first = starts(start).first else { continue }
            let walk = walk(start, first, limit: Self.island)
            switch walk.end {
            case .junction where walk.path.count <= Self.burr: erase(walk.path.dropLast())
            case .ending where walk.path.count <= Self.island: erase(walk.path[...])
            default: break
            }
        }
        for index in pixels.indices where pixels[index] != 0 && ring.allSatisfy({ pixels[index + $0] == 0 }) {
            pixels[index] = 0
        }
    }

    /// Draws a line between two ends that point at each other.
    mutating func joinGaps() {
        let ends = places(1).compactMap { start -> (index: Int, x: Float, y: Float, dx: Float, dy: Float)? in
            guard let first = starts(start).first else { return nil }
            let path = walk(start, first, limit: 12).path
            guard path.count > 6, let last = path.last else { return nil }
            let (dx, dy) = (Float(x(start) - x(last)), Float(y(start) - y(last)))
            let length = max(Float.hypot(dx, dy), 1)
            return (start, Float(x(start)), Float(y(start)), dx / length, dy / length)
        }
        var joined = Set<Int>()
        for (k, one) in ends.enumerated() where !joined.contains(k) {
            var (best, least): (Int, Float) = (-1, Self.gap)
            for (other, end) in ends.enumerated() where other > k && !joined.contains(other) {
                let (gx, gy) = (end.x - one.x, end.y - one.y)
                let distance = Float.hypot(gx, gy)
                guard distance < least, one.dx * end.dx + one.dy * end.dy < -0.7 else { continue }
                let facing = distance < 4 ? 1 : min(gx * one.dx + gy * one.dy, -(gx * end.dx + gy * end.dy)) / distance
                guard facing > 0.75 else { continue }
                (best, least) = (other, distance)
            }
            guard best >= 0 else { continue }
            joined.insert(best)
            draw(one.index, ends[best].index)
        }
    }

    /// Opens small rings and cuts bridges that run across the ridges.
    mutating func openLoops(_ field: RidgeField) {
        for start in places(3) where pixels[start] != 0 && branches(start) >= 3 {
            let walks = starts(start).map { walk(start, $0, limit: Self.loop) }.filter { $0.end == .junction }
            for (k, one) in walks.enumerated() {
                let end = one.path[one.path.count - 1]
                let twin = walks.indices.contains { $0 != k && near(walks[$0].path[walks[$0].path.count - 1], end) }
                let (dx, dy) = (Float(x(end) - x(start)), Float(y(end) - y(start)))
                let (bx, by) = (
                    min(field.width - 1, max(0, x(start) / 8)), min(field.height - 1, max(0, y(start) / 8))
                )
                let angle = field.angle(bx, by)
                let length = max(Float.hypot(dx, dy), 0.5)
                let across = abs(-dx * Float.sin(angle) + dy * Float.cos(angle)) / length
                let bridge = across > 0.6 && Float(one.path.count) < 1.2 * field.period[bx, by]
                if (twin || bridge) && one.path.count > 2 {
                    erase(one.path.dropFirst().dropLast())
                    break
                }
            }
        }
    }

    private func near(_ one: Int, _ other: Int) -> Bool {
        abs(x(one) - x(other)) <= 2 && abs(y(one) - y(other)) <= 2
    }

    private mutating func erase(_ path: ArraySlice<Int>) { for index in path { pixels[index] = 0 } }

    private mutating func draw(_ one: Int, _ other: Int) {
        let (x0, y0, x1, y1) = (x(one), y(one), x(other), y(other))
        let steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        for k in 0...steps {
            let px = x0 + ((x1 - x0) * k * 2 + steps) / (2 * steps)
            let py = y0 + ((y1 - y0) * k * 2 + steps) / (2 * steps)
            if px >= 0, py >= 0, px < width, py < height { pixels[(py + 1) * stride + px + 1] = 1 }
        }
    }
}
