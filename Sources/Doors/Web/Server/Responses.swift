import HTTPTypes
import Hummingbird
import RecordStore
import StrictJSON

extension Response {
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok, language: String? = nil) -> Response {
        var headers: HTTPFields = [.contentType: "application/json; charset=utf-8"]
        if let language { headers[.contentLanguage] = language }
        return Response(
            status: status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.serializedBytes())))
    }

    static func html(_ text: String, status: HTTPResponse.Status, language: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8", .contentLanguage: language],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// The next address after a form was sent, or instead of a page (303).
    static func redirect(to address: String) -> Response {
        Response(status: .seeOther, headers: [.location: address])
    }

    static func text(_ text: String, type: String, isCached: Bool = false) -> Response {
        var headers: HTTPFields = [.contentType: type]
        if isCached { headers[.cacheControl] = "public, max-age=3600" }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

extension WebDoor {
    /// The body as strict JSON. Throws `WebError` (`wrongContentType`, `bodyTooLarge`) or `JSONError`.
    func json(_ request: Request) async throws -> JSONValue {
        let body = try await body(request)
        guard Self.mediaType(request) == "application/json" else { throw WebError(.wrongContentType) }
        return try JSONValue(parsing: body.readableBytesView)
    }

    /// The body as a form's fields. Throws `WebError` (`wrongContentType`, `bodyTooLarge`, `malformedForm`).
    func form(_ request: Request) async throws -> FormBody {
        let body = try await body(request)
        guard Self.mediaType(request) == "application/x-www-form-urlencoded" else { throw WebError(.wrongContentType) }
        return try FormBody(body.readableBytesView)
    }

    /// The body as a form's fields and files. Throws like `form`.
    func upload(_ request: Request) async throws -> UploadBody {
        let body = try await body(request, limit: configuration.imageLimitBytes)
        guard Self.mediaType(request) == "multipart/form-data", let type = request.headers[.contentType],
            let boundary = UploadBody.boundary(type)
        else { throw WebError(.wrongContentType) }
        return try UploadBody(Array(body.readableBytesView), boundary: boundary)
    }

    /// How much of a body that is too long is still read, so that the caller, who is sending, hears the answer.
    private static let drainedBytes = 32 << 20

    private func body(_ request: Request, limit: Int? = nil) async throws -> ByteBuffer {
        let limit = limit ?? configuration.bodyLimitBytes
        var body = ByteBuffer()
        var total = 0
        for try await part in request.body {
            total += part.readableBytes
            if total <= limit { body.writeImmutableBuffer(part) }
            if total > max(Self.drainedBytes, limit) { break }
        }
        guard total <= limit else { throw WebError(.bodyTooLarge) }
        return body
    }

    private static func mediaType(_ request: Request) -> String? {
        request.headers[.contentType]?.split(separator: ";").first?.lowercased().filter { !$0.isWhitespace }
    }

    /// The body as strict JSON, and the key under which the same request is recognised when it is repeated.
    ///
    /// Throws like `json` and `idempotencyKey`.
    /// - Parameter limit: the longest body, and the longest text in it; by default as configured for all.
    func keyedJSON(_ request: Request, limit: Int? = nil) async throws -> (JSONValue, IdempotencyKey?) {
        let key = try idempotencyKey(request)
        let body = try await body(request, limit: limit)
        guard Self.mediaType(request) == "application/json" else { throw WebError(.wrongContentType) }
        let asked = Array("\(request.method.rawValue) \(request.uri.path)\n".utf8) + body.readableBytesView
        let limits = limit.map { JSONLimits(stringBytes: $0) } ?? JSONLimits()
        return (
            try JSONValue(parsing: body.readableBytesView, limits: limits),
            key.map { IdempotencyKey($0, request: asked) }
        )
    }

    /// The key of a request whose address says all.
    func emptyKey(_ request: Request) throws(WebError) -> IdempotencyKey? {
        let asked = Array("\(request.method.rawValue) \(request.uri.path)\n".utf8)
        return try idempotencyKey(request).map { IdempotencyKey($0, request: asked) }
    }

    /// The key of a form: of the header, or hidden in the form.
    ///
    /// - Parameter files: what was sent with it, by field.
    func formKey(
        _ request: Request, _ form: FormBody, files: [String: [UInt8]] = [:]
    ) throws(WebError) -> IdempotencyKey? {
        let hidden = form["key"].flatMap { (1...128).contains($0.utf8.count) ? $0 : nil }
        guard let key = try idempotencyKey(request) ?? hidden else { return nil }
        var asked = Array("\(request.method.rawValue) \(request.uri.path)\n".utf8) + form.asked
        for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
            asked += Array("\(name.utf8.count) \(bytes.count) \(name)=".utf8) + bytes
        }
        return IdempotencyKey(key, request: asked)
    }

    /// The caller's own key. Throws `WebError` (`malformedIdempotencyKey`).
    private func idempotencyKey(_ request: Request) throws(WebError) -> String? {
        guard let key = request.headers[Self.idempotencyKey] else { return nil }
        guard (1...128).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw WebError(.malformedIdempotencyKey)
        }
        return key
    }

    private static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
}
