import CivilNumber
import Foundation
import Installation
import PopulationRegister
import StrictJSON
import Testing

@testable import Web

@Suite("A real browser", .serialized)
struct BrowserTests {
    /// The path of one household in the pages: entered, accepted, declared, and read by the resident in Arabic.
    @Test("One household goes from the centre's form to the resident's page")
    func household() async throws {
        guard let program = WebDriver.program else {
            print("skipped: there is no chromedriver on this machine (Debian: chromium-driver)")
            return
        }
        try await RunningServer.run { server in
            let driver = try await WebDriver(program: program, port: try Self.freePort())
            do {
                try await Walk(driver: driver, server: server).wholePath()
            } catch {
                await driver.stop()
                throw error
            }
            await driver.stop()
        }
    }

    /// A port that was free a moment ago.
    static func freePort() throws -> Int { Int.random(in: 20_000..<30_000) }
}

/// The steps of people before a screen.
struct Walk {
    let driver: WebDriver
    let server: RunningServer
    private let pictures: URL

    init(driver: WebDriver, server: RunningServer) throws {
        self.driver = driver
        self.server = server
        let folder =
            ProcessInfo.processInfo.environment["SIJILL_SCREENSHOTS"].map { URL(filePath: $0) }
            ?? FileManager.default.temporaryDirectory.appending(path: "sijill-screenshots")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        pictures = folder
    }

    private var home: String { "http://127.0.0.1:\(server.client.port)" }

    func wholePath() async throws {
        try await driver.open(width: 1100, height: 800, language: "ar", hasScripts: true)
        try await driver.go(home)
        #expect(try await driver.attribute("dir", of: "html") == "rtl")
        try await picture("home-ar")
        let ids = [
            try await enterByKeyboard(),
            try await enter(InventedPerson(1, isFemale: true), sex: "female", year: "1989"),
            try await enter(InventedPerson(2, isFemale: false), sex: "male", year: "2016"),
        ]
        var numbers: [String] = []
        for id in ids { numbers.append(try await accept(id)) }
        try await declare(numbers)
        try await readAsResident(numbers[0])
        try await narrow(numbers[0], application: ids[0])
        print("screenshots: \(pictures.path)")
    }

    private func picture(_ name: String) async throws {
        try await driver.screenshot().write(to: pictures.appending(path: "\(name).png"))
    }

    private func signIn(_ staff: (name: String, password: String)) async throws {
        try await driver.go("\(home)/staff/sign-in")
        try await driver.type(staff.name, into: "#name")
        try await driver.type(staff.password, into: "#password")
        try await driver.click("main button[type=submit]")
        try #require(try await driver.arrives(at: "/staff"))
    }

    private func signOut() async throws {
        try await driver.click("header button.plain")
        try #require(try await driver.arrives(at: ":\(server.client.port)/"))
    }

    /// Keyboard only: every field is reached with the tabulator, in the order of the page.
    private func enterByKeyboard() async throws -> String {
        try await signIn(RunningServer.agent)
        try await picture("staff-ar")
        try await driver.go("\(home)/applications/new")
        let person = InventedPerson(0, isFemale: false)
        _ = try await driver.evaluate("document.getElementById('names-arabic-given').focus()")
        let answers: [(id: String, keys: String)] = [
            ("names-arabic-given", person.arabicGiven), ("names-arabic-family", person.arabicFamily),
            ("names-latin-given", person.latinGiven), ("names-latin-family", person.latinFamily),
            ("sex-female", "\(WebDriver.Key.down.rawValue)"), ("birth-date-day", "3"), ("birth-date-month", "5"),
            ("birth-date-year", "1985"), ("birthPlace-country", ""), ("birthPlace-commune", "01.511.01.0"),
            ("birthPlace-text", ""), ("nationality", ""), ("residence-commune", "01.511.01.0"),
            ("residence-address", "حي السلام 12"), ("phone", person.phone),
        ]
        for (id, keys) in answers {
            #expect(try await driver.focused() == id)
            if !keys.isEmpty { try await driver.press(keys) }
            try await driver.press(WebDriver.Key.tab.rawValue)
        }
        #expect(try await driver.focused() == "documents-0--type")
        try await picture("application-form-ar")
        // Without a document the form comes back and says so, leading to the field.
        try await tab(to: "")
        try await driver.press(WebDriver.Key.enter.rawValue)
        try #require(try await driver.sees(".problems a[href='#documents-0--type']"))
        #expect(try await driver.attribute("value", of: "#names-arabic-given") == person.arabicGiven)
        try await picture("application-problem-ar")
        try await tab(to: "documents-0--type")
        try await driver.press(WebDriver.Key.down.rawValue + WebDriver.Key.tab.rawValue + person.document)
        try await driver.press(WebDriver.Key.enter.rawValue)
        return try await checkAndSend()
    }

    /// Goes on with the tabulator until the focus is on an element; without a name, on the form's button.
    private func tab(to id: String) async throws {
        for _ in 0..<60 {
            try await driver.press(WebDriver.Key.tab.rawValue)
            let isThere = id.isEmpty ? try await driver.isFocusOnSubmit() : try await driver.focused() == id
            if isThere { return }
        }
        throw WebDriver.Failure(description: "the tabulator does not reach the element")
    }

    private func checkAndSend() async throws -> String {
        try #require(try await driver.sees("button[value=send]"))
        try await picture("application-check-ar")
        try await driver.click("button[value=send]")
        try #require(try await driver.arrives(at: "/receipt"))
        let address = try await driver.address()
        try await picture("receipt-ar")
        return String(address.dropFirst("\(home)/applications/".count).prefix(36))
    }

    private func enter(_ person: InventedPerson, sex: String, year: String) async throws -> String {
        try await driver.go("\(home)/applications/new")
        let lines = [
            ("#names-arabic-given", person.arabicGiven), ("#names-arabic-family", person.arabicFamily),
            ("#names-latin-given", person.latinGiven), ("#names-latin-family", person.latinFamily),
            ("#birth-date-year", year), ("#birthPlace-commune", "01.511.01.0"), ("#residence-commune", "01.511.01.0"),
            ("#documents-0--number", person.document),
        ]
        for (selector, text) in lines { try await driver.type(text, into: selector) }
        try await driver.click("#sex-\(sex)")
        try await driver.choose("nationalCard", in: "#documents-0--type")
        try await driver.click("form#answers > button")
        return try await checkAndSend()
    }

    /// The reviewer works in French; returns the number given.
    private func accept(_ id: String) async throws -> String {
        try await signOut()
        try await signIn(RunningServer.reviewer)
        try await driver.go("\(home)/language/fr?to=/review")
        #expect(try await driver.attribute("lang", of: "html") == "fr")
        try await picture("queue-fr")
        try await driver.click("td a[href='/review/\(id)']")
        try await picture("review-fr")
        try await driver.click("#decision-refuse")
        try await driver.click("form.decide button")
        try #require(try await driver.sees(".problems a[href='#reason']"))
        try await driver.click("#decision-accept")
        try await driver.click("form.decide button")
        try #require(try await driver.sees(".panel .big"))
        let number = try await driver.text(".panel .big")
        #expect(number.count == server.installation.jurisdiction.population.civilNumber.length)
        try await picture("review-accepted-fr")
        try await driver.go("\(home)/language/ar?to=/review")
        return number
    }

    private func declare(_ numbers: [String]) async throws {
        try await signOut()
        try await signIn(RunningServer.agent)
        try await driver.go("\(home)/households/new")
        try await picture("household-start-ar")
        try await driver.type("\(numbers.count)", into: "#members")
        try await driver.click("#milieu-urban")
        try await driver.click("main form button")
        try #require(try await driver.sees("#declarant"))
        try await fillHousehold(numbers)
        try await picture("household-form-ar")
        try await driver.click("form#answers > button")
        try #require(try await driver.sees("button[value=send]"))
        try await picture("household-check-ar")
        try await driver.click("button[value=send]")
        try #require(try await driver.sees("section.score"))
        try await picture("household-receipt-ar")
        try await signOut()
    }

    private func fillHousehold(_ numbers: [String]) async throws {
        try await driver.choose("0", in: "#declarant")
        let lines = [
            ("commune", "01.511.01.0"), ("familyNuclei", "1"), ("dwelling.rooms", "3"), ("assets.computers", "0"),
            ("assets.mobilePhones", "2"), ("assets.cars", "0"), ("assets.motorcycles", "1"), ("assets.cattle", "0"),
            ("spending.waterElectricityMonthly[0]", "180,50"), ("spending.butaneMonthly", "50"),
            ("spending.telecomMonthly", "100"),
        ]
        for (field, text) in lines { try await driver.type(text, into: "[name='facts.\(field)']") }
        try await driver.choose("moroccanHouse", in: "[name='facts.dwelling.type']")
        try await driver.click("[name='facts.dwelling.bathOrShower']")
        try await driver.click("[name='facts.dwelling.ownElectricityMeter']")
        let members = [
            [
                "relationship": "head", "school": "none", "educationLevel": "basic", "diploma": "school",
                "activity": "working",
            ],
            [
                "relationship": "spouse", "school": "none", "educationLevel": "basic", "diploma": "none",
                "activity": "home",
            ],
            [
                "relationship": "child", "school": "public", "educationLevel": "basic", "diploma": "none",
                "activity": "student",
            ],
        ]
        for (index, choices) in members.enumerated() {
            let prefix = "facts.members[\(index)]"
            try await driver.type(numbers[index], into: "[name='\(prefix).civilNumber']")
            for (field, code) in choices { try await driver.choose(code, in: "[name='\(prefix).\(field)']") }
            try await driver.choose("none", in: "[name='\(prefix).healthCover']")
            try await driver.click("[name='\(prefix).literate']")
        }
        try await driver.choose("craftsman", in: "[name='facts.members[0].occupation']")
    }

    /// With scripts off, as everything else works too.
    private func readAsResident(_ number: String) async throws {
        try await driver.open(width: 1100, height: 800, language: "ar", hasScripts: false)
        try await openFile(number)
        try #require(try await driver.sees("section.score .big"))
        let text = try await driver.text("main")
        #expect(text.contains(number))
        try #require(try await driver.sees("section.score .big"))
        try #require(try await driver.sees("ol.terms li"))
        try #require(try await driver.sees("article.decision"))
        try #require(try await driver.sees("table tbody tr"))
        try await picture("resident-ar")
    }

    private func openFile(_ number: String) async throws {
        try await driver.go("\(home)/resident/sign-in")
        // A typing error is named, and nothing is sent.
        try await driver.type(String(number.dropLast()), into: "#civilNumber")
        try await driver.click("main form button")
        try #require(try await driver.sees(".problems"))
        try await driver.type(number, into: "#civilNumber")
        try await driver.click("main form button")
        try #require(try await driver.sees("#code"))
        let outbox = try await server.client.json(.get, "/api/v1/demonstration/outbox")
        try await driver.type(outbox.json["messages"]?[0]?["code"]?.string ?? "", into: "#code")
        try await picture("resident-code-ar")
        try await driver.press(WebDriver.Key.enter.rawValue)
        try #require(try await driver.arrives(at: "/resident"))
    }

    /// On a small telephone nothing is wider than the screen.
    private func narrow(_ number: String, application: String) async throws {
        try await driver.open(width: 360, height: 740, language: "fr", hasScripts: false)
        let open = [
            "/", "/staff/sign-in", "/resident/sign-in", "/resident/code", "/status", "/log", "/demonstration/outbox",
            "/nowhere",
        ]
        for path in open { try await expectFits(path) }
        try await openFile(number)
        try await expectFits("/resident")
        try await picture("resident-360-fr")
        try await signOut()
        try await signIn(RunningServer.both)
        for path in [
            "/staff", "/applications/new", "/households/new", "/households/new?members=2&milieu=rural", "/review",
            "/review/\(application)", "/applications/\(application)/receipt",
        ] { try await expectFits(path) }
        try await driver.go("\(home)/")
        try await picture("home-360-fr")
        try await driver.go("\(home)/households/new?members=1&milieu=rural")
        try await picture("household-form-360-fr")
        try await driver.go("\(home)/review/\(application)")
        try await picture("review-360-fr")
    }

    private func expectFits(_ path: String) async throws {
        try await driver.go("\(home)\(path)")
        let width = try await driver.evaluate("return document.documentElement.scrollWidth").integer ?? 0
        #expect(width <= 360, "\(path) is \(width) pixels wide")
    }
}
