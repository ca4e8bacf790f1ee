import Quantities

/// One way of damping what moves from month to month: `options.ID` of a file of the folder damping/.
struct DampingOption: Sendable {
    let id: String
    let labels: [String: String]
    /// Over how many months bills are averaged; nil where the declared amounts stand.
    let months: ParameterReference?
    /// How many of the highest and as many of the lowest bills are drawn in to their neighbour.
    let winsorised: ParameterReference?
    /// The price level by the path of the fact whose amounts it deflates.
    let prices: [String: ParameterReference]
    /// How far above the threshold a right is kept.
    let band: ParameterReference?
    /// For how many decisions in a row a right is kept above threshold and band.
    let grace: ParameterReference?

    var changesFacts: Bool { months != nil || winsorised != nil || !prices.isEmpty }
    var keepsRights: Bool { band != nil || grace != nil }
    /// Every number it uses.
    var references: [ParameterReference] {
        [months, winsorised, band, grace].compactMap(\.self) + prices.sorted { $0.key < $1.key }.map(\.value)
    }
}

/// The damping of the law from a day on: which options there are, and which one applies.
struct DampingRule: Sendable {
    let file: String
    let from: CivilDate
    let chosen: String
    /// The programmes whose rights band and grace keep.
    let programmes: [String]
    /// In the order of the file, the plain one first.
    let options: [DampingOption]

    init(_ root: LawNode, _ law: LawParts) throws(LawError) {
        try root.allow(only: ["from", "chosen", "programmes", "options"])
        file = root.file
        from = try root.member("from").date()
        guard root.file == "damping/\(from).yaml" else {
            throw try root.member("from").error(.wrongType, "Damping from this day belongs in damping/\(from).yaml.")
        }
        var programmes: [String] = []
        for node in try root.member("programmes").elements() { programmes.append(try node.text()) }
        self.programmes = programmes
        var options: [DampingOption] = []
        for (id, node) in try root.member("options").members() {
            options.append(try DampingOption(id, node, law, from: from))
        }
        self.options = options
        let chosen = try root.member("chosen")
        self.chosen = try chosen.text()
        guard options.contains(where: { $0.id == self.chosen }) else {
            throw chosen.error(
                .unknownReference, "There is no such option; it is one of \(options.map(\.id).joined(separator: ", "))."
            )
        }
        guard let first = options.first, !first.changesFacts, !first.keepsRights else {
            throw try root.member("options").error(.wrongType, "The first option is the plain one, with a label only.")
        }
    }

    func option(_ id: String) -> DampingOption? { options.first { $0.id == id } }
}

extension DampingOption {
    fileprivate init(_ id: String, _ node: LawNode, _ law: LawParts, from: CivilDate) throws(LawError) {
        try node.allow(only: ["label", "months", "winsorised", "prices", "band", "grace"])
        self.id = id
        labels = try node.member("label").labels(law.languages)
        func number(_ name: String) throws(LawError) -> ParameterReference? {
            guard let node = try node.optional(name) else { return nil }
            return try law.reference(node, from: from)
        }
        months = try number("months")
        winsorised = try number("winsorised")
        band = try number("band")
        grace = try number("grace")
        try band?.checkTenDecimals()
        var prices: [String: ParameterReference] = [:]
        for (path, price) in try node.optional("prices")?.members() ?? [] {
            guard law.amount(at: path) != nil else {
                throw price.error(
                    .unknownReference, "There is no amount in centimes at this path of the facts; correct it.")
            }
            prices[path] = try law.reference(price, from: from)
        }
        self.prices = prices
    }
}

extension LawParts {
    /// Whether the fact at a path is one amount in hundredths or a list of them; nil where it is neither.
    func amount(at path: String) -> FactsSchema.FieldType? {
        amounts.first { $0.path == path }?.type
    }

    /// Every fact outside lists of records that counts in hundredths of the currency.
    var amounts: [(path: String, type: FactsSchema.FieldType)] {
        func below(_ fields: [FactsSchema.Field], _ path: String) -> [(path: String, type: FactsSchema.FieldType)] {
            fields.flatMap { field -> [(path: String, type: FactsSchema.FieldType)] in
                let here = path.isEmpty ? field.name : "\(path).\(field.name)"
                if case .record(let inner) = field.type { return below(inner, here) }
                return field.isCentimes ? [(here, field.type)] : []
            }
        }
        return below(schema.fields, "")
    }
}
