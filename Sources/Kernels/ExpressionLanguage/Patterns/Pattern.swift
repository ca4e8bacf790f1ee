/// A regular expression of the RE2 syntax (github.com/google/re2/wiki/Syntax), matched in time linear in the text.
///
/// It tells only whether a text has a match, so groups capture nothing and greed does not matter. No back-references and
/// no look-around, as in RE2.
struct Pattern: Sendable {
    enum Instruction: Sendable {
        /// Takes one scalar of the set.
        case take(ScalarSet)
        case split(Int, Int)
        case jump(Int)
        case require(Assertion)
        case match
    }

    enum Assertion: Sendable {
        case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
    }

    private let program: [Instruction]

    /// Throws `invalidArgument` for a text that is no RE2 expression, or one that is too large.
    init(_ source: String) throws(ExpressionError) {
        var parser = PatternParser(source)
        let node = try parser.parse()
        var compiler = PatternCompiler()
        try compiler.emit(node)
        program = compiler.program + [.match]
    }

    /// Whether some part of `text` matches. Throws `costExceeded`.
    func matches(_ text: String, _ context: EvaluationContext) throws(ExpressionError) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var current: [Int] = []
        var next: [Int] = []
        var marks = [Int](repeating: -1, count: program.count)
        var place = 0
        while true {
            // A match may begin at every place.
            if add(0, to: &current, &marks, scalars, place) { return true }
            guard place < scalars.count else { return false }
            try context.charge(1 + current.count / 8)
            next.removeAll(keepingCapacity: true)
            for thread in current {
                guard case .take(let set) = program[thread], set.contains(scalars[place]) else { continue }
                if add(thread + 1, to: &next, &marks, scalars, place + 1) { return true }
            }
            swap(&current, &next)
            place += 1
        }
    }

    /// Follows everything that takes no scalar; true where the end of the program is reached.
    private func add(
        _ start: Int, to threads: inout [Int], _ marks: inout [Int], _ scalars: [Unicode.Scalar], _ place: Int
    ) -> Bool {
        var pending = [start]
        while let index = pending.popLast() {
            guard marks[index] != place else { continue }
            marks[index] = place
            switch program[index] {
            case .take: threads.append(index)
            case .jump(let target): pending.append(target)
            case .split(let one, let other):
                pending.append(other)
                pending.append(one)
            case .require(let assertion):
                if Self.holds(assertion, scalars, place) { pending.append(index + 1) }
            case .match: return true
            }
        }
        return false
    }

    private static func holds(_ assertion: Assertion, _ scalars: [Unicode.Scalar], _ place: Int) -> Bool {
        switch assertion {
        case .textStart: return place == 0
        case .textEnd: return place == scalars.count
        case .lineStart: return place == 0 || scalars[place - 1] == "\n"
        case .lineEnd: return place == scalars.count || scalars[place] == "\n"
        case .wordBoundary, .noWordBoundary:
            let before = place > 0 && ScalarSet.word.contains(scalars[place - 1])
            let after = place < scalars.count && ScalarSet.word.contains(scalars[place])
            return (before != after) == (assertion == .wordBoundary)
        }
    }
}

/// A parsed regular expression.
indirect enum PatternNode: Sendable {
    case empty
    case take(ScalarSet)
    case require(Pattern.Assertion)
    case sequence([PatternNode])
    case either([PatternNode])
    case repeated(PatternNode, least: Int, most: Int?)
}

/// Turns the tree into instructions.
struct PatternCompiler {
    private(set) var program: [Pattern.Instruction] = []
    private static let limit = 20_000

    mutating func emit(_ node: PatternNode) throws(ExpressionError) {
        guard program.count < Self.limit else {
            throw ExpressionError(.invalidArgument, "The regular expression is too large; repeat fewer times.")
        }
        switch node {
        case .empty: break
        case .take(let set): program.append(.take(set))
        case .require(let assertion): program.append(.require(assertion))
        case .sequence(let nodes): for node in nodes { try emit(node) }
        case .either(let choices):
            var exits: [Int] = []
            for (index, choice) in choices.enumerated() {
                guard index < choices.count - 1 else {
                    try emit(choice)
                    break
                }
                let split = program.count
                program.append(.jump(0))
                try emit(choice)
                exits.append(program.count)
                program.append(.jump(0))
                program[split] = .split(split + 1, program.count)
            }
            for exit in exits { program[exit] = .jump(program.count) }
        case .repeated(let node, let least, let most):
            for _ in 0..<least { try emit(node) }
            if let most {
                var splits: [Int] = []
                for _ in least..<max(least, most) {
                    splits.append(program.count)
                    program.append(.jump(0))
                    try emit(node)
                }
                for split in splits { program[split] = .split(split + 1, program.count) }
            } else {
                let split = program.count
                program.append(.jump(0))
                try emit(node)
                program.append(.jump(split))
                program[split] = .split(split + 1, program.count)
            }
        }
    }
}
