internal import Quantities

/// An instant of UTC with nanoseconds, from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    public let seconds: Int64
    /// 0 to 999,999,999, counted forward also before 1970.
    public let nanoseconds: Int32

    static let secondsRange: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// Throws `outOfRange` outside the years 1 to 9999; `nanoseconds` of a second or more, or below zero, are carried.
    public init(seconds: Int64, nanoseconds: Int64 = 0) throws(ExpressionError) {
        let carry = nanoseconds >= 0 ? nanoseconds / Duration.perSecond : (nanoseconds + 1) / Duration.perSecond - 1
        let (total, overflow) = seconds.addingReportingOverflow(carry)
        guard !overflow, Self.secondsRange.contains(total) else { throw .overflow }
        self.seconds = total
        self.nanoseconds = Int32(nanoseconds - carry * Duration.perSecond)
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// Parses RFC 3339, such as `1972-01-01T10:00:20.021-05:00`.
    ///
    /// Throws `invalidArgument` for another text, `outOfRange` outside the years 1 to 9999 in UTC.
    public init(parsing text: String) throws(ExpressionError) {
        let malformed = ExpressionError(
            .invalidArgument, "Not a time; write it by RFC 3339, such as 2024-02-29T10:00:20Z.")
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = Self.twoDigits(bytes, 11), let minute = Self.twoDigits(bytes, 14),
            let second = Self.twoDigits(bytes, 17), hour < 24, minute < 60, second < 60
        else { throw malformed }
        let day: CivilDate
        do throws(QuantityError) {
            day = try CivilDate(iso8601: String(decoding: bytes[0..<10], as: UTF8.self))
        } catch { throw malformed }
        var place = 19
        var fraction: Int64 = 0
        if bytes[place] == UInt8(ascii: ".") {
            place += 1
            var scale: Int64 = 100_000_000
            let start = place
            while place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) {
                fraction += Int64(bytes[place] - UInt8(ascii: "0")) * scale
                scale /= 10
                place += 1
            }
            guard place > start else { throw malformed }
        }
        let zone = bytes[place...]
        var offset = 0
        if zone.elementsEqual("Z".utf8) || zone.elementsEqual("z".utf8) {
            offset = 0
        } else if let parsed = TimeZoneOffset.fixed(String(decoding: zone, as: UTF8.self)),
            zone.first == UInt8(ascii: "+") || zone.first == UInt8(ascii: "-")
        {
            offset = parsed
        } else {
            throw malformed
        }
        let time = Int64(hour) * 3600 + Int64(minute) * 60 + Int64(second)
        try self.init(seconds: Int64(day.daysSinceEpoch) * 86_400 + time - Int64(offset), nanoseconds: fraction)
    }

    private static func twoDigits(_ bytes: [UInt8], _ place: Int) -> Int? {
        let (tens, ones) = (bytes[place], bytes[place + 1])
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard digits.contains(tens), digits.contains(ones) else { return nil }
        return Int(tens - UInt8(ascii: "0")) * 10 + Int(ones - UInt8(ascii: "0"))
    }

    func adding(_ duration: Duration) throws(ExpressionError) -> Timestamp {
        let whole = duration.nanoseconds / Duration.perSecond
        let rest = duration.nanoseconds % Duration.perSecond
        return try Timestamp(seconds: seconds + whole, nanoseconds: Int64(nanoseconds) + rest)
    }

    func subtracting(_ duration: Duration) throws(ExpressionError) -> Timestamp {
        let whole = duration.nanoseconds / Duration.perSecond
        let rest = duration.nanoseconds % Duration.perSecond
        return try Timestamp(seconds: seconds - whole, nanoseconds: Int64(nanoseconds) - rest)
    }

    func since(_ other: Timestamp) throws(ExpressionError) -> Duration {
        try Duration(
            seconds: seconds - other.seconds, nanoseconds: Int64(nanoseconds) - Int64(other.nanoseconds))
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC, with as many decimals of a second as are needed.
    public var description: String {
        let parts = TimeParts(of: self, offset: 0)
        let day = "\(Self.padded(parts.year, 4))-\(Self.padded(parts.month, 2))-\(Self.padded(parts.day, 2))"
        let time = "\(Self.padded(parts.hour, 2)):\(Self.padded(parts.minute, 2)):\(Self.padded(parts.second, 2))"
        return "\(day)T\(time)\(Self.fractionText(nanoseconds))Z"
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    static func fractionText(_ nanoseconds: Int32) -> String {
        guard nanoseconds != 0 else { return "" }
        var digits = String(nanoseconds)
        digits = String(repeating: "0", count: 9 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "." + digits
    }
}

/// The calendar parts of an instant at an offset from UTC.
struct TimeParts {
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int
    let second: Int
    /// 0 for Sunday.
    let weekday: Int
    /// 0 for 1 January.
    let dayOfYear: Int

    init(of instant: Timestamp, offset: Int) {
        let local = instant.seconds + Int64(offset)
        let days = Int(local >= 0 ? local / 86_400 : (local + 1) / 86_400 - 1)
        let time = Int(local - Int64(days) * 86_400)
        hour = time / 3600
        minute = time / 60 % 60
        second = time % 60
        weekday = ((days + 4) % 7 + 7) % 7
        // H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days; also valid for the years 0 and
        // 10000, which an offset can reach and `CivilDate` excludes.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfMarchYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthShifted = (5 * dayOfMarchYear + 2) / 153
        day = dayOfMarchYear - (153 * monthShifted + 2) / 5 + 1
        month = monthShifted < 10 ? monthShifted + 3 : monthShifted - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        var before = 0
        for earlier in 1..<max(month, 1) { before += CivilDate.days(inMonth: earlier, of: year) }
        dayOfYear = before + day - 1
    }
}

/// Offsets from UTC written out.
enum TimeZoneOffset {
    /// Seconds east of UTC of `+02:00`, `-02:30`, `02:00` or `UTC`; nil for another text.
    static func fixed(_ text: String) -> Int? {
        if text == "UTC" || text == "Z" { return 0 }
        var bytes = Array(text.utf8)[...]
        var sign = 1
        if bytes.first == UInt8(ascii: "+") || bytes.first == UInt8(ascii: "-") {
            sign = bytes.removeFirst() == UInt8(ascii: "-") ? -1 : 1
        }
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }) else { return nil }
        var numbers: [Int] = []
        for part in parts {
            guard let number = Int(String(decoding: part, as: UTF8.self)), number >= 0, part.first != UInt8(ascii: "+")
            else { return nil }
            numbers.append(number)
        }
        guard numbers[0] < 24, numbers[1] < 60 else { return nil }
        return sign * (numbers[0] * 3600 + numbers[1] * 60)
    }
}
