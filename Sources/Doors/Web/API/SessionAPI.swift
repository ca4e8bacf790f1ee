import Agency
import Hummingbird
import Installation
import StrictJSON

extension WebDoor {
    @Sendable func apiOpenStaffSession(_ request: Request, _ context: WebContext) async throws -> Response {
        let (document, key) = try await keyedJSON(request)
        let reader = try FieldReader(document)
        let name = reader.text("name", longest: 200)
        let password = reader.text("password", longest: 1000)
        try reader.finish()
        let secret = try await openStaffSession(name: name ?? "", password: password ?? "", key)
        return .json(
            ["token": .string(secret), "expiresInSeconds": .integer(configuration.staffSessionSeconds)],
            status: .created)
    }

    @Sendable func apiCloseSession(_ request: Request, _ context: WebContext) async throws -> Response {
        // A session that is closed stays so: the repeated request gets the same answer.
        guard context.sessionSecret != nil || context.isSessionLost else { throw WebError(.signInNeeded) }
        try await leave(context)
        return Response(status: .noContent)
    }

    @Sendable func apiSendCode(_ request: Request, _ context: WebContext) async throws -> Response {
        let (document, key) = try await keyedJSON(request)
        let reader = try FieldReader(document)
        let number = reader.text("civilNumber", longest: 40)
        try reader.finish()
        try await sendCode(number ?? "", key)
        return .json(
            ["message": .string(text(context.language).text("residentCode.sent"))], status: .accepted,
            language: context.language)
    }

    @Sendable func apiOpenResidentSession(_ request: Request, _ context: WebContext) async throws -> Response {
        let (document, key) = try await keyedJSON(request)
        let reader = try FieldReader(document)
        let number = reader.text("civilNumber", longest: 40)
        let code = reader.text("code", longest: 40)
        try reader.finish()
        let secret = try await openResidentSession(number: number ?? "", code: code ?? "", key)
        return .json(
            ["token": .string(secret), "expiresInSeconds": .integer(configuration.residentSessionSeconds)],
            status: .created)
    }
}
