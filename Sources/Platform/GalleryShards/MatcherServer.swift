import Foundation
import Gallery
import Synchronization

/// A process's shard, answering searches over a socket.
public final class MatcherServer: Sendable {
    /// Connections that are talked with at a time; more wait.
    static let mostConnections = 64
    /// Within which a request has to come.
    static let secondsToAsk = 10.0
    /// Within which an answer is taken.
    static let secondsToAnswer = 600.0

    private let held: HeldGallery
    private let listener: Descriptor
    private let connections = DispatchSemaphore(value: mostConnections)
    private let isClosing = Mutex(false)
    private let path: String?
    /// The port that was given, when the address left it open with port 0.
    public let port: Int?

    /// Listens; a socket that a dead process left at the path is replaced. Throws `address`.
    public init(_ held: HeldGallery, at address: MatcherAddress) throws(GalleryShardsError) {
        self.held = held
        if case .path(let path) = address.place {
            var status = stat()
            if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK { unlink(path) }
            self.path = path
        } else {
            path = nil
        }
        let made = address.withAddresses(listening: true) { family, pointer, length -> Int32? in
            let made = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard made >= 0 else { return nil }
            var yes: Int32 = 1
            setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
            guard bind(made, pointer, length) == 0, listen(made, 128) == 0 else {
                Foundation.close(made)
                return nil
            }
            return made
        }
        guard let made else {
            throw GalleryShardsError(.address, "listen: \(address) cannot be listened at: name a free place")
        }
        listener = Descriptor(made)
        if let path { chmod(path, 0o600) }
        port = Self.port(made)
    }

    private static func port(_ socket: Int32) -> Int? {
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let isNamed = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) == 0 }
        }
        // IPv4 and IPv6 have the port in the same place.
        guard isNamed, [AF_INET, AF_INET6].contains(Int32(address.sin6_family)) else { return nil }
        return Int(UInt16(bigEndian: address.sin6_port))
    }

    /// Answers until ``close()``; blocks its thread.
    public func run() {
        while !isClosing.withLock({ $0 }) {
            let number = accept(listener.number, nil, nil)
            guard number >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                break
            }
            let connection = Descriptor(number)
            connections.wait()
            Thread.detachNewThread { [self] in
                defer { connections.signal() }
                try? talk(connection)
            }
        }
    }

    /// Ends ``run()``.
    public func close() {
        isClosing.withLock { $0 = true }
        shutdown(listener.number, Int32(SHUT_RDWR))
        if let path { unlink(path) }
    }

    private func talk(_ connection: Descriptor) throws(GalleryShardsError) {
        let seal = held.folder.messageSeal
        let asking = Conversation(connection, seconds: Self.secondsToAsk)
        let greeting = (0..<Conversation.greetingBytes).map { _ in UInt8.random(in: 0...255) }
        try asking.send(greeting)
        let sealed = try asking.receiveMessage()
        // Whoever cannot seal gets no answer at all.
        guard let plain = sealed.withUnsafeBytes({ seal.open($0, [1] + greeting) }),
            let request = try? JSONDecoder().decode(MatcherRequest.self, from: plain)
        else { return }
        let reply = answer(request)
        guard let bytes = try? JSONEncoder().encode(reply) else { return }
        try Conversation(connection, seconds: Self.secondsToAnswer)
            .sendMessage(seal.seal([UInt8](bytes), [2] + greeting + sealed.suffix(16)))
    }

    private func answer(_ request: MatcherRequest) -> MatcherReply {
        do {
            let probe = try PersonTemplates(reading: [UInt8](request.probe))
            let search = GallerySearch(
                PersonProbe(probe), stage: request.isUnabridged ? .none : .standard, least: request.least,
                most: min(1000, max(1, request.most)))
            return MatcherReply(try held.search(search, excluding: request.own))
        } catch let error as GalleryError {
            return MatcherReply(refusal: error.code.rawValue, shard: held.shard)
        } catch let error as GalleryShardsError {
            return MatcherReply(refusal: error.code.rawValue, shard: held.shard)
        } catch {
            return MatcherReply(refusal: GalleryShardsError.Code.failed.rawValue, shard: held.shard)
        }
    }
}
