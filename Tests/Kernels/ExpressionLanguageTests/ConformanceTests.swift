import ExpressionLanguage
import Foundation
import StrictJSON
import TestMaterial
import Testing

/// The official suite of google/cel-spec (`tests/simple/testdata`, Apache-2.0), as far as it is in the shared folder.
@Suite("Conformance with the language definition")
struct ConformanceTests {
    /// Cases that do not pass, each with its reason. The list may only become shorter.
    static let notPassed: [String: String] = [:]

    @Test("the shared cases pass")
    func sharedCases() throws {
        let path = "vectors/cel/conformance.jsonl"
        guard let lines = SharedFolder.lines(path, neededFor: "the conformance cases") else { return }
        var passed = 0
        var skipped = 0
        var failures: [String] = []
        for line in lines {
            let testCase = try ConformanceCase(line: line)
            switch testCase.run(timeZone: SystemTimeZones.lookup) {
            case .passed: passed += 1
            case .skipped: skipped += 1
            case .failed(let reason): failures.append("\(testCase.fullName): \(testCase.expression) => \(reason)")
            }
        }
        print("\(passed) passed, \(failures.count) failed, \(skipped) skipped")
        for failure in failures { print("FAILED \(failure)") }
        let unexpected = failures.filter { failure in !Self.notPassed.keys.contains { failure.hasPrefix($0 + ":") } }
        #expect(unexpected.isEmpty)
        #expect(Double(passed) >= 0.95 * Double(passed + failures.count))
    }
}

/// The offsets of Foundation's time-zone database.
enum SystemTimeZones {
    static let lookup: Environment.TimeZoneLookup = { name, seconds in
        TimeZone(identifier: name)?.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds)))
    }
}
