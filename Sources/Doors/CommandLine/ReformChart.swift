import ColumnRules

/// Charts of a reform as SVG.
struct ReformChart {
    private let analysis: ReformAnalysis
    private let names: ReformNames
    private static let width = 760
    private static let (grey, teal, red) = ("#9aa5b1", "#0b7285", "#c92a2a")

    init(_ analysis: ReformAnalysis, _ names: ReformNames) {
        self.analysis = analysis
        self.names = names
    }

    /// File names and texts.
    var files: [(String, String)] {
        [
            ("coverage.svg", page(coverage)), ("winners.svg", page(winners)), ("cost.svg", page(cost)),
            ("errors.svg", page(errors)),
        ]
    }

    /// All charts, one below the other.
    var overview: String { page(coverage + winners + cost + errors) }

    private struct Panel {
        let title: String
        let legend: [(String, String)]
        let labels: [String]
        /// For each label a value for each entry of the legend; drawn from zero, downwards where below.
        let values: [[Double]]
        let unit: String
    }

    private static let beforeAfter = [("before", grey), ("after", teal)]

    private var tenthLabels: [String] { (1...ReformAnalysis.tenths).map(String.init) }

    private var coverage: [Panel] {
        analysis.programmes.indices.map { place in
            Panel(
                title: "\(title(place)): covered, by tenth of consumption",
                legend: Self.beforeAfter, labels: tenthLabels,
                values: tenths(place).map {
                    [Self.percent($0.coveredBefore, $0.households), Self.percent($0.coveredAfter, $0.households)]
                }, unit: "%")
        }
    }

    private var winners: [Panel] {
        (Array(analysis.programmes.indices).map { Optional($0) } + [nil]).map { place in
            Panel(
                title: "\(title(place)): winners and losers, by tenth",
                legend: [("winners", Self.teal), ("losers", Self.red)], labels: tenthLabels,
                values: tenths(place).map {
                    [Self.percent($0.winners, $0.households), -Self.percent($0.losers, $0.households)]
                }, unit: "%")
        }
    }

    private var cost: [Panel] {
        (analysis.programmes.indices.filter { analysis.counts(programme: $0).costBefore != 0 }.map { Optional($0) } + [
            nil
        ])
        .map { place in
            Panel(
                title: "\(title(place)): million a year, by region", legend: Self.beforeAfter,
                labels: analysis.regions,
                values: analysis.regions.indices.map {
                    let counts = analysis.counts(programme: place, region: $0)
                    return [Double(counts.costBefore) / 1e6, Double(counts.costAfter) / 1e6]
                }, unit: "")
        }
    }

    private var errors: [Panel] {
        analysis.programmes.indices.filter { analysis.selections[$0] != .none }.map { place in
            Panel(
                title: "\(title(place)): errors by region",
                legend: [
                    ("inclusion before", Self.grey), ("inclusion after", Self.teal), ("exclusion before", "#e8b4b4"),
                    ("exclusion after", Self.red),
                ],
                labels: analysis.regions,
                values: analysis.regions.indices.map {
                    let counts = analysis.counts(programme: place, region: $0)
                    return [
                        Self.percent(counts.inclusionBefore, counts.coveredBefore),
                        Self.percent(counts.inclusionAfter, counts.coveredAfter),
                        Self.percent(counts.exclusionBefore, counts.targetBefore),
                        Self.percent(counts.exclusionAfter, counts.targetAfter),
                    ]
                }, unit: "%")
        }
    }

    private func title(_ place: Int?) -> String {
        place.map { names.programme(analysis.programmes[$0].id) } ?? "All programmes"
    }

    private func tenths(_ place: Int?) -> [ReformCounts] {
        (0..<ReformAnalysis.tenths).map { analysis.counts(programme: place, tenth: $0) }
    }

    private static func percent(_ part: Int64, _ whole: Int64) -> Double {
        whole == 0 ? 0 : 100 * Double(part) / Double(whole)
    }
}

extension ReformChart {
    private static let panelHeight = 230

    private func page(_ panels: [Panel]) -> String {
        let height = max(1, panels.count) * Self.panelHeight
        var text =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Self.width)\" height=\"\(height)\" "
            + "viewBox=\"0 0 \(Self.width) \(height)\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#212529\">\n"
            + "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
        for (place, panel) in panels.enumerated() {
            text += "<g transform=\"translate(0 \(place * Self.panelHeight))\">\n\(draw(panel))</g>\n"
        }
        return text + "</svg>"
    }

    private func draw(_ panel: Panel) -> String {
        let all = panel.values.flatMap(\.self)
        let (top, bottom) = (Self.round(max(0, all.max() ?? 0)), -Self.round(max(0, -(all.min() ?? 0))))
        let span = max(top - bottom, 1e-9)
        let (left, right, above, below) = (64.0, 16.0, 48.0, 30.0)
        let (width, height) = (Double(Self.width) - left - right, Double(Self.panelHeight) - above - below)
        func y(_ value: Double) -> Double { above + height * (top - value) / span }
        var text = "<text x=\"12\" y=\"18\" font-size=\"13\" font-weight=\"bold\">\(Self.escaped(panel.title))</text>\n"
        var x = 12.0
        for (name, colour) in panel.legend {
            text +=
                "<rect x=\"\(Self.short(x))\" y=\"27\" width=\"10\" height=\"10\" fill=\"\(colour)\"/>"
                + "<text x=\"\(Self.short(x + 14))\" y=\"36\">\(name)</text>\n"
            x += 34 + 6.5 * Double(name.count)
        }
        var lines = [0.0, top, bottom]
        if bottom == 0 { lines.append(top / 2) }
        for value in Set(lines) where top > 0 || bottom < 0 {
            text +=
                "<line x1=\"\(Self.short(left))\" x2=\"\(Self.short(left + width))\" y1=\"\(Self.short(y(value)))\" "
                + "y2=\"\(Self.short(y(value)))\" stroke=\"\(value == 0 ? "#495057" : "#dee2e6")\"/>"
                + "<text x=\"\(Self.short(left - 6))\" y=\"\(Self.short(y(value) + 4))\" text-anchor=\"end\">"
                + "\(Self.number(value)) \(panel.unit)</text>\n"
        }
        let slot = width / Double(max(1, panel.labels.count))
        for (place, label) in panel.labels.enumerated() {
            let start = left + slot * Double(place)
            let bar = slot * 0.8 / Double(panel.legend.count)
            for (part, value) in panel.values[place].enumerated() {
                let (high, low) = (min(y(value), y(0)), max(y(value), y(0)))
                text +=
                    "<rect x=\"\(Self.short(start + slot * 0.1 + bar * Double(part)))\" y=\"\(Self.short(high))\" "
                    + "width=\"\(Self.short(bar * 0.94))\" height=\"\(Self.short(low - high))\" fill=\"\(panel.legend[part].1)\">"
                    + "<title>\(Self.escaped(label)): \(panel.legend[part].0) \(Self.number(value)) \(panel.unit)</title></rect>\n"
            }
            text +=
                "<text x=\"\(Self.short(start + slot / 2))\" y=\"\(Self.panelHeight - 12)\" text-anchor=\"middle\">"
                + "\(Self.escaped(label))</text>\n"
        }
        return text
    }

    /// The next number of the form 1, 2, 5 times a power of ten.
    private static func round(_ value: Double) -> Double {
        guard value > 0 else { return 0 }
        var step = 1e-3
        while step < 1e12 {
            for factor in [1.0, 2.0, 5.0] where step * factor >= value { return step * factor }
            step *= 10
        }
        return value
    }

    private static func number(_ value: Double) -> String {
        value.magnitude >= 100 || value == value.rounded() ? String(Int64(value.rounded())) : CensusReport.text(value)
    }

    private static func short(_ value: Double) -> String { CensusReport.text(value, 1) }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
