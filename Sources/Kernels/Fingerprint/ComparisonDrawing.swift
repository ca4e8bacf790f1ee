import RealModule

/// Two impressions side by side, their minutiae, and lines between those that were found to be the same.
public struct ComparisonDrawing: Sendable {
    private let one: [FingerMinutia]
    private let other: [FingerMinutia]
    private let comparison: FingerComparison

    /// Compares the minutiae of two impressions and draws the answer.
    public init(_ one: [FingerMinutia], _ other: [FingerMinutia], matcher: FingerMatcher) {
        let (probe, candidate) = (FingerTemplate(one), FingerTemplate(other))
        (self.one, self.other) = (FingerTemplate.kept(one), FingerTemplate.kept(other))
        comparison = matcher.compare(probe, candidate)
    }

    /// The score that is drawn.
    public var score: Float { comparison.score }

    /// How many minutiae were found to be the same.
    public var agreeing: Int { comparison.pairs.count }

    /// The drawing as Scalable Vector Graphics: one unit is a pixel at 500 dots an inch.
    ///
    /// Endings are circles, forks squares, a stroke shows the direction; what agrees is green, the rest grey.
    public var svg: String { svg(over: nil, nil) }

    /// A picture of an impression, where its address leads to it.
    public struct Picture: Sendable {
        public let address: String
        /// In pixels at 500 dots an inch.
        public let width: Double
        public let height: Double

        public init(address: String, width: Double, height: Double) {
            (self.address, self.width, self.height) = (address, width, height)
        }
    }

    /// The same drawn over the pictures of the two impressions, without words.
    public func svg(over first: Picture?, _ second: Picture?) -> String {
        let gap = 20
        let width = max(Self.extent(one, \.x), Int(first?.width ?? 0))
        let height = max(
            Self.extent(one, \.y), Self.extent(other, \.y), Int(first?.height ?? 0), Int(second?.height ?? 0))
        let shift = width + gap
        let foot = first == nil && second == nil ? 24 : 0
        let total = shift + max(Self.extent(other, \.x), Int(second?.width ?? 0))
        var lines = [
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(total) \#(height + foot)" width="\#(total)" "#
                + #"height="\#(height + foot)" font-family="sans-serif" font-size="12">"#,
            #"<rect width="100%" height="100%" fill="white"/>"#,
            #"<rect width="\#(width)" height="\#(height)" fill="none" stroke="silver"/>"#,
            #"<rect x="\#(shift)" width="\#(total - shift)" height="\#(height)" fill="none" stroke="silver"/>"#,
        ]
        for (picture, x) in [(first, 0), (second, shift)] {
            guard let picture else { continue }
            lines.append(
                #"<image href="\#(picture.address)" x="\#(x)" y="0" width="\#(picture.width)" "#
                    + #"height="\#(picture.height)" opacity="0.6"/>"#)
        }
        for pair in comparison.pairs {
            let (a, b) = (one[pair.probe], other[pair.candidate])
            lines.append(
                #"<line x1="\#(Self.number(a.x))" y1="\#(Self.number(a.y))" x2="\#(Self.number(b.x + Float(shift)))" "#
                    + #"y2="\#(Self.number(b.y))" stroke="seagreen" stroke-opacity="0.45"/>"#)
        }
        let (left, right) = (Set(comparison.pairs.map(\.probe)), Set(comparison.pairs.map(\.candidate)))
        for (index, minutia) in one.enumerated() {
            lines.append(Self.mark(minutia, shift: 0, agrees: left.contains(index)))
        }
        for (index, minutia) in other.enumerated() {
            lines.append(Self.mark(minutia, shift: Float(shift), agrees: right.contains(index)))
        }
        guard foot > 0 else { return (lines + ["</svg>"]).joined(separator: "\n") + "\n" }
        lines.append(
            #"<text x="4" y="\#(height + 17)">\#(comparison.pairs.count) of \#(one.count) and \#(other.count) "#
                + #"minutiae agree; score \#(Self.number(comparison.score))</text>"#)
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func extent(_ minutiae: [FingerMinutia], _ side: KeyPath<FingerMinutia, Float>) -> Int {
        Int(minutiae.map { $0[keyPath: side] }.max() ?? 0) + 20
    }

    private static func mark(_ minutia: FingerMinutia, shift: Float, agrees: Bool) -> String {
        let colour = agrees ? "seagreen" : "gray"
        let (x, y) = (minutia.x + shift, minutia.y)
        let (dx, dy) = (10 * Float.cos(minutia.angle), -10 * Float.sin(minutia.angle))
        let sign =
            minutia.kind == .bifurcation
            ? #"<rect x="\#(number(x - 3))" y="\#(number(y - 3))" width="6" height="6"/>"#
            : #"<circle cx="\#(number(x))" cy="\#(number(y))" r="3"/>"#
        return
            #"<g fill="none" stroke="\#(colour)" stroke-width="1.5">\#(sign)<path d="M\#(number(x)) \#(number(y))l\#(number(dx)) "#
            + #"\#(number(dy))"/></g>"#
    }

    private static func number(_ value: Float) -> String { "\((value * 10).rounded() / 10)" }
}
