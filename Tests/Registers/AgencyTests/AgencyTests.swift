import Agency
import Foundation
import Installation
import Quantities
import RecordStore
import TestSupport
import Testing

@Suite("Staff and sessions")
struct AgencyTests {
    let test: TestInstallation
    var agency: Agency { test.installation.agency }
    static let password = "a long password"

    init() async throws { test = try await TestInstallation() }

    func add(_ name: String = "Nadia", roles: Set<Role> = [.agent]) async throws -> String {
        try await agency.addStaff(name: name, password: Self.password, roles: roles, access: Staff.operatorAccess)
    }

    @Test("a member of the staff signs in by name and password, however the name is cased and spaced")
    func signIn() async throws {
        let id = try await add("Nadia B", roles: [.agent, .reviewer])
        for name in ["Nadia B", "nadiab", " NADIA B "] {
            let (secret, session) = try await agency.signIn(name: name, password: Self.password, lifetimeSeconds: 60)
            #expect(session.holder == .staff(id: id, roles: [.agent, .reviewer]))
            #expect(session.actor == Actor(kind: .staff, id: id))
            #expect(session.has(.agent) && session.has(.reviewer) && session.residentID == nil)
            #expect(try await agency.session(secret) == session)
        }
        #expect(try await agency.staffCount() == 1)
    }

    @Test("a wrong password and an unknown name are one and the same error")
    func wrongCredentials() async throws {
        _ = try await add()
        let attempts = [
            ("Nadia", "another password"), ("Nadia", ""), ("nobody", Self.password), ("", ""),
            ("Nadia", String(repeating: "a", count: 2000)), ("nobody", String(repeating: "a", count: 2000)),
        ]
        for (name, password) in attempts {
            await #expect(throws: AgencyError.wrongCredentials) {
                _ = try await agency.signIn(name: name, password: password, lifetimeSeconds: 60)
            }
        }
    }

    @Test("a name is given once, and a password has 10 to 200 characters")
    func adding() async throws {
        _ = try await add("Nadia")
        for name in ["Nadia", "NADIA", "na dia"] {
            await #expect(throws: AgencyError.nameTaken) { _ = try await add(name) }
        }
        for password in ["", "short pas", String(repeating: "a", count: 201)] {
            await #expect(throws: AgencyError.weakPassword) {
                _ = try await agency.addStaff(
                    name: "Other", password: password, roles: [], access: Staff.operatorAccess)
            }
        }
        #expect(try await agency.staffCount() == 1)
    }

    @Test("of many who add one name at once, one does")
    func addingAtOnce() async throws {
        let added = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 { group.addTask { (try? await add("Nadia")) != nil } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(added == 1)
    }

    @Test("a session ends when its time is over")
    func expiry() async throws {
        let (secret, session) = try await agency.openSession(.resident(personID: "p1"), lifetimeSeconds: 60)
        #expect(session.expiresAt == test.clock.now.advanced(bySeconds: 60))
        #expect(session.residentID == "p1" && session.actor == Actor(kind: .resident, id: "p1"))
        #expect(!session.has(.agent))
        test.clock.advance(seconds: 59)
        #expect(try await agency.session(secret) == session)
        test.clock.advance(seconds: 1)
        #expect(try await agency.session(secret) == nil)
    }

    @Test("a clock that is set back does not lengthen a session")
    func clockSetBack() async throws {
        let (secret, session) = try await agency.openSession(.resident(personID: "p1"), lifetimeSeconds: 600)
        test.clock.advance(seconds: -30)
        #expect(try await agency.session(secret) == session, "two servers' clocks may differ")
        test.clock.advance(seconds: -3600)
        #expect(try await agency.session(secret) == nil)
    }

    @Test("a session ends when it is closed, for good, and no other does")
    func closing() async throws {
        let first = try await agency.openSession(.resident(personID: "p1"), lifetimeSeconds: 60)
        let second = try await agency.openSession(.resident(personID: "p1"), lifetimeSeconds: 60)
        #expect(first.secret != second.secret)
        try await agency.closeSession(first.secret)
        try await agency.closeSession(first.secret)
        #expect(try await agency.session(first.secret) == nil)
        #expect(try await agency.session(second.secret) != nil)
        try await agency.closeSession("unknown")
    }

    @Test(
        "no other secret opens a session",
        arguments: ["", "x", String(repeating: "0", count: 64), String(repeating: "0", count: 65)])
    func unknownSecrets(secret: String) async throws {
        _ = try await agency.openSession(.resident(personID: "p1"), lifetimeSeconds: 60)
        #expect(try await agency.session(secret) == nil)
    }

    @Test(
        "roles are kept as they were given",
        arguments: [[], [.agent], [.reviewer], [.agent, .reviewer]] as [Set<Role>])
    func roles(roles: Set<Role>) async throws {
        let (secret, _) = try await agency.openSession(.staff(id: "s1", roles: roles), lifetimeSeconds: 60)
        #expect(try await agency.session(secret)?.holder == .staff(id: "s1", roles: roles))
    }

    @Test("neither name, password nor secret is in any file")
    func nothingInTheClear() async throws {
        _ = try await add("PlantedName")
        let (secret, _) = try await agency.signIn(name: "PlantedName", password: Self.password, lifetimeSeconds: 60)
        try await test.installation.close()
        for file in try await test.contents() {
            for planted in ["PlantedName", "plantedname", Self.password, secret, "argon2id"] {
                #expect(file.bytes.range(of: Data(planted.utf8)) == nil, "\(file.name)")
            }
        }
    }
}
