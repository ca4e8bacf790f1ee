import Foundation
import Storage
import TestSupport
import Testing

/// What a server with a certificate needs.
struct TLSMaterial: Sendable {
    /// An address of this machine that is not the loopback: what another machine would use.
    let host: String
    let openssl: String
}

extension TLSMaterial {
    static let found: TLSMaterial? = {
        let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first {
            FileManager.default.fileExists(atPath: $0)
        }
        guard TestServer.isAvailable, let openssl, let host = address() else {
            print("Skipped: TLS needs PostgreSQL, openssl and an address that is not the loopback.")
            return nil
        }
        return TLSMaterial(host: host, openssl: openssl)
    }()

    private static func address() -> String? {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return nil }
        defer { freeifaddrs(list) }
        for entry in sequence(first: list, next: { $0?.pointee.ifa_next }) {
            guard let address = entry?.pointee.ifa_addr, address.pointee.sa_family == AF_INET else { continue }
            var name = [CChar](repeating: 0, count: 64)
            let length = socklen_t(MemoryLayout<sockaddr_in>.size)
            guard getnameinfo(address, length, &name, 64, nil, 0, NI_NUMERICHOST) == 0 else { continue }
            let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if !text.hasPrefix("127.") { return text }
        }
        return nil
    }
}

/// A server that other machines reach is not spoken to unless it proves who it is.
@Suite("TLS to the database", .enabled(if: TLSMaterial.found != nil))
struct TLSTests {
    /// A server with a certificate of its own for these names; the port is the one given.
    private static func server(_ material: TLSMaterial, names: String, port: Int) throws -> TestServer {
        try TestServer(
            settings: [
                "listen_addresses=\(material.host)", "port=\(port)", "ssl=on", "ssl_cert_file=FOLDER/server.crt",
                "ssl_key_file=FOLDER/server.key",
            ]
        ) { folder in
            let making = Process()
            making.executableURL = URL(fileURLWithPath: material.openssl)
            making.arguments = [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=database", "-addext", "subjectAltName=\(names)", "-keyout", "\(folder)/server.key", "-out",
                "\(folder)/server.crt",
            ]
            making.standardError = FileHandle.nullDevice
            try making.run()
            making.waitUntilExit()
            try #require(making.terminationStatus == 0)
            chmod("\(folder)/server.key", 0o600)
            let rules = "\(folder)/data/pg_hba.conf"
            let handle = try #require(FileHandle(forWritingAtPath: rules))
            handle.seekToEndOfFile()
            handle.write(Data("host all all all trust\n".utf8))
            try handle.close()
        }
    }

    private static func ask(_ url: String) async throws -> Bool {
        let store = PostgreSQLStore(
            try PostgreSQLAddress(url: url), limits: PostgreSQLStore.Limits(connections: 1, patienceSeconds: 15))
        let isEncrypted = Statement(
            "tls", "SELECT COUNT(*) AS total FROM pg_stat_ssl WHERE ssl AND pid = pg_backend_pid()")
        let count = try await store.read { try $0.query(isEncrypted, []).first?.integer("total") }
        try await store.close()
        return count == 1
    }

    @Test("is verified by default: an unknown authority and a certificate of another name are refused")
    func verifiedByDefault() async throws {
        let material = try #require(TLSMaterial.found)
        let port = 20_000 + Int(ProcessInfo.processInfo.processIdentifier) % 20_000
        let right = try Self.server(material, names: "IP:\(material.host)", port: port)
        let base = "postgresql://sijill@\(material.host):\(port)/postgres"
        let authority = "\(right.socketFolder)/server.crt"
        #expect(try await Self.ask("\(base)?sslrootcert=\(authority)"))
        for query in ["", "?sslrootcert=/tmp/sijill-no-such-file"] {
            let error = await #expect(throws: StorageError.self) { _ = try await Self.ask(base + query) }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("sslrootcert") == true, "\(error?.message ?? "")")
        }
        // The first host answers without a certificate that fits; the next one is asked.
        let wrong = try Self.server(material, names: "DNS:another.example", port: port + 1)
        let strange = "postgresql://sijill@\(material.host):\(port + 1)/postgres"
        let error = await #expect(throws: StorageError.self) {
            _ = try await Self.ask("\(strange)?sslrootcert=\(wrong.socketFolder)/server.crt")
        }
        #expect(error?.message.contains("certificate") == true, "\(error?.message ?? "")")
        // Who states another mode gets it.
        #expect(try await Self.ask("\(strange)?sslmode=require"))
        right.stop(SIGQUIT)
        wrong.stop(SIGQUIT)
    }
}
