import Foundation

/// Where a matcher listens: `unix:PATH` on the same machine, or `HOST:PORT`.
public struct MatcherAddress: Sendable, Hashable, CustomStringConvertible {
    enum Place: Sendable, Hashable {
        case path(String)
        case host(String, port: String)
    }

    let place: Place
    public let description: String

    /// Throws `address`.
    public init(_ text: String) throws(GalleryShardsError) {
        description = text
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard !path.isEmpty, path.utf8.count < 108 else {
                throw GalleryShardsError(.address, "unix: give a path of 1 to 107 bytes, as in unix:/run/matcher-1")
            }
            place = .path(path)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
            colon > text.startIndex
        else { throw GalleryShardsError(.address, "give unix:PATH or HOST:PORT") }
        let host = text[..<colon].trimmingPrefix("[")
        place = .host(String(host.hasSuffix("]") ? host.dropLast() : host), port: String(port))
    }

    /// Calls `body` with each socket address that the place has until one gives a result.
    func withAddresses<Result>(
        listening: Bool, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Result?
    ) -> Result? {
        switch place {
        case .path(let path):
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            return withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body(AF_UNIX, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        case .host(let host, let port):
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            hints.ai_flags = listening ? AI_PASSIVE : 0
            var found: UnsafeMutablePointer<addrinfo>?
            guard getaddrinfo(host, port, &hints, &found) == 0 else { return nil }
            defer { freeaddrinfo(found) }
            var next = found
            while let one = next {
                if let address = one.pointee.ai_addr,
                    let result = body(one.pointee.ai_family, address, one.pointee.ai_addrlen)
                {
                    return result
                }
                next = one.pointee.ai_next
            }
            return nil
        }
    }
}
