import Hummingbird
import Synchronization

/// Cookies that a handler or a middleware wants set, whatever the answer will be.
final class ResponseNotes: Sendable {
    private let kept = Mutex<[Cookie]>([])

    func set(_ cookie: Cookie) { kept.withLock { $0.append(cookie) } }

    var cookies: [Cookie] { kept.withLock { $0 } }
}
