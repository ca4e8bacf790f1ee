/// Reads the RE2 syntax.
struct PatternParser {
    let scalars: [Unicode.Scalar]
    var place = 0
    private var nesting = 0
    var flags = Flags()

    struct Flags {
        var ignoresCase = false
        var dotTakesNewline = false
        var multiline = false
    }

    private static let nestingLimit = 50

    init(_ source: String) { scalars = Array(source.unicodeScalars) }

    var peek: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        place += 1
        return true
    }

    mutating func next() throws(ExpressionError) -> Unicode.Scalar {
        guard let scalar = peek else { throw malformed("it ends too early") }
        place += 1
        return scalar
    }

    func malformed(_ why: String) -> ExpressionError {
        ExpressionError(.invalidArgument, "The regular expression is not of the RE2 syntax: \(why).")
    }

    mutating func parse() throws(ExpressionError) -> PatternNode {
        let node = try alternatives()
        guard peek == nil else { throw malformed("a \")\" too many") }
        return node
    }

    private mutating func alternatives() throws(ExpressionError) -> PatternNode {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.nestingLimit else {
            throw malformed("more than \(Self.nestingLimit) groups in each other")
        }
        var choices: [PatternNode] = []
        repeat { choices.append(try sequence()) } while take("|")
        return choices.count == 1 ? choices[0] : .either(choices)
    }

    private mutating func sequence() throws(ExpressionError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let scalar = peek, scalar != "|", scalar != ")" {
            let node = try atom()
            nodes.append(try repeated(node))
        }
        return .sequence(nodes)
    }

    private mutating func repeated(_ node: PatternNode) throws(ExpressionError) -> PatternNode {
        guard let (least, most) = try quantifier() else { return node }
        _ = take("?")
        if try quantifier() != nil { throw malformed("two repetitions follow each other") }
        return .repeated(node, least: least, most: most)
    }

    private mutating func quantifier() throws(ExpressionError) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard peek == "{" else { return nil }
        let start = place
        place += 1
        guard let least = number() else {
            // Braces that are no repetition stand for themselves.
            place = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}") else {
            place = start
            return nil
        }
        guard least <= 1000, most ?? 0 <= 1000, most ?? least >= least else {
            throw malformed("a repetition is out of order or above 1000")
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var digits = ""
        while let scalar = peek, Lexer.isDigit(scalar), digits.count < 6 {
            digits.unicodeScalars.append(scalar)
            place += 1
        }
        return Int(digits)
    }

    private mutating func atom() throws(ExpressionError) -> PatternNode {
        let scalar = try next()
        switch scalar {
        case "(": return try group()
        case "[": return .take(try set())
        case ".": return .take(flags.dotTakesNewline ? .any : .anyButNewline)
        case "^": return .require(flags.multiline ? .lineStart : .textStart)
        case "$": return .require(flags.multiline ? .lineEnd : .textEnd)
        case "\\": return try escape()
        case "*", "+", "?": throw malformed("nothing stands before a repetition")
        default: return .take(.one(scalar, ignoresCase: flags.ignoresCase))
        }
    }

    // MARK: Groups

    private mutating func group() throws(ExpressionError) -> PatternNode {
        let outer = flags
        if take("?") {
            if take("P") || peek == "<" {
                guard take("<") else { throw malformed("an unknown kind of group") }
                while let scalar = peek, scalar != ">" {
                    guard ScalarSet.word.contains(scalar) else { throw malformed("an unknown kind of group") }
                    place += 1
                }
                guard take(">") else { throw malformed("an unknown kind of group") }
            } else if try !inlineFlags() {
                // `(?i)` holds to the end of the group around it.
                return .empty
            }
        }
        let node = try alternatives()
        guard take(")") else { throw malformed("a \"(\" is not closed") }
        flags = outer
        return node
    }

    /// Reads `i`, `-s:` and so on; true where a group follows, false where the flags stand alone.
    private mutating func inlineFlags() throws(ExpressionError) -> Bool {
        var value = true
        while true {
            switch try next() {
            case "i": flags.ignoresCase = value
            case "s": flags.dotTakesNewline = value
            case "m": flags.multiline = value
            case "U": break
            case "-": value = false
            case ":": return true
            case ")": return false
            default: throw malformed("an unknown flag or kind of group")
            }
        }
    }

    // MARK: Classes

    private mutating func set() throws(ExpressionError) -> ScalarSet {
        var set = ScalarSet()
        set.ignoresCase = flags.ignoresCase
        set.isNegated = take("^")
        var isFirst = true
        while true {
            guard peek != "]" || isFirst else {
                place += 1
                return set
            }
            isFirst = false
            if peek == "[", place + 1 < scalars.count, scalars[place + 1] == ":", let named = try posixClass() {
                set.insert(named)
                continue
            }
            let start = try member(&set)
            guard let start else { continue }
            if peek == "-", place + 1 < scalars.count, scalars[place + 1] != "]" {
                place += 1
                guard let end = try member(&set), start <= end else { throw malformed("a range is out of order") }
                set.ranges.append(start.value...end.value)
            } else {
                set.ranges.append(start.value...start.value)
            }
        }
    }

    /// One scalar of a class, or nil where a whole class was put in.
    private mutating func member(_ set: inout ScalarSet) throws(ExpressionError) -> Unicode.Scalar? {
        let scalar = try next()
        guard scalar == "\\" else { return scalar }
        let letter = try next()
        if let named = try namedClass(letter) {
            set.insert(named)
            return nil
        }
        return try escapedScalar(letter)
    }

    private mutating func posixClass() throws(ExpressionError) -> ScalarSet? {
        var end = place + 2
        var name = ""
        while end < scalars.count, scalars[end] != ":", name.count < 12 {
            name.unicodeScalars.append(scalars[end])
            end += 1
        }
        guard end + 1 < scalars.count, scalars[end] == ":", scalars[end + 1] == "]" else { return nil }
        let isNegated = name.hasPrefix("^")
        guard var set = ScalarSet.posix(isNegated ? String(name.dropFirst()) : name) else {
            throw malformed("an unknown class")
        }
        set.isNegated = isNegated
        place = end + 2
        return set
    }
}
