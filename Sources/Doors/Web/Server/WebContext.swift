import Hummingbird
import NIOCore

/// What is known of a request beside the request: who asks, in which language, under which session.
struct WebContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// One of the country's languages.
    var language = ""
    var visitor = Visitor.anonymous
    /// The secret of the cookie or of the bearer's token; nil for nobody.
    var sessionSecret: String?
    /// The secret from which an anonymous visitor's form tokens are made.
    var visitSecret: String?
    /// Whether a session was named that is no longer open.
    var isSessionLost = false
    /// The machine at the other end of the connection.
    let peerAddress: String?
    let notes = ResponseNotes()

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peerAddress = source.channel.remoteAddress?.ipAddress
    }
}
