import RealModule

extension RidgeField {
    /// Marks the blocks that hold the finger: contrast enough, in one piece, without holes.
    mutating func segment(_ spread: BlockMap) {
        let even = spread.smoothed(1)
        let unit = BlockMap(width: width, height: height, repeating: 1).smoothed(1)
        var level = even
        for index in level.values.indices { level.values[index] /= unit.values[index] }
        let high = level.percentile(0.9)
        let least = max(6, 0.3 * high)
        for index in mask.values.indices {
            mask.values[index] = level.values[index] > least ? 1 : 0
        }
        settle()
    }

    /// Takes out blocks whose waves do not explain what is seen.
    mutating func confirm(_ share: BlockMap, least: Float) {
        let (sum, weight) = (share.smoothed(1), mask.smoothed(1))
        for index in mask.values.indices where mask.values[index] > 0 {
            if sum.values[index] / max(weight.values[index], 1e-3) < least { mask.values[index] = 0 }
        }
        settle()
    }

    /// Smooths the outline, keeps the large pieces and fills holes.
    private mutating func settle() {
        for _ in 0..<2 {
            let around = mask.smoothed(0.8)
            let unit = BlockMap(width: width, height: height, repeating: 1).smoothed(0.8)
            for index in mask.values.indices {
                mask.values[index] = around.values[index] / unit.values[index] > 0.5 ? 1 : 0
            }
        }
        let inside = pieces(of: 1)
        let largest = inside.sizes.max() ?? 0
        for index in mask.values.indices where mask.values[index] > 0 {
            if inside.sizes[inside.labels[index]] * 4 < largest { mask.values[index] = 0 }
        }
        let outside = pieces(of: 0)
        for index in mask.values.indices where mask.values[index] == 0 {
            let label = outside.labels[index]
            if !outside.touches[label], outside.sizes[label] < 40 { mask.values[index] = 1 }
        }
    }

    private func pieces(of value: Float) -> (labels: [Int], sizes: [Int], touches: [Bool]) {
        var labels = [Int](repeating: -1, count: width * height)
        var (sizes, touches): ([Int], [Bool]) = ([], [])
        for start in labels.indices where labels[start] < 0 && mask.values[start] == value {
            var (open, size, edge) = ([start], 0, false)
            labels[start] = sizes.count
            while let index = open.popLast() {
                size += 1
                let (x, y) = (index % width, index / width)
                edge = edge || x == 0 || y == 0 || x == width - 1 || y == height - 1
                for next in [x > 0 ? index - 1 : -1, x < width - 1 ? index + 1 : -1, index - width, index + width]
                where next >= 0 && next < labels.count && labels[next] < 0 && mask.values[next] == value {
                    labels[next] = sizes.count
                    open.append(next)
                }
            }
            sizes.append(size)
            touches.append(edge)
        }
        return (labels, sizes, touches)
    }
}
