import Foundation
import Installation
import Quantities

extension Jurisdiction {
    /// A day as the pages of all the country's languages write it: `23/11/2026`.
    func dayText(_ day: CivilDate) -> String {
        day.description.split(separator: "-").reversed().joined(separator: "/")
    }

    /// The day and the minute in the country: `23/11/2026 17:09`.
    func momentText(_ instant: Instant) -> String {
        let seconds = instant.millisecondsSinceEpoch / 1000
        let offset = timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
        let local = Instant(millisecondsSinceEpoch: (seconds + Int64(offset)) * 1000).description
        guard let day = try? CivilDate(iso8601: local.prefix(10)) else { return local }
        return "\(dayText(day)) \(local.dropFirst(11).prefix(5))"
    }
}

extension TextCatalogue {
    /// All ten decimals, with the language's mark.
    func decimal(_ value: FixedPoint) -> String { value.description.replacing(".", with: text("form.decimalMark")) }
}
