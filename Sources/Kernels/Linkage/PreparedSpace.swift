import Names

/// What is computed once for each distinct value of a space: its comparable form, its keys, its date.
final class PreparedSpace: @unchecked Sendable {
    /// Comparable forms one after another: ASCII as it is, an Arabic letter as one byte from 0x80 on.
    private(set) var forms: [UInt8] = []
    private(set) var starts: [UInt32] = [0]
    /// Up to four hashed keys a value, the first the most usual; zeros fill up.
    private(set) var keys: [UInt32] = []
    private(set) var dates: [PartialDate] = []
    let count: Int
    /// What each value holds, hashed; kept in a working set only.
    var content: [UInt64] = []

    /// No value yet but "not given".
    init(kind: LinkageConfiguration.Kind) {
        count = 1
        content = [0]
        appendPart([], kind: kind, firstOfJanuaryIsYear: false)
    }

    init(_ space: ValueSpace, kind: LinkageConfiguration.Kind, firstOfJanuaryIsYear: Bool, parallel: Parallel) {
        count = space.count
        let parts = parallel.ranges(count, pieces: parallel.width * 4) { range -> Part in
            var part = Part()
            for number in range {
                part.add(space.text(UInt32(number)), kind: kind, firstOfJanuaryIsYear: firstOfJanuaryIsYear)
            }
            return part
        }
        for part in parts {
            let base = UInt32(forms.count)
            forms += part.forms
            starts += part.ends.map { $0 + base }
            keys += part.keys
            dates += part.dates
        }
    }

    func appendPart(_ text: ArraySlice<UInt8>, kind: LinkageConfiguration.Kind, firstOfJanuaryIsYear: Bool) {
        var part = Part()
        part.add(text, kind: kind, firstOfJanuaryIsYear: firstOfJanuaryIsYear)
        forms += part.forms
        starts.append(UInt32(forms.count))
        keys += part.keys
        dates += part.dates
    }

    /// Takes the last added value away again.
    func removeLast() {
        forms.removeLast(forms.count - Int(starts[starts.count - 2]))
        starts.removeLast()
        if !keys.isEmpty { keys.removeLast(4) }
        if !dates.isEmpty { dates.removeLast() }
    }

    private struct Part: Sendable {
        var forms: [UInt8] = []
        var ends: [UInt32] = []
        var keys: [UInt32] = []
        var dates: [PartialDate] = []

        mutating func add(_ text: ArraySlice<UInt8>, kind: LinkageConfiguration.Kind, firstOfJanuaryIsYear: Bool) {
            let start = forms.count
            switch kind {
            case .name:
                let name = NormalisedName(String(decoding: text, as: UTF8.self))
                PreparedSpace.compact(name.text, into: &forms)
                var found = NameKeys.keys(of: name).prefix(4).map { key -> UInt32 in
                    var bytes = Array(key.utf8)
                    return bytes.withUnsafeMutableBufferPointer { ValueSpace.hash(UnsafeBufferPointer($0)) } | 1
                }
                while found.count < 4 { found.append(0) }
                keys += found
            case .date: dates.append(PartialDate(text, firstOfJanuaryIsYear: firstOfJanuaryIsYear))
            case .code:
                for byte in text {
                    if byte >= 0x41 && byte <= 0x5A {
                        forms.append(byte + 32)
                    } else if byte > 0x20 && byte != 0x2D && byte != 0x2E {
                        forms.append(byte)
                    }
                }
            case .text, .category:
                if text.allSatisfy({ $0 < 0x80 }) {
                    for byte in text {
                        if byte >= 0x41 && byte <= 0x5A {
                            forms.append(byte + 32)
                        } else if byte >= 0x61 && byte <= 0x7A || byte >= 0x30 && byte <= 0x39 || byte == 0x40 {
                            forms.append(byte)
                        } else if forms.count > start, forms.last != 0x20 {
                            forms.append(0x20)
                        }
                    }
                    if forms.count > start, forms.last == 0x20 { forms.removeLast() }
                } else {
                    PreparedSpace.compact(NormalisedName(String(decoding: text, as: UTF8.self)).text, into: &forms)
                }
            }
            ends.append(UInt32(forms.count))
        }
    }

    static func compact(_ text: String, into forms: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            if scalar.value < 0x80 {
                forms.append(UInt8(scalar.value))
            } else if scalar.value >= 0x600, scalar.value < 0x680 {
                forms.append(UInt8(0x80 + scalar.value - 0x600))
            }
        }
    }

    /// The comparable form of a name as text.
    func name(_ number: UInt32) -> String {
        var scalars = String.UnicodeScalarView()
        for byte in forms[range(number)] {
            if byte < 0x80 {
                scalars.append(Unicode.Scalar(byte))
            } else if let letter = Unicode.Scalar(0x600 + UInt32(byte) - 0x80) {
                scalars.append(letter)
            }
        }
        return String(scalars)
    }

    @inline(__always)
    func range(_ number: UInt32) -> Range<Int> { Int(starts[Int(number)])..<Int(starts[Int(number) + 1]) }

    /// Whether two values share a key.
    @inline(__always)
    func shareKey(_ one: UInt32, _ space: PreparedSpace, _ other: UInt32) -> Bool {
        let (a, b) = (Int(one) * 4, Int(other) * 4)
        for i in 0..<4 where keys[a + i] != 0 {
            for j in 0..<4 where space.keys[b + j] == keys[a + i] { return true }
        }
        return false
    }
}

/// A date of which some parts may be unknown or impossible.
///
/// Reads `1961`, `1961-05`, `1961-05-12` and `19610512`; parts out of range are kept, since an error in one digit still
/// shows the others.
struct PartialDate: Sendable, Equatable {
    var year: Int16 = 0
    var month: Int8 = 0
    var day: Int8 = 0

    var isEmpty: Bool { year == 0 }
    var isYear: Bool { month == 0 }
    var number: Int { Int(year) * 10_000 + Int(month) * 100 + Int(day) }

    init(_ text: ArraySlice<UInt8>, firstOfJanuaryIsYear: Bool) {
        let digits = text.compactMap { (0x30...0x39).contains($0) ? Int($0 - 0x30) : nil }
        guard digits.count >= 4 else { return }
        year = Int16(digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3])
        if digits.count >= 6 { month = Int8(digits[4] * 10 + digits[5]) }
        if digits.count >= 8 { day = Int8(digits[6] * 10 + digits[7]) }
        if firstOfJanuaryIsYear, month == 1, day == 1 { (month, day) = (0, 0) }
    }
}
