import Hummingbird
import Storage
import Synchronization

/// Counts of requests by method, route and status, and how long each route took.
///
/// The route is the template, never the address as asked, so no label holds a personal value and their number is
/// bounded by the program.
final class RequestMetrics: Sendable {
    struct Answer: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    struct Times {
        var buckets = Array(repeating: 0, count: RequestMetrics.bounds.count)
        var count = 0
        var seconds = 0.0
    }

    /// Upper bounds in seconds; what took longer is in the total alone.
    static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    private struct State {
        var answers: [Answer: Int] = [:]
        var times: [String: Times] = [:]
        var running = 0
    }

    private let state = Mutex(State())

    func begin() { state.withLock { $0.running += 1 } }

    func end(method: String, route: String, status: Int, seconds: Double) {
        let answer = Answer(method: Self.methods.contains(method) ? method : "other", route: route, status: status)
        let place = Self.bounds.firstIndex { seconds <= $0 }
        state.withLock { state in
            state.running -= 1
            state.answers[answer, default: 0] += 1
            state.times[route, default: Times()].count += 1
            state.times[route, default: Times()].seconds += seconds
            if let place { state.times[route, default: Times()].buckets[place] += 1 }
        }
    }

    func write(to text: inout MetricsText) {
        let (answers, times, running) = state.withLock { ($0.answers, $0.times, $0.running) }
        text.family("sijill_http_requests_total", "counter", "Requests answered, by method, route and status.")
        for (answer, count) in answers.sorted(by: { ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status) }) {
            text.value(
                "sijill_http_requests_total",
                [("method", answer.method), ("route", answer.route), ("status", String(answer.status))], Double(count))
        }
        text.family("sijill_http_request_seconds", "histogram", "How long requests took, by route.")
        for (route, times) in times.sorted(by: { $0.key < $1.key }) {
            var sum = 0
            for (bound, count) in zip(Self.bounds, times.buckets) {
                sum += count
                text.value(
                    "sijill_http_request_seconds_bucket", [("route", route), ("le", MetricsText.number(bound))],
                    Double(sum))
            }
            text.value(
                "sijill_http_request_seconds_bucket", [("route", route), ("le", "+Inf")], Double(times.count))
            text.value("sijill_http_request_seconds_sum", [("route", route)], times.seconds)
            text.value("sijill_http_request_seconds_count", [("route", route)], Double(times.count))
        }
        text.family("sijill_http_requests_running", "gauge", "Requests under way.")
        text.value("sijill_http_requests_running", [], Double(running))
    }
}

/// Counts each request, and bounds how long it may wait for its stores.
struct RequestCounting: RouterMiddleware {
    let door: WebDoor

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        door.state.metrics.begin()
        var status = 500
        defer {
            let taken = (ContinuousClock.now - start).components
            door.state.metrics.end(
                method: request.method.rawValue, route: context.endpointPath ?? "none", status: status,
                seconds: Double(taken.seconds) + Double(taken.attoseconds) / 1e18)
        }
        let response = try await Patience.$current.withValue(
            Patience(.seconds(door.configuration.storePatienceSeconds))
        ) {
            try await next(request, context)
        }
        status = response.status.code
        return response
    }
}
