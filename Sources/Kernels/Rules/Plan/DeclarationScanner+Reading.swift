import Quantities

extension DeclarationScanner {
    /// Reads one declaration; false for one that it does not take.
    public func scan(_ bytes: UnsafeBufferPointer<UInt8>, into declaration: inout ScannedDeclaration) -> Bool {
        declaration.memberCount = 0
        declaration.members.removeAll(keepingCapacity: true)
        var members = declaration.members
        declaration.members = []
        var count = 0
        let taken = declaration.household.withUnsafeMutableBufferPointer { household in
            var reader = Reader(
                bytes: bytes, household: household.baseAddress!, memberWidth: memberSlotCount, members: members)
            members = []
            reader.skip()
            let taken = reader.record(root, -1) && reader.isAtEnd()
            swap(&members, &reader.members)
            count = reader.memberCount
            return taken
        }
        declaration.members = members
        declaration.memberCount = count
        return taken
    }
}

private struct Reader {
    let bytes: UnsafeBufferPointer<UInt8>
    let household: UnsafeMutablePointer<Int64>
    let memberWidth: Int
    var members: [Int64]
    var memberCount = 0
    var place = 0

    @inline(__always)
    mutating func skip() {
        while place < bytes.count,
            bytes[place] == 0x20 || bytes[place] == 0x0A || bytes[place] == 0x0D || bytes[place] == 9
        {
            place += 1
        }
    }

    mutating func isAtEnd() -> Bool {
        skip()
        return place == bytes.count
    }

    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    /// A text without escapes or anything but printable ASCII.
    @inline(__always)
    mutating func text() -> Range<Int>? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = place
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: "\"") {
                place += 1
                return start..<place - 1
            }
            guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\\") else { return nil }
            place += 1
        }
        return nil
    }

    @inline(__always)
    func equals(_ range: Range<Int>, _ text: [UInt8]) -> Bool {
        guard range.count == text.count else { return false }
        for offset in 0..<text.count where bytes[range.lowerBound + offset] != text[offset] { return false }
        return true
    }

    /// Every field of the record once, in any order; the schema's order is tried first. `member` is −1 for the household.
    mutating func record(_ record: DeclarationScanner.Record, _ member: Int) -> Bool {
        guard record.fields.count <= 64, take(UInt8(ascii: "{")) else { return false }
        skip()
        var seen: UInt64 = 0
        var next = 0
        for count in 0..<record.fields.count {
            if count > 0 {
                skip()
                guard take(UInt8(ascii: ",")) else { return false }
                skip()
            }
            guard let name = text() else { return false }
            var found = next
            if found >= record.fields.count || !equals(name, record.fields[found].name) {
                guard let place = record.fields.firstIndex(where: { equals(name, $0.name) }) else { return false }
                found = place
            }
            next = found + 1
            guard seen & (1 << UInt64(found)) == 0 else { return false }
            seen |= 1 << UInt64(found)
            skip()
            guard take(UInt8(ascii: ":")) else { return false }
            skip()
            guard value(record.fields[found], member) else { return false }
        }
        skip()
        return take(UInt8(ascii: "}"))
    }

    @inline(__always)
    private mutating func set(_ slot: Int, _ value: Int64, _ member: Int) {
        if member < 0 { household[slot] = value } else { members[member * memberWidth + slot] = value }
    }

    private mutating func value(_ field: DeclarationScanner.Field, _ member: Int) -> Bool {
        switch field.shape {
        case .number(let range):
            guard let number = number(), range.contains(number) else { return false }
            set(field.slot, number, member)
        case .yesNo:
            if word("true") {
                set(field.slot, 1, member)
            } else if word("false") {
                set(field.slot, 0, member)
            } else {
                return false
            }
        case .date(let range):
            guard let date = date(), range.contains(date) else { return false }
            set(field.slot, date, member)
        case .choice(let codes):
            if field.isNullable, word("null") {
                set(field.slot, -1, member)
                return true
            }
            guard let text = text(), let code = codes.firstIndex(where: { equals(text, $0) }) else { return false }
            set(field.slot, Int64(code), member)
        case .text(let rule):
            guard let text = text(), !text.isEmpty, text.count <= rule.maxLength,
                rule.shapes.isEmpty || rule.shapes.contains(where: { has(text, $0) })
            else { return false }
            set(field.slot, Int64(text.lowerBound) << 32 | Int64(text.count), member)
        case .record(let record): return self.record(record, member)
        case .numbers(let range, let count): return numbers(field.slot, range, count, member)
        case .members(let record, let count, let unique): return list(record, count, unique)
        }
        return true
    }

    private func has(_ text: Range<Int>, _ shape: String) -> Bool {
        var place = text.lowerBound
        for mask in shape.utf8 {
            guard place < text.upperBound else { return false }
            let byte = bytes[place]
            switch mask {
            case UInt8(ascii: "9"):
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return false }
            case UInt8(ascii: "A"):
                guard byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z") else { return false }
            default: guard byte == mask else { return false }
            }
            place += 1
        }
        return place == text.upperBound
    }

    @inline(__always)
    private mutating func word(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard place + count <= bytes.count else { return false }
        for offset in 0..<count where bytes[place + offset] != word.utf8Start[offset] { return false }
        place += count
        return true
    }

    /// Digits without a superfluous zero; up to 15, so that sums stay exact.
    private mutating func number() -> Int64? {
        let start = place
        var value: Int64 = 0
        while place < bytes.count, bytes[place] >= UInt8(ascii: "0"), bytes[place] <= UInt8(ascii: "9") {
            guard place - start < 15 else { return nil }
            value = value &* 10 &+ Int64(bytes[place] &- UInt8(ascii: "0"))
            place += 1
        }
        let count = place - start
        guard count > 0, count == 1 || bytes[start] != UInt8(ascii: "0") else { return nil }
        if place < bytes.count {
            let byte = bytes[place]
            guard byte != UInt8(ascii: "."), byte != UInt8(ascii: "e"), byte != UInt8(ascii: "E") else { return nil }
        }
        return value
    }

    /// Ten bytes, `2026-10-01`, a day of the calendar.
    private mutating func date() -> Int64? {
        guard let text = text(), text.count == 10 else { return nil }
        var parts: (Int64, Int64, Int64) = (0, 0, 0)
        for offset in 0..<10 {
            let byte = bytes[text.lowerBound + offset]
            if offset == 4 || offset == 7 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let digit = Int64(byte &- UInt8(ascii: "0"))
            if offset < 4 {
                parts.0 = parts.0 * 10 + digit
            } else if offset < 7 {
                parts.1 = parts.1 * 10 + digit
            } else {
                parts.2 = parts.2 * 10 + digit
            }
        }
        let isLeap = parts.0 % 4 == 0 && (parts.0 % 100 != 0 || parts.0 % 400 == 0)
        let last: Int64
        switch parts.1 {
        case 2: last = isLeap ? 29 : 28
        case 4, 6, 9, 11: last = 30
        case 1...12: last = 31
        default: return nil
        }
        guard parts.2 >= 1, parts.2 <= last else { return nil }
        return parts.0 * 10_000 + parts.1 * 100 + parts.2
    }

    private mutating func numbers(_ slot: Int, _ range: ClosedRange<Int64>, _ counts: ClosedRange<Int>, _ member: Int)
        -> Bool
    {
        guard take(UInt8(ascii: "[")) else { return false }
        skip()
        var (sum, count) = (Int64(0), 0)
        if !take(UInt8(ascii: "]")) {
            while true {
                guard count < 1_000, let number = number(), range.contains(number) else { return false }
                sum += number
                count += 1
                skip()
                if take(UInt8(ascii: "]")) { break }
                guard take(UInt8(ascii: ",")) else { return false }
                skip()
            }
        }
        guard counts.contains(count) else { return false }
        set(slot, sum, member)
        set(slot + 1, Int64(count), member)
        return true
    }

    private mutating func list(_ record: DeclarationScanner.Record, _ counts: ClosedRange<Int>, _ unique: Int?) -> Bool
    {
        guard take(UInt8(ascii: "[")) else { return false }
        skip()
        if !take(UInt8(ascii: "]")) {
            while true {
                members.append(contentsOf: repeatElement(0, count: memberWidth))
                guard memberCount < 64, self.record(record, memberCount) else { return false }
                memberCount += 1
                skip()
                if take(UInt8(ascii: "]")) { break }
                guard take(UInt8(ascii: ",")) else { return false }
                skip()
            }
        }
        guard counts.contains(memberCount) else { return false }
        guard let unique else { return true }
        for row in 1..<max(memberCount, 1) {
            let text = range(row, unique)
            for other in 0..<row where bytes[range(other, unique)].elementsEqual(bytes[text]) { return false }
        }
        return true
    }

    private func range(_ row: Int, _ slot: Int) -> Range<Int> {
        let text = members[row * memberWidth + slot]
        return Int(text >> 32)..<Int(text >> 32) + Int(text & 0xFFFF_FFFF)
    }
}
