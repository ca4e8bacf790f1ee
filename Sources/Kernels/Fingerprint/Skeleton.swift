/// Lines one pixel wide, as bytes with a frame of zeros, and walks along them.
struct Skeleton {
    enum End { case ending, junction, limit }

    struct Walk {
        /// Indices of pixels, the start included.
        var path: [Int]
        var end: End
    }

    let width: Int
    let height: Int
    let stride: Int
    var pixels: [UInt8]
    /// Steps to the eight neighbours: north, then clockwise.
    let ring: [Int]

    init(_ image: BitImage) {
        (width, height, stride) = (image.width, image.height, image.width + 2)
        pixels = Array(repeating: 0, count: stride * (height + 2))
        for y in 0..<height {
            for k in 0..<(width + 63) / 64 {
                var word = image.words[(y + 1) * image.stride + 1 + k]
                while word != 0 {
                    pixels[(y + 1) * stride + 1 + k * 64 + word.trailingZeroBitCount] = 1
                    word &= word - 1
                }
            }
        }
        ring = [-stride, -stride + 1, 1, stride + 1, stride, stride - 1, -1, -stride - 1]
    }

    func x(_ index: Int) -> Int { index % stride - 1 }
    func y(_ index: Int) -> Int { index / stride - 1 }

    /// How many lines leave a pixel.
    func branches(_ index: Int) -> Int {
        var count = 0
        var last = pixels[index + ring[7]]
        for step in ring {
            let value = pixels[index + step]
            if value != 0 && last == 0 { count += 1 }
            last = value
        }
        return count
    }

    /// First pixel of each line that leaves a pixel.
    func starts(_ index: Int) -> [Int] {
        var result: [Int] = []
        for k in 0..<8 {
            let (here, before) = (index + ring[k], index + ring[(k + 7) & 7])
            guard pixels[here] != 0, pixels[before] == 0 else { continue }
            // Of neighbours that touch each other the one beside, not the diagonal one, continues the line.
            let after = index + ring[(k + 1) & 7]
            result.append(k & 1 == 1 && pixels[after] != 0 ? after : here)
        }
        return result
    }

    /// Follows a line from a pixel through its neighbour `first`.
    func walk(_ start: Int, _ first: Int, limit: Int) -> Walk {
        var walk = Walk(path: [start, first], end: .limit)
        var (before, here) = (start, first)
        while walk.path.count <= limit {
            if branches(here) > 2 {
                walk.end = .junction
                return walk
            }
            var next = -1
            for k in [0, 2, 4, 6, 1, 3, 5, 7] {
                let candidate = here + ring[k]
                guard pixels[candidate] != 0, candidate != before, !touches(candidate, before),
                    candidate != start || walk.path.count > 3
                else { continue }
                next = candidate
                break
            }
            guard next >= 0, !walk.path.suffix(4).contains(next) else {
                walk.end = .ending
                return walk
            }
            walk.path.append(next)
            (before, here) = (here, next)
        }
        return walk
    }

    private func touches(_ one: Int, _ other: Int) -> Bool { ring.contains(other - one) }

    /// Every pixel with the given number of lines, in the order of rows.
    func places(_ count: Int) -> [Int] {
        pixels.indices.filter { index in
            guard pixels[index] != 0, index > stride, index < pixels.count - stride else { return false }
            let lines = branches(index)
            return count == 3 ? lines >= 3 : lines == count
        }
    }
}
