import Hummingbird
import Logging
import NIOCore
import StrictJSON

/// Turns every refusal into an answer in the caller's language: JSON for the interface, a page for people.
struct ErrorAnswers: RouterMiddleware {
    let door: WebDoor

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let refusal = Self.refusal(error, request, numbers: door.numberFaults)
            if refusal.code.status.code >= 500 {
                // The type only: what an error says may quote a document.
                context.logger.error(
                    "fault", metadata: ["code": "\(refusal.code.rawValue)", "type": "\(type(of: error))"])
            }
            return answer(refusal, request, context)
        }
    }

    /// About as long as it takes to find out whether a database is back.
    static let retrySeconds = "2"

    private static func refusal(_ error: any Error, _ request: Request, numbers: NumberFaults) -> WebError {
        if error is NIOTooManyBytesError { return WebError(.bodyTooLarge) }
        let refusal = WebError(error, numbers: numbers)
        guard refusal.code == .notFound else { return refusal }
        let methods = Set(Route.matching(request.uri.path).flatMap { $0.methods.map(\.rawValue) })
        guard !methods.isEmpty, !methods.contains(request.method.rawValue) else { return refusal }
        return WebError(.methodNotAllowed, headers: [.allow: methods.sorted().joined(separator: ", ")])
    }

    func answer(_ refusal: WebError, _ request: Request, _ context: WebContext) -> Response {
        var response =
            request.uri.path.hasPrefix(Route.apiPrefix)
            ? json(refusal, context) : page(refusal, request, context)
        for field in refusal.headers { response.headers.append(field) }
        if refusal.code.status == .serviceUnavailable { response.headers[.retryAfter] = Self.retrySeconds }
        return response
    }

    private func json(_ refusal: WebError, _ context: WebContext) -> Response {
        let texts = door.text(context.language)
        let problems = refusal.problems.map { problem -> JSONValue in
            [
                "path": .string(problem.path), "code": .string(problem.code),
                "message": .string(problem.message(texts)),
            ]
        }
        let error: JSONValue = [
            "code": .string(refusal.code.rawValue),
            "message": .string(texts.text("error.\(refusal.code.rawValue)", refusal.values)),
            "problems": .array(problems),
        ]
        return .json(["error": error], status: refusal.code.status, language: context.language)
    }

    private func page(_ refusal: WebError, _ request: Request, _ context: WebContext) -> Response {
        let texts = door.text(context.language)
        if refusal.code == .signInNeeded || refusal.code == .sessionExpired, request.method == .get {
            let isResidents = request.uri.path.hasPrefix(Route.resident.rawValue)
            return .redirect(to: (isResidents ? Route.residentSignIn : .staffSignIn).path())
        }
        let model = ErrorPage(
            message: texts.text("error.\(refusal.code.rawValue)", refusal.values), code: refusal.code.rawValue,
            problems: refusal.problems.map { $0.message(texts) })
        return door.page(.error, model, context, title: "errorPage.title", status: refusal.code.status)
    }
}

/// The page that says why not.
struct ErrorPage: Sendable {
    let message: String
    let code: String
    let problems: [String]
}
