import Agency
import Foundation
import HTTPTypes
import Hummingbird
import Installation
import RecordStore

/// Finds out who asks: by cookie on the pages, by bearer token in the interface; and refuses forms of other origin.
struct Sessions: RouterMiddleware {
    let door: WebDoor
    static let sessionCookie = "sijill-session"
    static let visitCookie = "sijill-visit"

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let isInterface = request.uri.path.hasPrefix(Route.apiPrefix)
        context.sessionSecret = isInterface ? Self.bearer(request) : request.cookies[Self.sessionCookie]?.value
        if let secret = context.sessionSecret {
            let session = try await door.installation.agency.session(secret)
            context.visitor = Visitor(session)
            if session == nil {
                context.sessionSecret = nil
                context.isSessionLost = true
            }
        }
        if !isInterface {
            context.visitSecret = request.cookies[Self.visitCookie]?.value
            if request.method != .get, request.method != .head, !Self.isOwnOrigin(request) {
                throw WebError(.foreignOrigin)
            }
        }
        return try await next(request, context)
    }

    private static func bearer(_ request: Request) -> String? {
        guard let header = request.headers[.authorization] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }

    /// Fetch metadata decides where the browser sends it; else the origin, which must be this host.
    ///
    /// Under `no-referrer` a browser sends `Origin: null` with its own forms, so fetch metadata comes first.
    /// A client that sends neither is no browser, and has no cookie that it does not mean to send.
    static func isOwnOrigin(_ request: Request) -> Bool {
        if let site = request.headers[fetchSite] { return site == "same-origin" || site == "none" }
        guard let origin = request.headers[.origin] else { return true }
        guard let host = request.head.authority, let separator = origin.range(of: "://") else { return false }
        return origin[separator.upperBound...].lowercased() == host.lowercased()
    }

    private static let fetchSite = HTTPField.Name("Sec-Fetch-Site")!
}

extension WebDoor {
    /// The secret of this visit's forms: the session's, or one made for a visitor who has none.
    func formSecret(_ context: WebContext) -> String {
        if let secret = context.sessionSecret { return secret }
        if let secret = context.visitSecret, secret.utf8.count == 64 { return secret }
        let secret = installation.surroundings.randomBytes(32).reduce(into: "") { text, byte in
            text += byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
        }
        context.notes.set(cookie(Sessions.visitCookie, secret, seconds: nil))
        return secret
    }

    /// Throws `WebError` (`formExpired`) for a form that this door did not give to this visitor.
    func confirm(_ form: FormBody, _ context: WebContext) throws(WebError) {
        let secret = context.sessionSecret ?? context.visitSecret
        guard FormToken.isValid(form[FormToken.field], secret: secret) else { throw WebError(.formExpired) }
    }

    func cookie(_ name: String, _ value: String, seconds: Int64?) -> Cookie {
        Cookie(
            name: name, value: value, maxAge: seconds.map(Int.init), path: "/", secure: configuration.isSecureCookie,
            httpOnly: true, sameSite: .strict)
    }
}
