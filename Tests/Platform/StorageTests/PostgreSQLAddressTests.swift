import Foundation
import Testing

@testable import Storage

@Suite("The address of a PostgreSQL database")
struct PostgreSQLAddressTests {
    static func parameter(_ name: String, _ url: String) throws -> String? {
        try PostgreSQLAddress(url: url).parameters[name]
    }

    @Test(
        "TLS with a verified name is the default as soon as one host is another machine",
        arguments: [
            "postgresql://db.example/sijill", "postgresql://127.0.0.1,db.example/sijill",
            "postgres://user@10.0.0.7:5433/sijill", "postgresql:///sijill?host=db.example",
            "postgresql:///sijill?host=localhost&hostaddr=10.0.0.7", "postgresql://127.example/sijill",
        ])
    func verifiesByDefault(url: String) throws {
        #expect(try Self.parameter("sslmode", url) == "verify-full")
    }

    @Test(
        "the own machine needs none", .enabled(if: ProcessInfo.processInfo.environment["PGHOST"] == nil),
        arguments: [
            "postgresql:///sijill", "postgresql:///sijill?host=/run/postgresql", "postgresql://127.0.0.1:5433/sijill",
            "postgresql://localhost/sijill", "postgresql://[::1]/sijill",
        ])
    func ownMachine(url: String) throws {
        #expect(try Self.parameter("sslmode", url) == nil)
    }

    @Test("what the address states stands")
    func statedStands() throws {
        let url = "postgresql://db.example/sijill?sslmode=verify-ca&target_session_attrs=any&connect_timeout=9"
        #expect(try Self.parameter("sslmode", url) == "verify-ca")
        #expect(try Self.parameter("target_session_attrs", url) == "any")
        #expect(try Self.parameter("connect_timeout", url) == "9")
    }

    @Test("several hosts are tried for the one that takes writes")
    func severalHosts() throws {
        let url = "postgresql://a.example:1,b.example:2/sijill"
        #expect(try Self.parameter("host", url) == "a.example,b.example")
        #expect(try Self.parameter("port", url) == "1,2")
        #expect(try Self.parameter("target_session_attrs", url) == "read-write")
    }

    @Test("an address that is none is refused without being repeated")
    func refused() {
        for url in ["mysql://x/secret", "postgresql://[secret", "postgresql://h/secret?nothing=1", ""] {
            let error = #expect(throws: StorageError.self) { try PostgreSQLAddress(url: url) }
            #expect(error?.message.contains("secret") == false)
        }
    }

    @Test("a password shows in no description")
    func passwordIsHidden() throws {
        let address = try PostgreSQLAddress(url: "postgresql://user:secret@127.0.0.1/sijill")
        #expect(address.hasPassword)
        var dumped = ""
        dump(address, to: &dumped)
        #expect(!"\(address)".contains("secret") && !dumped.contains("secret"))
    }

    @Test("question marks in a text are no arguments")
    func numbers() {
        #expect(
            PostgreSQLValue.numbered("SELECT '?', a FROM t WHERE b = ? AND c = 'it''s ?' AND d = ?")
                == "SELECT '?', a FROM t WHERE b = $1 AND c = 'it''s ?' AND d = $2")
    }
}
