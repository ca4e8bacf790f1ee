/// A parsed expression; the macros are already nodes of their own.
///
/// A class, so that the functions that walk a tree need little stack for each level.
package final class SyntaxNode: Sendable {
    package indirect enum Kind: Sendable {
        case literal(Value)
        /// A name; a dot in front means the root scope.
        case identifier(String)
        case select(SyntaxNode, field: String, Access)
        /// A function or an operator such as `_+_`; `target` is what stands before the dot.
        case call(String, target: SyntaxNode?, [SyntaxNode])
        /// All terms of a chain of `&&` (`isAnd`) or `||`.
        case logical(isAnd: Bool, [SyntaxNode])
        case list([Element])
        case map([Entry])
        case message(String, [Field])
        case comprehension(Comprehension)
        case bind(name: String, SyntaxNode, body: SyntaxNode)
        case block([SyntaxNode], body: SyntaxNode)
    }

    package enum Access: Sendable {
        case plain
        /// `has(a.b)`
        case test
        /// `a.?b`
        case optional
    }

    package struct Element: Sendable {
        package let value: SyntaxNode
        package let isOptional: Bool
    }

    package struct Entry: Sendable {
        package let key: SyntaxNode
        package let value: SyntaxNode
        package let isOptional: Bool
    }

    package struct Field: Sendable {
        package let name: String
        package let value: SyntaxNode
        package let isOptional: Bool
        package let location: SourceLocation
    }

    package let kind: Kind
    package let location: SourceLocation
    /// How many nodes stand one inside the other from here; bounds the recursion of everything that walks the tree.
    package let depth: Int

    init(_ kind: Kind, at location: SourceLocation) {
        self.kind = kind
        self.location = location
        var deepest = 0
        switch kind {
        case .literal, .identifier: break
        case .select(let operand, _, _): deepest = operand.depth
        case .call(_, let target, let arguments):
            deepest = target?.depth ?? 0
            for argument in arguments { deepest = max(deepest, argument.depth) }
        case .logical(_, let terms): for term in terms { deepest = max(deepest, term.depth) }
        case .list(let elements): for element in elements { deepest = max(deepest, element.value.depth) }
        case .map(let entries): for entry in entries { deepest = max(deepest, entry.key.depth, entry.value.depth) }
        case .message(_, let fields): for field in fields { deepest = max(deepest, field.value.depth) }
        case .comprehension(let loop):
            deepest = loop.range.depth
            for part in loop.parts { deepest = max(deepest, part.depth) }
        case .bind(_, let value, let body): deepest = max(value.depth, body.depth)
        case .block(let values, let body):
            deepest = body.depth
            for value in values { deepest = max(deepest, value.depth) }
        }
        depth = deepest + 1
    }
}

/// A macro that runs over the elements of a list or the entries of a map.
package struct Comprehension: Sendable {
    package enum Kind: Sendable {
        case all, exists, existsOne
        case filter, map
        case transformList, transformMap, transformMapEntry
        case sortBy
        case optMap, optFlatMap
    }

    package let kind: Kind
    package let range: SyntaxNode
    /// One or two names: element, or index and element; for maps key, or key and value.
    package let variables: [String]
    /// Of `map` and the transformations with a filter.
    package let filter: SyntaxNode?
    package let body: SyntaxNode

    package var parts: [SyntaxNode] { filter.map { [$0, body] } ?? [body] }
}
