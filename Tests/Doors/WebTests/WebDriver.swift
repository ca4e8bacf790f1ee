import Foundation
import StrictJSON

/// A real browser, driven over the WebDriver protocol (W3C WebDriver, level 2).
final class WebDriver: @unchecked Sendable {
    enum Key: String {
        case tab = "\u{E004}"
        case enter = "\u{E007}"
        case space = " "
        case down = "\u{E015}"
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let process: Process
    private let client: Client
    private var session = ""
    private static let elementKey = "element-6066-11e4-a52e-4f735466cecf"

    /// Nil where the machine has no driver.
    static let program: String? = ["/usr/bin/chromedriver", "/usr/local/bin/chromedriver"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    init(program: String, port: Int) async throws {
        process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["--port=\(port)", "--silent"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        client = Client(port: port)
        for _ in 0..<100 {
            if let answer = try? await client.send(.get, "/status"), answer.status == 200 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Failure(description: "the driver does not answer")
    }

    /// Opens a window of `width` by `height` pixels.
    func open(width: Int, height: Int, language: String, hasScripts: Bool) async throws {
        if !session.isEmpty { try await close() }
        var preferences: JSONObject = ["intl.accept_languages": .string(language)]
        if !hasScripts { preferences["profile.managed_default_content_settings.javascript"] = 2 }
        let options: JSONValue = [
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                .string("--window-size=\(max(width, 500)),\(height)"), .string("--lang=\(language)"),
            ],
            "prefs": .object(preferences),
        ]
        let answer = try await call(
            .post, "/session",
            ["capabilities": ["alwaysMatch": ["browserName": "chrome", "goog:chromeOptions": options]]])
        session = answer["sessionId"]?.string ?? ""
        // A window cannot be narrower than 500 pixels; a device can.
        _ = try await call(
            .post, "/session/\(session)/goog/cdp/execute",
            [
                "cmd": "Emulation.setDeviceMetricsOverride",
                "params": [
                    "width": .integer(Int64(width)), "height": .integer(Int64(height)), "deviceScaleFactor": 1,
                    "mobile": false,
                ],
            ])
    }

    func close() async throws {
        _ = try await call(.delete, "/session/\(session)", nil)
        session = ""
    }

    func stop() async {
        if !session.isEmpty { try? await close() }
        _ = try? await client.send(.get, "/shutdown")
        // The driver may have inherited a mask that holds back SIGTERM.
        kill(process.processIdentifier, SIGKILL)
    }

    func go(_ address: String) async throws {
        _ = try await call(.post, "/session/\(session)/url", ["url": .string(address)])
    }

    func address() async throws -> String { try await call(.get, "/session/\(session)/url", nil).string ?? "" }

    func text(_ selector: String = "body") async throws -> String {
        try await call(.get, "\(try await element(selector))/text", nil).string ?? ""
    }

    func attribute(_ name: String, of selector: String) async throws -> String? {
        try await call(.get, "\(try await element(selector))/attribute/\(name)", nil).string
    }

    func has(_ selector: String) async throws -> Bool {
        let found = try await call(
            .post, "/session/\(session)/elements", ["using": "css selector", "value": .string(selector)])
        return found.array?.isEmpty == false
    }

    /// Waits up to ten seconds for an element: a click returns before the next page is there.
    func sees(_ selector: String) async throws -> Bool {
        for _ in 0..<100 {
            if (try? await has(selector)) == true { return true }
            try await Task.sleep(for: .milliseconds(100))
        }
        return false
    }

    /// Waits up to ten seconds until the address ends so.
    func arrives(at end: String) async throws -> Bool {
        for _ in 0..<100 {
            if (try? await address().hasSuffix(end)) == true { return true }
            try await Task.sleep(for: .milliseconds(100))
        }
        return false
    }

    func type(_ text: String, into selector: String) async throws {
        let element = try await element(selector)
        _ = try await call(.post, "\(element)/clear", [:])
        _ = try await call(.post, "\(element)/value", ["text": .string(text)])
    }

    func click(_ selector: String) async throws {
        _ = try await call(.post, "\(try await element(selector))/click", [:])
    }

    func choose(_ code: String, in selector: String) async throws {
        try await click("\(selector) option[value=\"\(code)\"]")
    }

    /// Presses keys on whatever has the focus.
    func press(_ keys: String) async throws {
        let actions = keys.flatMap { key -> [JSONValue] in
            [["type": "keyDown", "value": .string(String(key))], ["type": "keyUp", "value": .string(String(key))]]
        }
        _ = try await call(
            .post, "/session/\(session)/actions",
            ["actions": [["type": "key", "id": "keyboard", "actions": .array(actions)]]])
    }

    /// The identifier of the element that has the focus.
    func focused() async throws -> String {
        let element = try await call(.get, "/session/\(session)/element/active", nil)
        let id = element[Self.elementKey]?.string ?? ""
        return try await call(.get, "/session/\(session)/element/\(id)/attribute/id", nil).string ?? ""
    }

    func isFocusOnSubmit() async throws -> Bool {
        try await evaluate("return document.activeElement.matches('main form button')").bool == true
    }

    /// Runs in the driver, also where the page's own scripts are off.
    func evaluate(_ script: String) async throws -> JSONValue {
        try await call(.post, "/session/\(session)/execute/sync", ["script": .string(script), "args": []])
    }

    /// The whole page, as PNG.
    func screenshot() async throws -> Data {
        let answer = try await call(
            .post, "/session/\(session)/goog/cdp/execute",
            ["cmd": "Page.captureScreenshot", "params": ["captureBeyondViewport": true, "format": "png"]])
        guard let text = answer["data"]?.string, let data = Data(base64Encoded: text) else {
            throw Failure(description: "no picture")
        }
        return data
    }

    private func element(_ selector: String) async throws -> String {
        let found = try await call(
            .post, "/session/\(session)/element", ["using": "css selector", "value": .string(selector)])
        return "/session/\(session)/element/\(found[Self.elementKey]?.string ?? "")"
    }

    private func call(_ method: Client.Method, _ path: String, _ body: JSONValue?) async throws -> JSONValue {
        let answer = try await client.json(method, path, body)
        let value = answer.json["value"] ?? .null
        guard answer.status == 200 else {
            throw Failure(description: "\(path): \(value["message"]?.string?.prefix(300) ?? "")")
        }
        return value
    }
}
