import Foundation
import Synchronization

/// Stands between a program and a server's Unix socket, and cuts the line around a COMMIT when it is told to.
public final class CuttingProxy: Sendable {
    public enum Cut: Sendable {
        /// The server never hears of the COMMIT.
        case beforeCommit
        /// The server has committed; its answer is lost.
        case afterCommit
    }

    /// The folder to connect to as `host`.
    public let folder: String
    private let target: String
    private let listener: Int32
    private let cuts = Mutex<[Cut]>([])

    public init(to server: TestServer) throws {
        target = "\(server.socketFolder)/.s.PGSQL.5432"
        folder = "/tmp/sijill-proxy-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let bound = Self.withAddress("\(folder)/.s.PGSQL.5432") { [listener] in bind(listener, $0, $1) }
        guard bound == 0, listen(listener, 64) == 0 else { throw CocoaError(.fileWriteUnknown) }
        Thread.detachNewThread { [weak self, listener] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0, let proxy = self else { return }
                Thread.detachNewThread { proxy.serve(client) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Lets the next COMMITs meet these fates, one after the other; later ones pass.
    public func cut(_ next: Cut...) { cuts.withLock { $0 += next } }

    private func serve(_ client: Int32) {
        let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer {
            close(client)
            close(server)
        }
        guard Self.withAddress(target, { connect(server, $0, $1) }) == 0 else { return }
        var ends = [
            pollfd(fd: client, events: Int16(POLLIN), revents: 0),
            pollfd(fd: server, events: Int16(POLLIN), revents: 0),
        ]
        var isCutting = false
        while poll(&ends, 2, -1) > 0 {
            if ends[0].revents != 0 {
                guard let bytes = Self.receive(client) else { return }
                var fate: Cut?
                if bytes.range(of: Data("COMMIT".utf8)) != nil {
                    fate = cuts.withLock { $0.isEmpty ? nil : $0.removeFirst() }
                }
                if fate == .beforeCommit { return }
                if fate == .afterCommit { isCutting = true }
                guard Self.send(bytes, server) else { return }
            }
            if ends[1].revents != 0 {
                guard let bytes = Self.receive(server) else { return }
                if isCutting, bytes.range(of: Data("COMMIT".utf8)) != nil { return }
                if !isCutting, !Self.send(bytes, client) { return }
            }
        }
    }

    private static func receive(_ descriptor: Int32) -> Data? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Data(buffer[..<count]) : nil
    }

    private static func send(_ bytes: Data, _ descriptor: Int32) -> Bool {
        var rest = [UInt8](bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
