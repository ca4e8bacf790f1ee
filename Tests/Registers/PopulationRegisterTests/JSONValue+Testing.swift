public import StrictJSON
public import Testing

/// A document used as a test's argument is named, not shown: the runner writes arguments to its output.
extension JSONValue: CustomTestStringConvertible {
    public var testDescription: String { "a document" }
}
