import HTTPTypes
import Hummingbird
import Installation
import Logging

/// One line a request: method, route's template, status, duration. Nothing of what was asked.
struct RequestLog: RouterMiddleware {
    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let duration = ContinuousClock.now - start
        let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        context.logger.info(
            "request",
            metadata: [
                "method": "\(request.method.rawValue.prefix(16))", "route": "\(context.endpointPath ?? "none")",
                "status": "\(response.status.code)", "milliseconds": "\(milliseconds)",
            ])
        return response
    }
}

/// What a browser is told about every answer, and the cookies.
struct SecurityHeaders: RouterMiddleware {
    let door: WebDoor
    private static let policy =
        "default-src 'self'; img-src 'self' data:; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] = Self.policy
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[Self.referrerPolicy] = "no-referrer"
        response.headers[Self.frameOptions] = "DENY"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        for cookie in context.notes.cookies { response.setCookie(cookie) }
        return response
    }

    private static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    private static let frameOptions = HTTPField.Name("X-Frame-Options")!
}

/// The language of the answer: `?language=` in the interface, the cookie, what the browser accepts, the country's first.
struct LanguageChoice: RouterMiddleware {
    let door: WebDoor
    static let cookie = "sijill-language"

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let asked = request.uri.queryParameters.get("language")
        let kept = request.cookies[Self.cookie]?.value
        context.language =
            [asked, kept].lazy.compactMap { $0 }.first { door.texts[$0] != nil }
            ?? Self.accepted(request.headers[.acceptLanguage] ?? "", door.installation.jurisdiction.languages)
            ?? door.defaultLanguage
        return try await next(request, context)
    }

    /// The best of `languages` by the header's weights, or nil where it names none of them.
    static func accepted(_ header: String, _ languages: [String]) -> String? {
        var best: (language: String, weight: Double)?
        for part in header.prefix(500).split(separator: ",") {
            let pieces = part.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            guard let range = pieces.first?.lowercased() else { continue }
            let weight =
                pieces.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            let primary = range.split(separator: "-").first.map(String.init) ?? range
            guard weight > 0, let language = languages.first(where: { $0 == primary }) else { continue }
            if best.map({ weight > $0.weight }) ?? true { best = (language, weight) }
        }
        return best?.language
    }
}

/// Refuses addresses that are no sound percent-encoding of UTF-8.
struct SoundRequests: RouterMiddleware {
    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard let path = PercentEncoding.decode(request.uri.path, plusIsSpace: false),
            path.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { throw WebError(.malformedPath) }
        if let query = request.uri.query, PercentEncoding.decode(query, plusIsSpace: true) == nil {
            throw WebError(.malformedQuery)
        }
        return try await next(request, context)
    }
}
