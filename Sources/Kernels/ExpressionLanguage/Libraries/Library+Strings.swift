extension FunctionLibrary {
    /// The standard functions of strings: `size`, `contains`, `startsWith`, `endsWith`, `matches`.
    public static let strings: FunctionLibrary = {
        var functions: [Function] = [
            .member("contains", [.string, .string], .bool) { (values, context) throws(ExpressionError) in
                let text = Array(try values[0].asString.utf8)
                let part = Array(try values[1].asString.utf8)
                try context.charge(text.count / 16)
                return .bool(Search.first(part, in: text, from: 0) != nil)
            },
            .member("startsWith", [.string, .string], .bool) { (values, _) throws(ExpressionError) in
                .bool(try values[0].asString.utf8.starts(with: try values[1].asString.utf8))
            },
            .member("endsWith", [.string, .string], .bool) { (values, _) throws(ExpressionError) in
                let text = try values[0].asString.utf8
                let end = try values[1].asString.utf8
                return .bool(text.count >= end.count && text.suffix(end.count).elementsEqual(end))
            },
        ]
        for isMember in [false, true] {
            functions.append(
                Function("matches", isMember: isMember, [.string, .string], .bool) {
                    (values, context) throws(ExpressionError) in
                    let pattern = try Pattern(try values[1].asString)
                    return .bool(try pattern.matches(try values[0].asString, context))
                })
            functions += sizes(isMember: isMember)
        }
        return FunctionLibrary(functions)
    }()

    private static func sizes(isMember: Bool) -> [Function] {
        let map = ValueType.map(key: .parameter("A"), value: .parameter("B"))
        return [ValueType.string, .bytes, .list(.parameter("A")), map].map { type in
            Function("size", isMember: isMember, [type], .int) { (values, context) throws(ExpressionError) in
                switch values[0] {
                case .string(let text):
                    try context.charge(text.utf8.count / 16)
                    return .int(Int64(text.unicodeScalars.count))
                case .bytes(let bytes): return .int(Int64(bytes.count))
                case .list(let list): return .int(Int64(list.count))
                case .map(let map): return .int(Int64(map.count))
                default: throw .noOverload
                }
            }
        }
    }
}

/// Searching a sequence of equatable things in another.
enum Search {
    static func first<T: Equatable>(_ part: [T], in whole: [T], from start: Int) -> Int? {
        guard part.count <= whole.count else { return nil }
        guard let head = part.first else { return start <= whole.count ? start : nil }
        var place = start
        while place <= whole.count - part.count {
            if whole[place] == head, part.indices.allSatisfy({ whole[place + $0] == part[$0] }) { return place }
            place += 1
        }
        return nil
    }

    /// The last place at or before `end` where `part` begins.
    static func last<T: Equatable>(_ part: [T], in whole: [T], from end: Int) -> Int? {
        var place = min(end, whole.count - part.count)
        while place >= 0 {
            if part.indices.allSatisfy({ whole[place + $0] == part[$0] }) { return place }
            place -= 1
        }
        return nil
    }
}
