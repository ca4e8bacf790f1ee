import ExpressionLanguage
import Foundation
import StrictJSON
import TestMaterial
import Testing

@Suite("Hostile expressions")
struct RobustnessTests {
    @Test("depth is bounded, and the deepest that is allowed fits a small stack")
    func depth() async {
        let shapes: [(Int) -> String] = [
            { String(repeating: "(", count: $0) + "1" + String(repeating: ")", count: $0) },
            { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) },
            { String(repeating: "-", count: $0) + "x" },
            { Array(repeating: "1", count: $0).joined(separator: " + ") },
            { "x" + String(repeating: ".a", count: $0) },
            { "x" + String(repeating: "[0]", count: $0) },
            { String(repeating: "true ? 1 : ", count: $0) + "2" },
            { String(repeating: "[1].map(x, ", count: $0) + "x" + String(repeating: ")", count: $0) },
            { String(repeating: "{'a': ", count: $0) + "1" + String(repeating: "}", count: $0) },
            { String(repeating: "size([", count: $0) + "1" + String(repeating: "])", count: $0) },
            { String(repeating: "cel.bind(y, 1, ", count: $0) + "y" + String(repeating: ")", count: $0) },
        ]
        for shape in shapes {
            let allowed = shape(32)
            #expect(onSmallStack { failure(allowed, ["x": .list([])])?.code } != .tooDeep, "\(allowed.prefix(40))")
            for count in [64, 95, 99, 150, 199, 201, 5_000] {
                let source = shape(count)
                _ = onSmallStack { failure(source, ["x": .list([])])?.code }
            }
            let endless = shape(5_000)
            #expect(onSmallStack { failure(endless, ["x": .list([])])?.code } == .tooDeep, "\(endless.prefix(40))")
        }
    }

    @Test("a long chain of conditions is flat")
    func longConditions() throws {
        let source = Array(repeating: "x == 1", count: 2000).joined(separator: " || ")
        #expect(try evaluate(source, ["x": .int(2)]) == .bool(false))
    }

    @Test("steps are bounded, also where a term would absorb the error")
    func steps() {
        var environment = Environment.standard
        environment.limits.steps = 10_000
        for source in [
            "lists.range(100000000000).size()", "lists.range(100).map(a, lists.range(100).map(b, a * b)).size()",
            "lists.range(200).exists(a, lists.range(200).exists(b, a + b > 1000)) || true",
            "lists.range(30).map(i, 'aaaaaaaaaaaaaaaa').join().replace('a', 'aaaaaaaaaaaaaaaa').replace('a', 'aaaaaaaaaaaaaa')",
            "cel.bind(a, 'aaaaaaaaaaaaaaaa', cel.bind(b, a+a+a+a+a+a, cel.bind(c, b+b+b+b+b+b, cel.bind(d, c+c+c+c+c+c, "
                + "cel.bind(e, d+d+d+d+d+d, cel.bind(f, e+e+e+e+e+e, cel.bind(g, f+f+f+f+f+f, g+g+g+g)))))))",
        ] { #expect(failure(source, in: environment)?.code == .costExceeded, "\(source)") }
    }

    @Test("no text, however mangled, stops the program")
    func mangled() throws {
        let seed: UInt64 = 0x5EED_0C31
        print("Seed of the mangled expressions: \(seed)")
        var random = SplitMix(state: seed)
        let sources = SharedFolder.lines("vectors/cel/conformance.jsonl", neededFor: "texts to damage")?.compactMap {
            try? ConformanceCase(line: $0).expression
        }
        if sources == nil {
            print("Skipped: mangling the conformance expressions, which are not here; a few are mangled instead.")
        }
        let seeds =
            sources ?? [
                "[1, 2].map(x, x + 1)", "'a'.format([1])", "{'a': {}}.?a.b", "timestamp('2024-01-01T00:00:00Z')",
            ]
        var environment = Environment.standard.declaring("x", as: .dyn).declaring("msg", as: .dyn)
        environment.limits.steps = 5000
        var evaluated = 0
        for turn in 0..<4000 {
            environment.checksTypes = turn % 2 == 0
            let source = mangle(seeds[Int(random.next() % UInt64(seeds.count))], with: seeds, &random)
            let bindings: Bindings = ["x": .list([.int(1), .string("a"), .null]), "msg": .map(.empty)]
            do throws(ExpressionError) {
                let expression = try ExpressionLanguage.Expression(source, in: environment)
                _ = expression.referencedPaths
                _ = try expression.evaluate(bindings)
                evaluated += 1
            } catch { #expect(!error.message.isEmpty) }
        }
        #expect(evaluated > 0)
    }

    private func mangle(_ source: String, with others: [String], _ random: inout SplitMix) -> String {
        var scalars = Array(source.unicodeScalars)
        let alphabet = Array("()[]{}.,?:!-+*/%<>=&|'\"\\`0129aexXuUbr _$é\u{10FFFF}\n".unicodeScalars)
        for _ in 0..<(1 + Int(random.next() % 4)) {
            let place = Int(random.next() % UInt64(scalars.count + 1))
            switch random.next() % 4 {
            case 0 where place < scalars.count: scalars.remove(at: place)
            case 1: scalars.insert(alphabet[Int(random.next() % UInt64(alphabet.count))], at: place)
            case 2 where place < scalars.count: scalars[place] = alphabet[Int(random.next() % UInt64(alphabet.count))]
            default:
                let other = Array(others[Int(random.next() % UInt64(others.count))].unicodeScalars)
                let start = Int(random.next() % UInt64(other.count + 1))
                scalars.insert(contentsOf: other[start..<min(other.count, start + 12)], at: place)
            }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// Runs on a thread with little stack: 512 KiB, which is what the concurrency runtime's threads have on some
    /// platforms, and 2 MiB without optimisation, where every function takes several times as much.
    private func onSmallStack(_ body: @escaping @Sendable () -> ExpressionError.Code?) -> ExpressionError.Code? {
        let result = Box()
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            result.code = body()
            done.signal()
        }
        #if DEBUG
            thread.stackSize = 2 << 20
        #else
            thread.stackSize = 512 << 10
        #endif
        thread.start()
        done.wait()
        return result.code
    }

    private final class Box: @unchecked Sendable {
        // Written before and read after the semaphore's signal.
        var code: ExpressionError.Code?
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): repeatable numbers for tests.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
