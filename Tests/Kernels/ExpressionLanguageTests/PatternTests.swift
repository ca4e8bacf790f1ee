import ExpressionLanguage
import Testing

/// Syntax: github.com/google/re2/wiki/Syntax.
@Suite("Regular expressions")
struct PatternTests {
    @Test(
        "texts that match",
        arguments: [
            ("abc", "b"), ("", "^$"), ("aXb", "a.b"), ("a\nb", "(?s)a.b"), ("x\nabc\ny", "(?m)^abc$"),
            ("colour", "colou?r"),
            ("2024-02-29", "^\\d{4}-\\d\\d-\\d\\d$"), ("ABC", "(?i)abc"), ("aBC", "a(?i:bc)"), ("foo bar", "\\bbar\\b"),
            ("é", "^\\p{Ll}$"), ("سجل", "^\\p{Arabic}+$"), ("a]b", "[]]"), ("a-b", "[a\\-z]-"), ("xyz", "[^abc]{3}"),
            ("x", "[[:alpha:]]"), ("a.b", "a\\.b"), ("a+b", "\\Qa+b\\E"), ("aaa", "^a{2,}$"), ("ab", "^(?:a|b)+$"),
            ("é", "\\x{e9}"), ("{a}", "{a}"), ("ÀÉ", "(?i)àé"), ("ab", "(?P<first>a)(?<second>b)"),
        ])
    func matching(text: String, pattern: String) throws {
        #expect(try evaluate("t.matches(p)", ["t": .string(text), "p": .string(pattern)]) == .bool(true))
    }

    @Test(
        "texts that do not match",
        arguments: [
            ("abc", "^b"), ("a\nb", "a.b"), ("", "."), ("12a", "^\\d+$"), ("foobar", "\\bbar\\b"), ("é", "^\\w$"),
            ("aaa", "^a{1,2}$"), ("abc", "[^abc]"), ("ABC", "abc"), ("B", "a(?i)b|B$c"),
        ])
    func notMatching(text: String, pattern: String) throws {
        #expect(try evaluate("t.matches(p)", ["t": .string(text), "p": .string(pattern)]) == .bool(false))
    }

    @Test(
        "what is no RE2 expression is an error",
        arguments: ["(", ")", "a**", "[b-a]", "\\1", "(?=a)", "a{2000}", "\\p{Xx}"])
    func malformed(pattern: String) {
        #expect(failure("'a'.matches(p)", ["p": .string(pattern)])?.code == .invalidArgument)
    }

    @Test("nested repetitions take steps in proportion to the text, not exponentially many")
    func linear() throws {
        let text = Value.string(String(repeating: "a", count: 5000))
        #expect(try evaluate("t.matches('^(a*)*b$')", ["t": text]) == .bool(false))
        #expect(failure("'a'.matches(p)", ["p": .string("((a{1000}){1000}){1000}")])?.code == .invalidArgument)
    }
}
