extension FunctionLibrary {
    /// The extension of strings: `charAt`, `indexOf`, `lastIndexOf`, `substring`, `replace`, `split`, `join`, `trim`,
    /// `lowerAscii`, `upperAscii`, `reverse`, `strings.quote`.
    ///
    /// Positions count Unicode scalars from 0. The extension is that of cel-go's `ext/README.md`, "Strings".
    public static let texts = FunctionLibrary(positions + changes + parts)

    private static let outside = ExpressionError(
        .invalidArgument, "A position is outside the text; compare it with size().")

    private static func scalars(
        _ value: Value, _ context: EvaluationContext
    ) throws(ExpressionError) -> [Unicode.Scalar] {
        let text = try value.asString
        try context.charge(text.utf8.count / 16)
        return Array(text.unicodeScalars)
    }

    private static func text(_ scalars: some Sequence<Unicode.Scalar>) -> Value {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return .string(String(view))
    }

    private static func position(_ value: Value, upTo limit: Int) throws(ExpressionError) -> Int {
        let number = try value.asInt
        guard number >= 0, number <= Int64(limit) else { throw outside }
        return Int(number)
    }

    private static let positions: [Function] = [
        .member("charAt", [.string, .int], .string) { (values, context) throws(ExpressionError) in
            let scalars = try scalars(values[0], context)
            let place = try position(values[1], upTo: scalars.count)
            return text(place < scalars.count ? [scalars[place]] : [])
        },
        .member("indexOf", [.string, .string], .int) { (values, context) throws(ExpressionError) in
            let whole = try scalars(values[0], context)
            let part = try scalars(values[1], context)
            return .int(Int64(Search.first(part, in: whole, from: 0) ?? -1))
        },
        .member("indexOf", [.string, .string, .int], .int) { (values, context) throws(ExpressionError) in
            let whole = try scalars(values[0], context)
            let part = try scalars(values[1], context)
            let start = try position(values[2], upTo: whole.count)
            return .int(Int64(Search.first(part, in: whole, from: start) ?? -1))
        },
        .member("lastIndexOf", [.string, .string], .int) { (values, context) throws(ExpressionError) in
            let whole = try scalars(values[0], context)
            let part = try scalars(values[1], context)
            return .int(Int64(Search.last(part, in: whole, from: whole.count) ?? -1))
        },
        .member("lastIndexOf", [.string, .string, .int], .int) { (values, context) throws(ExpressionError) in
            let whole = try scalars(values[0], context)
            let part = try scalars(values[1], context)
            let end = try position(values[2], upTo: whole.count)
            return .int(Int64(Search.last(part, in: whole, from: end) ?? -1))
        },
        .member("substring", [.string, .int], .string) { (values, context) throws(ExpressionError) in
            let whole = try scalars(values[0], context)
            return text(whole[(try position(values[1], upTo: whole.count))...])
        },
        .member("substring", [.string, .int, .int], .string) { (values, context) throws(ExpressionError) in
            let whole = try scalars(values[0], context)
            let start = try position(values[1], upTo: whole.count)
            let end = try position(values[2], upTo: whole.count)
            guard start <= end else { throw outside }
            return text(whole[start..<end])
        },
    ]

    private static let changes: [Function] = [
        .member("lowerAscii", [.string], .string) { (values, context) throws(ExpressionError) in
            text(
                try scalars(values[0], context).map {
                    $0 >= "A" && $0 <= "Z" ? Unicode.Scalar(UInt8($0.value) + 32) : $0
                })
        },
        .member("upperAscii", [.string], .string) { (values, context) throws(ExpressionError) in
            text(
                try scalars(values[0], context).map {
                    $0 >= "a" && $0 <= "z" ? Unicode.Scalar(UInt8($0.value) - 32) : $0
                })
        },
        .member("trim", [.string], .string) { (values, context) throws(ExpressionError) in
            var trimmed = try scalars(values[0], context)[...]
            while let first = trimmed.first, first.properties.isWhitespace { trimmed.removeFirst() }
            while let last = trimmed.last, last.properties.isWhitespace { trimmed.removeLast() }
            return text(trimmed)
        },
        .member("reverse", [.string], .string) { (values, context) throws(ExpressionError) in
            text(try scalars(values[0], context).reversed())
        },
        .member("replace", [.string, .string, .string], .string) { (values, context) throws(ExpressionError) in
            try replace(values, limit: -1, context)
        },
        .member("replace", [.string, .string, .string, .int], .string) { (values, context) throws(ExpressionError) in
            try replace(values, limit: try values[3].asInt, context)
        },
        Function("strings.quote", [.string], .string) { (values, context) throws(ExpressionError) in
            var quoted = "\""
            for scalar in try scalars(values[0], context) {
                if let escape = quotes[scalar] { quoted += escape } else { quoted.unicodeScalars.append(scalar) }
            }
            return .string(quoted + "\"")
        },
    ]

    private static let quotes: [Unicode.Scalar: String] = [
        "\"": "\\\"", "\\": "\\\\", "\u{07}": "\\a", "\u{08}": "\\b", "\u{0C}": "\\f", "\n": "\\n", "\r": "\\r",
        "\t": "\\t", "\u{0B}": "\\v",
    ]

    private static func replace(
        _ values: [Value], limit: Int64, _ context: EvaluationContext
    ) throws(ExpressionError) -> Value {
        let whole = try scalars(values[0], context)
        let old = try scalars(values[1], context)
        let new = try scalars(values[2], context)
        var left = limit < 0 ? Int64.max : limit
        var result: [Unicode.Scalar] = []
        var place = 0
        while left > 0, let found = Search.first(old, in: whole, from: place) {
            try context.charge(1 + new.count / 4)
            result += whole[place..<found]
            result += new
            left -= 1
            place = found + old.count
            // An empty text is found before every scalar and at the end.
            if old.isEmpty {
                guard found < whole.count else { break }
                result.append(whole[found])
                place = found + 1
            }
        }
        if place < whole.count { result += whole[place...] }
        return text(result)
    }

    private static let parts: [Function] = [
        .member("join", [.list(.string)], .string) { (values, context) throws(ExpressionError) in
            try join(values[0], "", context)
        },
        .member("join", [.list(.string), .string], .string) { (values, context) throws(ExpressionError) in
            try join(values[0], try values[1].asString, context)
        },
        .member("split", [.string, .string], .list(.string)) { (values, context) throws(ExpressionError) in
            try split(values, limit: -1, context)
        },
        .member("split", [.string, .string, .int], .list(.string)) { (values, context) throws(ExpressionError) in
            try split(values, limit: try values[2].asInt, context)
        },
    ]

    private static func join(
        _ list: Value, _ separator: String, _ context: EvaluationContext
    ) throws(ExpressionError) -> Value {
        var joined = ""
        for (index, element) in try list.asList.enumerated() {
            let part = try element.asString
            try context.charge(1 + (part.utf8.count + separator.utf8.count) / 16)
            if index > 0 { joined += separator }
            joined += part
        }
        return .string(joined)
    }

    private static func split(
        _ values: [Value], limit: Int64, _ context: EvaluationContext
    ) throws(ExpressionError) -> Value {
        guard limit != 0 else { return .list([]) }
        let whole = try scalars(values[0], context)
        let separator = try scalars(values[1], context)
        var parts: [Value] = []
        var place = 0
        while limit < 0 || Int64(parts.count) < limit - 1 {
            try context.charge(1)
            if separator.isEmpty {
                guard place + 1 < whole.count else { break }
                parts.append(text([whole[place]]))
                place += 1
            } else {
                guard let found = Search.first(separator, in: whole, from: place) else { break }
                parts.append(text(whole[place..<found]))
                place = found + separator.count
            }
        }
        if !separator.isEmpty || place < whole.count { parts.append(text(whole[place...])) }
        return .list(parts)
    }
}
