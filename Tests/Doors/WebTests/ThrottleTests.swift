import Quantities
import Testing

@testable import Web

@Suite("Counted attempts")
struct ThrottleTests {
    @Test("a name that is shut out may try again when its window is over, or when the clock was set back behind it")
    func clockSetBack() throws {
        let throttle = Throttle(attempts: 2, windowSeconds: 600)
        let start = Instant(millisecondsSinceEpoch: 1_790_000_000_000)
        for seconds: Int64 in [0, 600, -10 * 365 * 86_400] {
            let now = start.advanced(bySeconds: seconds)
            try throttle.count("name", now: now)
            try throttle.count("name", now: now)
            #expect(throws: WebError.self) { try throttle.count("name", now: now) }
        }
    }
}
