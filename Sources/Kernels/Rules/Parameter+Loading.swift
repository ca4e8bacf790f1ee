import Quantities

extension Parameter {
    /// Reads one parameter file. The id must mirror the path: `formula.urban.cars` is `parameters/formula/urban/cars.yaml`.
    init(_ root: LawNode, languages: [String]) throws(LawError) {
        try root.allow(only: ["id", "label", "unit", "values"])
        id = try root.member("id").text()
        file = root.file
        let expected = "parameters/" + id.split(separator: ".").joined(separator: "/") + ".yaml"
        guard expected == file else {
            throw try root.member("id").error(.wrongType, "A parameter of this id belongs in \(expected).")
        }
        labels = try root.member("label").labels(languages)
        unit = try root.member("unit").text()
        var versions: [Version] = []
        for (date, node) in try root.member("values").members() {
            versions.append(
                Version(
                    from: try LawNode.date(date, node), until: try node.optional("until")?.date(), line: node.line,
                    content: try Self.content(node)))
        }
        guard let first = versions.first else {
            throw try root.member("values").error(.missingField, "The parameter has no value; give one with its date.")
        }
        let kind = Self.kind(first.content)
        guard versions.allSatisfy({ Self.kind($0.content) == kind }) else {
            throw try root.member("values").error(.wrongType, "All values must be of one kind: value, table or bands.")
        }
        self.versions = versions.sorted { $0.from < $1.from }
    }

    private static func kind(_ content: Content) -> Kind {
        switch content {
        case .number: .number
        case .table: .table
        case .bands: .bands
        }
    }

    private static func content(_ node: LawNode) throws(LawError) -> Content {
        if let table = try node.optional("table") {
            try node.allow(only: ["table", "source", "status", "until"])
            var entries: [String: Entry] = [:]
            for (key, value) in try table.members() { entries[key] = try entry(value, describedBy: node) }
            return .table(entries)
        }
        if let bands = try node.optional("bands") {
            try node.allow(only: ["bands", "source", "status", "until"])
            return .bands(try self.bands(bands, describedBy: node))
        }
        try node.allow(only: ["value", "source", "status", "until"])
        return .number(try entry(try node.member("value"), describedBy: node))
    }

    private static func bands(_ node: LawNode, describedBy version: LawNode) throws(LawError) -> [Band] {
        let elements = try node.elements()
        var bands: [Band] = []
        for (place, element) in elements.enumerated() {
            try element.allow(only: ["upTo", "value", "source", "status"])
            let upTo = try element.optional("upTo")
            guard (upTo == nil) == (place == elements.count - 1) else {
                throw element.error(.wrongType, "Every band but the last has `upTo`; the last one is open.")
            }
            let end = try upTo?.decimal()
            if let end, case .some(.some(let before)) = bands.last.map(\.upTo) {
                let ascends = (try? before.isLess(than: end)) ?? false
                guard ascends else { throw element.error(.wrongType, "Bands must ascend; order them by `upTo`.") }
            }
            let described = try element.optional("source") == nil ? version : element
            let entry = try entry(try element.member("value"), describedBy: described)
            bands.append(Band(upTo: end, upToText: try upTo?.text(), entry: entry))
        }
        guard !bands.isEmpty else { throw node.error(.missingField, "There are no bands; give at least one.") }
        return bands
    }

    private static func entry(_ value: LawNode, describedBy node: LawNode) throws(LawError) -> Entry {
        let status = try node.member("status")
        guard let known = ParameterValue.Status(rawValue: try status.text()) else {
            throw status.error(.wrongType, "A status is `sourced` or `provisional`.")
        }
        return Entry(
            value: try value.decimal(), text: try value.text(), source: try node.member("source").text(), status: known,
            line: value.line)
    }
}
