import BiometricFormats
import CKernels
import Foundation
import Testing

@testable import Fingerprint

@Suite("The network's arithmetic and its model")
struct NetworkTests {
    @Test("rows are weighted sums of rows", arguments: [(1, 1), (7, 5), (13, 9)])
    func matrix(outputs: Int, inputs: Int) {
        var generator = Seeded(1)
        func numbers(_ count: Int) -> [Float] {
            (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
        }
        let (weights, bias, source) = (numbers(outputs * inputs), numbers(outputs), numbers(inputs * 32))
        var target = [Float](repeating: 0, count: outputs * 32)
        ck_matrix(weights, bias, Int32(inputs), Int32(outputs), source, 32, &target, 32, 32)
        for o in 0..<outputs {
            for x in 0..<32 {
                var sum = bias[o]
                for i in 0..<inputs { sum += weights[o * inputs + i] * source[i * 32 + x] }
                #expect(abs(target[o * 32 + x] - sum) < 1e-4)
            }
        }
    }

    @Test("activations follow their formulas from far below to far above zero")
    func activations() {
        let values = stride(from: Float(-90), through: 90, by: 0.37).map { $0 }
        var (gelu, logistic) = (values, values)
        ck_gelu(&gelu, gelu.count)
        ck_sigmoid(&logistic, logistic.count)
        for (k, x) in values.enumerated() {
            let inner = 0.7978845608 * (Double(x) + 0.044715 * pow(Double(x), 3))
            #expect(abs(Double(gelu[k]) - 0.5 * Double(x) * (1 + tanh(inner))) < 1e-5 * max(1, abs(Double(x))))
            #expect(abs(Double(logistic[k]) - 1 / (1 + exp(-Double(x)))) < 1e-6)
        }
    }

    @Test("channels of a pixel are brought to mean 0 and spread 1")
    func normalisation() {
        var generator = Seeded(2)
        let source = (0..<5 * 16).map { _ in Float.random(in: -3...9, using: &generator) }
        var target = [Float](repeating: 0, count: 80)
        ck_normalise(source, 16, 5, [1, 1, 1, 1, 1], [0, 0, 0, 0, 0], 0, &target, 16, 16)
        for x in 0..<16 {
            let column = (0..<5).map { target[$0 * 16 + x] }
            #expect(abs(column.reduce(0, +)) < 1e-4)
            #expect(abs(column.map { $0 * $0 }.reduce(0, +) / 5 - 1) < 1e-4)
        }
    }

    @Test("a map is halved by largest and mean, and doubled by repeating")
    func sizes() {
        let map = FeatureMap(channels: 2, width: 4, height: 2)
        for k in 0..<8 { (map.channel(0)[k], map.channel(1)[k]) = (Float(k), Float(k)) }
        let half = map.pooled(largestBelow: 1)
        #expect(half.channel(0)[0] == 5 && half.channel(0)[1] == 7)
        #expect(half.channel(1)[0] == 2.5 && half.channel(1)[1] == 4.5)
        let double = half.doubled()
        #expect(double.channel(0)[0] == 5 && double.channel(0)[5] == 5 && double.channel(0)[3] == 7)
    }

    @Test("what is no model is refused with its code, however it is cut")
    func strangeFiles() {
        #expect(throws: ModelError.self) { try NetworkExtractor(model: []) }
        var generator = Seeded(3)
        for length in 1..<60 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(throws: ModelError.self) { try NetworkExtractor(model: bytes) }
            // A graph that promises more than is there.
            #expect(throws: ModelError.self) { try NetworkExtractor(model: [0x3A, 0xFF, 0xFF, 0xFF, 0x7F] + bytes) }
        }
    }
}
