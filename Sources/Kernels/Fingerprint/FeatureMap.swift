/// Channels of numbers over an image, one channel after the other.
final class FeatureMap {
    let channels: Int
    let width: Int
    let height: Int
    /// Numbers from a channel to the next: the pixels, filled up to a multiple of sixteen.
    let stride: Int
    let values: UnsafeMutablePointer<Float>
    /// Where the memory is from: maps made of this one take theirs there too.
    let store: FeatureStore
    private let capacity: Int

    /// A map of no known values, but for the rest of each channel's last sixteen, which is zero.
    init(channels: Int, width: Int, height: Int, store: FeatureStore = FeatureStore()) {
        (self.channels, self.width, self.height) = (channels, width, height)
        self.store = store
        stride = (width * height + 15) & ~15
        (values, capacity) = store.take(channels * stride)
        for c in 0..<channels where stride > width * height {
            channel(c).advanced(by: width * height).update(repeating: 0, count: stride - width * height)
        }
    }

    deinit { store.giveBack(values, capacity) }

    func channel(_ index: Int) -> UnsafeMutablePointer<Float> { values + index * stride }

    /// Half the size: the largest of four for the first `half` channels, their mean for the rest.
    func pooled(largestBelow half: Int) -> FeatureMap {
        let result = FeatureMap(channels: channels, width: width / 2, height: height / 2, store: store)
        for c in 0..<channels {
            let (source, target) = (channel(c), result.channel(c))
            for y in 0..<result.height {
                let (upper, lower) = (source + 2 * y * width, source + (2 * y + 1) * width)
                let row = target + y * result.width
                for x in 0..<result.width {
                    let (a, b, c1, d) = (upper[2 * x], upper[2 * x + 1], lower[2 * x], lower[2 * x + 1])
                    row[x] = c < half ? max(max(a, b), max(c1, d)) : (a + b + c1 + d) * 0.25
                }
            }
        }
        return result
    }

    /// Each pixel four times.
    func doubled() -> FeatureMap {
        let result = FeatureMap(channels: channels, width: 2 * width, height: 2 * height, store: store)
        for c in 0..<channels {
            let (source, target) = (channel(c), result.channel(c))
            for y in 0..<result.height {
                let (from, to) = (source + y / 2 * width, target + y * result.width)
                for x in 0..<width {
                    to[2 * x] = from[x]
                    to[2 * x + 1] = from[x]
                }
            }
        }
        return result
    }

    /// The channels of this map, then those of others of the same size.
    func followed(by others: FeatureMap...) -> FeatureMap {
        let result = FeatureMap(
            channels: others.reduce(channels) { $0 + $1.channels }, width: width, height: height, store: store)
        var target = result.values
        for map in [self] + others {
            target.update(from: map.values, count: map.channels * stride)
            target += map.channels * stride
        }
        return result
    }
}
