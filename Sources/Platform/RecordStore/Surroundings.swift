import Crypto
import Foundation
public import Quantities
import Synchronization

/// Time, randomness and identifiers, given as values so that a test can fix them.
public final class Surroundings: Sendable {
    private let clock: @Sendable () -> Instant
    private let random: @Sendable (Int) -> [UInt8]
    private let last = Mutex<(milliseconds: Int64, counter: UInt16)>((0, 0))

    public init(clock: @escaping @Sendable () -> Instant, random: @escaping @Sendable (Int) -> [UInt8]) {
        self.clock = clock
        self.random = random
    }

    /// The machine's clock and its secure random source.
    public static func system() -> Surroundings {
        Surroundings(
            clock: { Instant(millisecondsSinceEpoch: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) },
            random: { count in SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes { [UInt8]($0) }
            })
    }

    public var now: Instant { clock() }

    public func randomBytes(_ count: Int) -> [UInt8] { random(count) }

    /// A UUID of version 7 (RFC 9562, 5.7), ascending within this process: the 12 bits after the time are a counter.
    public func newIdentifier() -> String {
        let (milliseconds, counter) = last.withLock { last in
            let now = clock().millisecondsSinceEpoch
            if now > last.milliseconds {
                last = (now, 0)
            } else if last.counter < 0xFFF {
                last.counter += 1
            } else {
                last = (last.milliseconds + 1, 0)
            }
            return last
        }
        var bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * $0)) }
        bytes += [0x70 | UInt8(counter >> 8), UInt8(truncatingIfNeeded: counter)]
        var tail = random(8)
        tail[0] = (tail[0] & 0x3F) | 0x80
        return Hexadecimal.uuid(bytes + tail)
    }
}

/// Bytes as lower-case hexadecimal digits.
public enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil for anything but pairs of hexadecimal digits.
    public static func decode(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: characters.count, by: 2) {
            guard let high = value(characters[index]), let low = value(characters[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    static func uuid(_ bytes: [UInt8]) -> String {
        let text = Array(encode(bytes).utf8)
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(decoding: text[$0], as: UTF8.self) }
        return parts.joined(separator: "-")
    }
}
