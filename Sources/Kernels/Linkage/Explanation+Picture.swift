extension Explanation {
    /// The steps as a picture (SVG): from the prior down, each bar begins where the one before ended.
    ///
    /// Green speaks for one person, red against; the number is bits. Holds no personal value.
    public var svg: String {
        var rows: [(lines: [String], step: Step, from: Double)] = []
        var (low, high, sum) = (0.0, 0.0, 0.0)
        for step in steps {
            rows.append((Self.wrapped("\(step.name): \(step.finding)"), step, sum))
            sum += step.bits
            (low, high) = (min(low, sum), max(high, sum))
        }
        let (left, width) = (330, 900)
        let scale = Double(width - left - 90) / max(1, high - low)
        func x(_ bits: Double) -> Int { left + 45 + Int((bits - low) * scale) }
        var y = 40
        var body: [String] = []
        for (lines, step, from) in rows {
            let height = max(26, lines.count * 16 + 8)
            for (index, line) in lines.enumerated() { body.append(Self.text(12, y + 15 + index * 16, line)) }
            let (a, b) = (x(min(from, from + step.bits)), x(max(from, from + step.bits)))
            let color = step.bits >= 0 ? "#1b7f4b" : "#b3261e"
            body.append(
                "<rect x=\"\(a)\" y=\"\(y + 4)\" width=\"\(max(2, b - a))\" height=\"16\" rx=\"2\" fill=\"\(color)\"/>")
            body.append(Self.text(b + 6, y + 16, (step.bits >= 0 ? "+" : "") + Self.short(step.bits, places: 1)))
            body.append(
                "<line x1=\"\(x(from + step.bits))\" y1=\"\(y + 20)\" x2=\"\(x(from + step.bits))\" "
                    + "y2=\"\(y + height + 4)\" stroke=\"#999\" stroke-dasharray=\"2 2\"/>")
            y += height
        }
        let verdict =
            veto.map { "\($0): values that cannot be of one person" } ?? "sum \(Self.short(sum, places: 1)) bits"
        body.append(Self.text(12, y + 22, "probability \(Self.short(probability, places: 6)) — \(verdict)", bold: true))
        let height = y + 40
        return
            ([
                "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"\(width)\" height=\"\(height)\" "
                    + "viewBox=\"0 0 \(width) \(height)\" font-family=\"sans-serif\" font-size=\"13\">",
                "<title>Weights of the comparisons, in bits</title>",
                "<rect width=\"\(width)\" height=\"\(height)\" fill=\"#ffffff\"/>",
                Self.text(12, 24, "What each comparison says, in bits", bold: true),
                "<line x1=\"\(x(0))\" y1=\"32\" x2=\"\(x(0))\" y2=\"\(y)\" stroke=\"#555\"/>",
                Self.text(x(0) - 4, 28, "0"),
            ] + body + ["</svg>"]).joined(separator: "\n")
    }

    private static func text(_ x: Int, _ y: Int, _ text: String, bold: Bool = false) -> String {
        "<text x=\"\(x)\" y=\"\(y)\"\(bold ? " font-weight=\"bold\"" : "")>\(escaped(text))</text>"
    }

    /// Lines of at most 46 letters, broken between words.
    private static func wrapped(_ text: String) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + word.count < 46 {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character)
            }
        }
    }
}
