/// One file of the law: its path below the law's folder and its text.
///
/// The kernel reads no files; whoever starts the program does, and hands them over (architecture, rule 1).
public struct LawFile: Hashable, Sendable {
    /// With slashes, without a leading one: `parameters/formula/urban/cars.yaml`.
    public let path: String
    public let text: String

    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}
