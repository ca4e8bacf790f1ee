/// How a country writes its numbers: how many random digits, which first digit, which patterns are avoided.
///
/// A number is `payloadDigits` random digits followed by one Verhoeff check digit. The filters look at the whole number
/// as printed, check digit included. Everything here is the country's data; the Codable form has the four keys
/// `payloadDigits`, `firstDigits`, `longestRun`, `longestRepetition`.
public struct CivilNumberScheme: Sendable {
    /// How many digits are random; 4...17.
    public let payloadDigits: Int
    /// The digits that a number may begin with, in ascending order; never 0.
    public let firstDigits: [UInt8]
    /// How many neighbouring digits may rise or fall by exactly one: 2 admits 12 and refuses 123 and 321.
    public let longestRun: Int
    /// How many times a digit may stand in a row: 2 admits 77 and refuses 777.
    public let longestRepetition: Int

    /// How many numbers the scheme can issue; exact.
    ///
    /// Counted digit by digit over the pairs of filter state and checksum, so the filters' effect on the check digit is
    /// included. `UInt64.max` is never reached: 18 digits are fewer.
    public let capacity: UInt64

    let filter: DigitFilter
    let checks: CheckTable
    /// The weight of the first random digit among the random digits.
    let placeValue: UInt64

    /// The printed length: the random digits and the check digit.
    public var length: Int { payloadDigits + 1 }

    /// Throws `CivilNumberSchemeError` naming the key whose value is out of range, or when no number would be left.
    public init(
        payloadDigits: Int, firstDigits: [UInt8], longestRun: Int, longestRepetition: Int
    ) throws(CivilNumberSchemeError) {
        guard (4...17).contains(payloadDigits) else {
            throw CivilNumberSchemeError(
                key: .payloadDigits, message: "payloadDigits must be from 4 to 17.")
        }
        let first = Set(firstDigits)
        guard !first.isEmpty, first.count == firstDigits.count, first.isSubset(of: 1...9) else {
            throw CivilNumberSchemeError(
                key: .firstDigits, message: "firstDigits must list digits from 1 to 9, each once.")
        }
        guard longestRun >= 1 else {
            throw CivilNumberSchemeError(key: .longestRun, message: "longestRun must be 1 or more.")
        }
        guard longestRepetition >= 1 else {
            throw CivilNumberSchemeError(
                key: .longestRepetition, message: "longestRepetition must be 1 or more.")
        }
        self.payloadDigits = payloadDigits
        self.firstDigits = first.sorted()
        // No pattern is longer than the number, so the automaton stays small whatever the description says.
        self.longestRun = longestRun
        self.longestRepetition = longestRepetition
        filter = DigitFilter(
            firstDigits: first, longestRun: min(longestRun, payloadDigits + 1),
            longestRepetition: min(longestRepetition, payloadDigits + 1))
        checks = CheckTable(length: payloadDigits + 1)
        placeValue = (1..<payloadDigits).reduce(1) { power, _ in power * 10 }
        capacity = Self.count(length: payloadDigits + 1, filter: filter, checks: checks)
        guard capacity > 0 else {
            throw CivilNumberSchemeError(
                key: .longestRun, message: "The filters leave no number; allow longer patterns.")
        }
    }

    private static func count(length: Int, filter: DigitFilter, checks: CheckTable) -> UInt64 {
        // ways[state * 10 + checksum] = how many beginnings of this length lead there.
        var ways = [UInt64](repeating: 0, count: filter.stateCount * 10)
        ways[0] = 1
        for position in 0..<length {
            var following = [UInt64](repeating: 0, count: ways.count)
            for state in 0..<filter.stateCount {
                for digit in 0..<10 {
                    let next = filter.next[state * 10 + digit]
                    guard next != DigitFilter.refused else { continue }
                    for checksum in 0..<10 where ways[state * 10 + checksum] > 0 {
                        let sum = Int(checks.step[(position * 10 + digit) * 10 + checksum])
                        following[Int(next) * 10 + sum] += ways[state * 10 + checksum]
                    }
                }
            }
            ways = following
        }
        return (0..<filter.stateCount).reduce(0) { $0 + ways[$1 * 10] }
    }
}

extension CivilNumberScheme: Hashable {
    public static func == (left: CivilNumberScheme, right: CivilNumberScheme) -> Bool {
        left.payloadDigits == right.payloadDigits && left.firstDigits == right.firstDigits
            && left.longestRun == right.longestRun && left.longestRepetition == right.longestRepetition
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(payloadDigits)
        hasher.combine(firstDigits)
        hasher.combine(longestRun)
        hasher.combine(longestRepetition)
    }
}

extension CivilNumberScheme: Codable {
    private enum CodingKeys: String, CodingKey {
        case payloadDigits, firstDigits, longestRun, longestRepetition
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            payloadDigits: try container.decode(Int.self, forKey: .payloadDigits),
            firstDigits: try container.decode([UInt8].self, forKey: .firstDigits),
            longestRun: try container.decode(Int.self, forKey: .longestRun),
            longestRepetition: try container.decode(Int.self, forKey: .longestRepetition))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(payloadDigits, forKey: .payloadDigits)
        try container.encode(firstDigits, forKey: .firstDigits)
        try container.encode(longestRun, forKey: .longestRun)
        try container.encode(longestRepetition, forKey: .longestRepetition)
    }
}

/// Why a description of a number scheme was refused.
public struct CivilNumberSchemeError: Error, Hashable, Sendable {
    /// The key of the description that has to change.
    public enum Key: String, Hashable, Sendable {
        case payloadDigits, firstDigits, longestRun, longestRepetition
    }

    /// Stable, for catalogues and tests.
    public let code = "civilNumberScheme.invalid"
    public let key: Key
    public let message: String
}
