import RealModule

/// What a person spends in a year, log-normal over all persons of the nation with a given mean and Gini coefficient.
///
/// A household stands at row + spread × level − tilt × (size − mean size) on a scale; the scale is bent so that persons
/// along it are log-normal exactly. Town and country stand apart so far that their means have the given ratio.
struct NationConsumption: Sendable {
    let mean: Double
    let gini: Double
    /// Standard deviation and mean of the logarithm.
    let spread: Double
    let middle: Double
    /// Place of each row on the scale.
    let rowLevel: [Float]
    let sizeTilt: Float
    private static let least: Float = -8
    private static let steps = 4096
    private static let perUnit: Float = 256
    /// The logarithm of spending along the scale.
    private let curve: [Float]

    static let keys = ["mean", "gini", "urbanToRural", "sizeTilt", "communeSpread"]

    /// `sizes` are cumulated shares of 2^32 by row and size. Throws `SyntheticTableError` for a missing key.
    init(_ table: CSVTable, _ census: CensusRows, sizes: [UInt32], meanSize: [Float]) throws(SyntheticTableError) {
        var values: [String: Double] = [:]
        for (key, value) in zip(try table.texts("key"), try table.numbers("value")) { values[key] = value }
        for key in Self.keys where values[key] == nil {
            throw SyntheticTableError(table: table.name, row: 1, message: "the key \(key) is missing")
        }
        mean = values["mean"] ?? 0
        gini = values["gini"] ?? 0
        guard mean > 0, gini > 0, gini < 1 else {
            throw SyntheticTableError(table: table.name, row: 1, message: "mean and gini must be above 0, gini below 1")
        }
        // A log-normal's Gini coefficient is 2Φ(σ/√2) − 1 (J. Aitchison, J. Brown 1957).
        spread = 2.0.squareRoot() * NormalTable.exact((gini + 1) / 2)
        middle = Double.log(mean) - spread * spread / 2
        let tilt = values["sizeTilt"] ?? 0
        sizeTilt = Float(tilt)
        let places = Self.places(census, spread: values["communeSpread"] ?? 0)
        let persons = Persons(census, places, tilt: tilt, sizes: sizes, meanSize: meanSize)
        // The distance between town and country that gives the ratio of their means.
        var (low, high) = (0.0, 6.0)
        for _ in 0..<24 {
            let distance = (low + high) / 2
            if persons.ratio(distance: distance, spread: spread) < (values["urbanToRural"] ?? 1) {
                low = distance
            } else {
                high = distance
            }
        }
        let distance = (low + high) / 2
        rowLevel = places.indices.map { Float(places[$0] + (census.milieux[$0] == 0 ? distance : 0)) }
        let (spread, middle) = (spread, middle)
        let shares = persons.sharesBelow(distance: distance)
        curve = shares.map { Float(middle + spread * NormalTable.exact(min(1 - 1e-12, max(1e-12, $0)))) }
    }

    /// In the currency's main unit a year and person.
    @inline(__always)
    func spending(row: Int, level: Float, sizeAboveMean: Float) -> Float {
        let scale = (rowLevel[row] + level - sizeTilt * sizeAboveMean - Self.least) * Self.perUnit
        let inside = min(Float(Self.steps - 2), max(0, scale))
        let place = Int(inside)
        let part = inside - Float(place)
        return Float.exp(curve[place] + part * (curve[place + 1] - curve[place]))
    }

    /// Communes' standing inside town and country, from what the census says of amenities, space and education.
    private static func places(_ census: CensusRows, spread: Double) -> [Double] {
        let signs: [(String, Double)] = [
            ("bathroom", 1), ("running_water", 0.5), ("people_per_room", -1), ("male_education_higher", 1),
            ("female_education_higher", 1), ("male_illiterate", -0.5), ("female_illiterate", -0.5),
        ]
        var places = [Double](repeating: 0, count: census.communes.count)
        for milieu in 0...1 {
            let rows = places.indices.filter { census.milieux[$0] == milieu }
            let weight = rows.reduce(0) { $0 + census.households($1) }
            guard weight > 0 else { continue }
            func standardise(_ values: [Int: Double]) -> [Int: Double] {
                let mean = rows.reduce(0) { $0 + census.households($1) * (values[$1] ?? 0) } / weight
                let variance = rows.reduce(0) { sum, row in
                    let distance = (values[row] ?? 0) - mean
                    return sum + census.households(row) * distance * distance
                }
                let deviation = max(1e-9, (variance / weight).squareRoot())
                return values.mapValues { ($0 - mean) / deviation }
            }
            var sum: [Int: Double] = [:]
            for (column, sign) in signs {
                let values = Dictionary(uniqueKeysWithValues: rows.map { ($0, census.value(column, $0)) })
                for (row, value) in standardise(values) { sum[row, default: 0] += sign * value }
            }
            for (row, value) in standardise(sum) { places[row] = max(-2.5, min(2.5, value)) * spread }
        }
        return places
    }

    /// Sizes from 1: one more than a Poisson variable, cut off, with the mean that is asked for where that can be.
    static func sizes(mean: Double, largest: Int) -> (shares: [Double], mean: Double) {
        var rate = mean - 1
        var shares: [Double] = []
        var reached = 1.0
        for _ in 0..<20 {
            var term = Double.exp(-rate)
            shares = (1...largest).map { size in
                defer { term *= rate / Double(size) }
                return term
            }
            let total = shares.reduce(0, +)
            shares = shares.map { $0 / total }
            reached = shares.enumerated().reduce(0) { $0 + Double($1.offset + 1) * $1.element }
            rate = max(0, rate + mean - reached)
        }
        return (shares, reached)
    }

    /// How many persons stand where on the scale, in town and in the country.
    private struct Persons {
        static let bins = 1200
        static let perUnit = 100.0
        /// Weight of persons by place from −6, town first.
        var weights = [[Double](repeating: 0, count: bins), [Double](repeating: 0, count: bins)]
        let below: [Double]

        init(_ census: CensusRows, _ places: [Double], tilt: Double, sizes: [UInt32], meanSize: [Float]) {
            var total = 0.0
            for row in places.indices {
                var before = 0.0
                for size in 1...SyntheticNation.mostMembers {
                    let upTo = Double(sizes[row * SyntheticNation.mostMembers + size - 1]) * 0x1p-32
                    let persons = census.households(row) * (upTo - before) * Double(size)
                    before = upTo
                    let place = places[row] - tilt * (Double(size) - Double(meanSize[row]))
                    let bin = min(Self.bins - 1, max(0, Int(((place + 6) * Self.perUnit).rounded())))
                    weights[census.milieux[row]][bin] += persons
                    total += persons
                }
            }
            for milieu in 0...1 { for bin in 0..<Self.bins { weights[milieu][bin] /= total } }
            below = (-2400...2400).map { NormalTable.share(below: Double($0) / Self.perUnit) }
        }

        private func place(_ bin: Int) -> Double { Double(bin) / Self.perUnit - 6 }

        /// The share of persons below each point of the curve.
        func sharesBelow(distance: Double) -> [Double] {
            (0..<NationConsumption.steps).map { step in
                let point = Double(NationConsumption.least) + Double(step) / Double(NationConsumption.perUnit)
                return share(below: point, distance: distance, 0) + share(below: point, distance: distance, 1)
            }
        }

        func share(below point: Double, distance: Double, _ milieu: Int) -> Double {
            var sum = 0.0
            for bin in 0..<Self.bins where weights[milieu][bin] > 0 {
                let scaled = (point - place(bin) - (milieu == 0 ? distance : 0)) * Self.perUnit + 2400
                let index = min(4799, max(0, Int(scaled)))
                let part = min(1, max(0, scaled - Double(index)))
                sum += weights[milieu][bin] * (below[index] + part * (below[index + 1] - below[index]))
            }
            return sum
        }

        /// Mean spending in town over that in the country, were the scale bent to a log-normal with this spread.
        func ratio(distance: Double, spread: Double) -> Double {
            var (sums, persons) = ([0.0, 0.0], [0.0, 0.0])
            var last = [0.0, 0.0]
            for step in stride(from: -7.0, through: 9.0, by: 0.05) {
                let now = [share(below: step, distance: distance, 0), share(below: step, distance: distance, 1)]
                let middle = (now[0] + now[1] + last[0] + last[1]) / 2
                let spending = Double.exp(spread * NormalTable.exact(min(1 - 1e-9, max(1e-9, middle))))
                for milieu in 0...1 {
                    sums[milieu] += (now[milieu] - last[milieu]) * spending
                    persons[milieu] += now[milieu] - last[milieu]
                }
                last = now
            }
            guard persons[0] > 0, persons[1] > 0, sums[1] > 0 else { return .infinity }
            return (sums[0] / persons[0]) / (sums[1] / persons[1])
        }
    }
}
