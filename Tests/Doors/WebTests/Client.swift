import Dispatch
import Foundation
import StrictJSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An answer as it came over the wire.
struct Answer: Sendable {
    let status: Int
    /// Names in lower case.
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// A picture is a string of several megabytes.
    var json: JSONValue { (try? JSONValue(parsing: body, limits: JSONLimits(stringBytes: 64 << 20))) ?? .null }

    /// Cookies set by the answer, by name.
    var cookies: [String: String] {
        var cookies: [String: String] = [:]
        for header in headers where header.name == "set-cookie" {
            let pair = header.value.prefix { $0 != ";" }.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            cookies[String(pair[0])] = pair.count > 1 ? String(pair[1]) : ""
        }
        return cookies
    }
}

/// An HTTP client on a plain socket, so that a test can send what no library would.
struct Client: Sendable {
    enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
        case put = "PUT"
    }

    struct Failure: Error {
        let message: String
    }

    let port: Int

    func send(
        _ method: Method, _ path: String, headers: [(String, String)] = [], body: [UInt8] = []
    ) async throws -> Answer {
        var head = "\(method.rawValue) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if !body.isEmpty || method == .post { head += "Content-Length: \(body.count)\r\n" }
        let bytes = Array((head + "\r\n").utf8) + body
        let port = port
        // On a thread of its own: blocking would take one of the server's.
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try Self.exchange(bytes, port: port) })
            }
        }
    }

    func json(
        _ method: Method, _ path: String, _ body: JSONValue? = nil, token: String? = nil, language: String? = nil,
        headers: [(String, String)] = []
    ) async throws -> Answer {
        var headers = headers
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        if let language { headers.append(("Accept-Language", language)) }
        if body != nil { headers.append(("Content-Type", "application/json")) }
        return try await send(method, path, headers: headers, body: body?.serializedBytes() ?? [])
    }

    private static func exchange(_ bytes: [UInt8], port: Int) throws -> Answer {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw Failure(message: "no socket") }
        defer { close(socket) }
        var timeout = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failure(message: "not connected") }
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            // The server may answer and stop reading before all is sent.
            guard count > 0 else { break }
            sent += count
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            received += buffer[..<count]
            if isWhole(received) { break }
        }
        return try parse(received)
    }

    /// Whether as much has come as the answer's length says; some servers do not close the connection.
    private static func isWhole(_ bytes: [UInt8]) -> Bool {
        guard let end = bytes.firstRange(of: [13, 10, 13, 10]) else { return false }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased()
        guard let found = head.firstMatch(of: /content-length: *([0-9]+)/), let length = Int(found.1) else {
            return false
        }
        return bytes.count - end.upperBound >= length
    }

    private static func parse(_ bytes: [UInt8]) throws -> Answer {
        guard let end = bytes.firstRange(of: [13, 10, 13, 10]) else { throw Failure(message: "no answer") }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw Failure(message: "no status")
        }
        let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            return (line[..<colon].lowercased(), value)
        }
        var body = Array(bytes[end.upperBound...])
        if headers.contains(where: { $0.name == "transfer-encoding" && $0.value == "chunked" }) {
            body = unchunked(body)
        }
        return Answer(status: status, headers: headers, body: body)
    }

    private static func unchunked(_ bytes: [UInt8]) -> [UInt8] {
        var rest = bytes[...]
        var body: [UInt8] = []
        while let end = rest.firstRange(of: [13, 10]) {
            guard let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16), size > 0 else {
                break
            }
            let chunk = rest[end.upperBound...].prefix(size)
            body += chunk
            rest = rest[chunk.endIndex...].dropFirst(2)
        }
        return body
    }
}

/// A person's browser without JavaScript: keeps cookies, follows redirects, sends forms with their token.
final class PlainBrowser: @unchecked Sendable {
    let client: Client
    private var cookies: [String: String] = [:]
    let language: String

    init(_ client: Client, language: String) {
        self.client = client
        self.language = language
    }

    func get(_ path: String) async throws -> Answer { try await follow(try await request(.get, path, [])) }

    /// Sends the form of the page last seen at `page`, with its token.
    func post(_ path: String, from page: Answer, _ fields: [(String, String)]) async throws -> Answer {
        let token = page.text.firstMatch(of: /name="formToken" value="([0-9a-f]+)"/).map { String($0.1) } ?? ""
        let body = ([("formToken", token)] + fields)
            .map { "\(PercentEncodingForTests.encode($0.0))=\(PercentEncodingForTests.encode($0.1))" }
            .joined(separator: "&")
        return try await follow(try await request(.post, path, Array(body.utf8)))
    }

    /// Sends the form of the page last seen at `page` with at most one file, as `multipart/form-data`.
    func upload(
        _ path: String, from page: Answer, _ fields: [(String, String)],
        file: (name: String, fileName: String, bytes: [UInt8])?
    ) async throws -> Answer {
        let token = page.text.firstMatch(of: /name="formToken" value="([0-9a-f]+)"/).map { String($0.1) } ?? ""
        var body: [UInt8] = []
        for (name, value) in [("formToken", token)] + fields {
            body += Array("--parts\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        if let file {
            let head = "Content-Disposition: form-data; name=\"\(file.name)\"; filename=\"\(file.fileName)\""
            body += Array("--parts\r\n\(head)\r\nContent-Type: image/png\r\n\r\n".utf8) + file.bytes + [13, 10]
        }
        body += Array("--parts--\r\n".utf8)
        return try await follow(
            try await request(.post, path, body, type: "multipart/form-data; boundary=parts"))
    }

    private func request(
        _ method: Client.Method, _ path: String, _ body: [UInt8], type: String = "application/x-www-form-urlencoded"
    ) async throws -> Answer {
        var headers = [("Accept-Language", language)]
        if !cookies.isEmpty {
            headers.append(("Cookie", cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")))
        }
        if method == .post {
            headers.append(("Content-Type", type))
            headers.append(("Origin", "http://127.0.0.1:\(client.port)"))
        }
        let answer = try await client.send(method, path, headers: headers, body: body)
        for (name, value) in answer.cookies { cookies[name] = value }
        return answer
    }

    private func follow(_ answer: Answer) async throws -> Answer {
        guard answer.status == 303, let location = answer.header("location") else { return answer }
        // As browsers do: what follows the number sign is a place on the page, and stays here.
        return try await follow(try await request(.get, String(location.prefix { $0 != "#" }), []))
    }
}

enum PercentEncodingForTests {
    static func encode(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
