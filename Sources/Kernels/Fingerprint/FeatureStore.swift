/// Memory of maps that are no longer needed, for those that are made next.
///
/// Serves one run: fresh memory for every layer would cost a tenth of the time, in pages that the system clears.
final class FeatureStore {
    private var free: [(memory: UnsafeMutablePointer<Float>, capacity: Int)] = []

    deinit { for one in free { one.memory.deallocate() } }

    /// Room for `count` numbers of any value, and how many it really holds.
    func take(_ count: Int) -> (UnsafeMutablePointer<Float>, Int) {
        var best: Int?
        for (place, one) in free.enumerated() where one.capacity >= count {
            if one.capacity < best.map({ free[$0].capacity }) ?? .max { best = place }
        }
        if let best {
            let one = free.remove(at: best)
            return (one.memory, one.capacity)
        }
        return (.allocate(capacity: count), count)
    }

    func giveBack(_ memory: UnsafeMutablePointer<Float>, _ capacity: Int) { free.append((memory, capacity)) }
}
