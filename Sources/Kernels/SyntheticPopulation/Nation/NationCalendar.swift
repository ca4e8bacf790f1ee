import Quantities

/// Days on which somebody was born who has an age on a day.
struct NationCalendar: Sendable {
    let packedDate: Int32
    private let year: Int32
    /// Month × 100 + day, and years back, by days before the anniversary.
    private let days: [(monthDay: Int32, back: Int32)]

    init(_ asOf: CivilDate) {
        year = Int32(asOf.year)
        packedDate = Int32(asOf.year * 10_000 + asOf.month * 100 + asOf.day)
        let lengths: [Int32] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var (month, day, back) = (Int32(asOf.month), min(Int32(asOf.day), lengths[asOf.month - 1]), Int32(0))
        var days: [(monthDay: Int32, back: Int32)] = []
        for _ in 0..<365 {
            days.append((month * 100 + day, back))
            day -= 1
            if day == 0 {
                month -= 1
                if month == 0 { (month, back) = (12, back + 1) }
                day = lengths[Int(month) - 1]
            }
        }
        self.days = days
    }

    @inline(__always)
    func birthDate(age: Int, daysBefore: Int) -> Int32 {
        let day = days[daysBefore]
        return (year &- Int32(truncatingIfNeeded: age) &- day.back) &* 10_000 &+ day.monthDay
    }

    /// 1 January of the same year, and the age that makes.
    @inline(__always)
    func firstOfYear(_ birthDate: Int32) -> (date: Int32, age: Int) {
        let born = birthDate / 10_000
        return (born &* 10_000 &+ 101, Int(year &- born))
    }
}
