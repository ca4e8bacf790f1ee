/// Rows of comma-separated text (RFC 4180), as views into the bytes; only quoted values with doubled quotes are copied.
struct CommaSeparated {
    private let text: UnsafeBufferPointer<UInt8>
    private var place = 0
    private var fields: [UnsafeBufferPointer<UInt8>] = []
    private let copies = Copies()
    /// What is wrong with the quotes of the row that was read last; nil for nothing.
    private(set) var fault: String?

    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
        if text.count >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF { place = 3 }
    }

    /// The next row, or nil at the end; the views hold until the next call for copied values, else as long as the text.
    mutating func row() -> [UnsafeBufferPointer<UInt8>]? {
        guard place < text.count else { return nil }
        fields.removeAll(keepingCapacity: true)
        copies.clear()
        fault = nil
        while true {
            while place < text.count, text[place] == 0x20 { place += 1 }
            if place < text.count, text[place] == 0x22 {
                fields.append(quoted())
                while place < text.count, text[place] == 0x20 || text[place] == 0x0D { place += 1 }
                if place < text.count, text[place] != 0x2C, text[place] != 0x0A {
                    fault = fault ?? "has letters after a closing quote"
                }
                while place < text.count, text[place] != 0x2C, text[place] != 0x0A { place += 1 }
            } else {
                let start = place
                while place < text.count, text[place] != 0x2C, text[place] != 0x0A { place += 1 }
                var end = place
                while end > start, text[end - 1] == 0x20 || text[end - 1] == 0x0D { end -= 1 }
                fields.append(UnsafeBufferPointer(rebasing: text[start..<end]))
            }
            if place >= text.count { return fields }
            place += 1
            if text[place - 1] == 0x0A { return fields }
            if place >= text.count {
                fields.append(UnsafeBufferPointer(rebasing: text[place..<place]))
                return fields
            }
        }
    }

    private mutating func quoted() -> UnsafeBufferPointer<UInt8> {
        place += 1
        let start = place
        var hasDoubled = false
        while place < text.count {
            if text[place] == 0x22 {
                guard place + 1 < text.count, text[place + 1] == 0x22 else { break }
                hasDoubled = true
                place += 1
            }
            place += 1
        }
        var view = UnsafeBufferPointer(rebasing: text[start..<place])
        if place >= text.count { fault = "opens a quote that never ends" }
        place = min(place + 1, text.count)
        if hasDoubled { view = copies.copyWithoutDoubling(view) }
        while let last = view.last, last == 0x20 { view = UnsafeBufferPointer(rebasing: view.dropLast()) }
        while let first = view.first, first == 0x20 { view = UnsafeBufferPointer(rebasing: view.dropFirst()) }
        return view
    }

    private final class Copies {
        private var memory: [UnsafeMutableBufferPointer<UInt8>] = []

        func copyWithoutDoubling(_ view: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
            let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: view.count)
            memory.append(copy)
            var length = 0
            var index = 0
            while index < view.count {
                copy.initializeElement(at: length, to: view[index])
                length += 1
                index += view[index] == 0x22 ? 2 : 1
            }
            return UnsafeBufferPointer(rebasing: copy[0..<length])
        }

        func clear() {
            for piece in memory { piece.deallocate() }
            memory.removeAll()
        }

        deinit { clear() }
    }
}
