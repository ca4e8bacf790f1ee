import StrictJSON

extension FormField {
    /// The field with the answer that the document has.
    func model(
        _ document: JSONValue, problems: [Problem], fields: [FormField], _ texts: TextCatalogue, _ places: PlaceFinder
    )
        -> FieldModel
    {
        let error = problems.first { $0.field(in: fields)?.name == name }?.message(texts)
        let stored = path.value(in: document)
        let value = typed(stored, texts, places)
        let described = [hint == nil ? nil : "\(id)-hint", error == nil ? nil : "\(id)-error"].compactMap { $0 }
        var options: [Option] = []
        var isSelect = false
        var isRadios = false
        var mayBeUnset = false
        switch control {
        case .choice(let choices, let isNullable):
            options =
                (isNullable ? [Option(code: notApplicable, label: texts.text("form.notApplicable"))] : []) + choices
            isSelect = true
            mayBeUnset = !isNullable
        case .declarant(let choices):
            options = choices
            isSelect = true
            mayBeUnset = true
        case .radios(let choices):
            options = choices
            isRadios = true
        default: break
        }
        var isTick = false
        if case .tick = control { isTick = true }
        var isDate = false
        if case .date = control { isDate = true }
        var list: String?
        if case .place = control { list = PlaceFinder.listID }
        return FieldModel(
            id: id, name: name, label: label, hint: hint, error: error, isOptional: isOptional,
            describedBy: described.isEmpty ? nil : described.joined(separator: " "), direction: inputDirection,
            value: value, isLine: !isSelect && !isRadios && !isTick && !isDate, isSelect: isSelect, isRadios: isRadios,
            isTick: isTick, isDate: isDate, inputMode: inputMode, list: list, width: width, mayBeUnset: mayBeUnset,
            choices: options.map {
                FieldModel.Choice(id: "\(id)-\($0.code)", code: $0.code, label: $0.label, isChosen: $0.code == value)
            } + (isTick && value == "true" ? [FieldModel.Choice(id: id, code: "", label: "", isChosen: true)] : []),
            parts: isDate ? dateParts(value, texts) : [])
    }

    /// The answer in words, for checking; nil where there is none.
    func words(_ document: JSONValue, _ texts: TextCatalogue, _ places: PlaceFinder) -> String? {
        let stored = path.value(in: document)
        let value = typed(stored, texts, places)
        switch control {
        case .choice(let options, _), .radios(let options), .declarant(let options):
            if value == notApplicable { return texts.text("form.notApplicable") }
            return options.first { $0.code == value }?.label
        case .tick: return texts.text(value == "true" ? "form.answerYes" : "form.answerNo")
        case .amount: return value.isEmpty ? nil : texts.text("form.amount", ["amount": value])
        default: return value.isEmpty ? nil : value
        }
    }

    private func typed(_ stored: JSONValue?, _ texts: TextCatalogue, _ places: PlaceFinder) -> String {
        switch (control, stored) {
        case (.place, .string(let code)?): places.label(code, language: texts.language)
        case (.amount(let digits), .integer(let units)?): Digits.majorUnits(units, digits: digits)
        case (.choice(_, isNullable: true), .null?), (.choice(_, isNullable: true), nil): notApplicable
        case (_, .string(let text)?): text
        case (_, .integer(let number)?): String(number)
        case (_, .bool(let flag)?): flag ? "true" : "false"
        default: ""
        }
    }

    private var inputDirection: String? {
        switch control {
        case .number, .wholeNumber, .amount: "ltr"
        default: direction
        }
    }

    private var inputMode: String {
        switch control {
        case .number, .wholeNumber: "numeric"
        case .amount: "decimal"
        default: "text"
        }
    }

    private var width: String {
        switch control {
        case .wholeNumber, .amount: "short"
        case .number: "medium"
        default: "long"
        }
    }

    private func dateParts(_ value: String, _ texts: TextCatalogue) -> [FieldModel.Part] {
        let pieces = value.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        func piece(_ index: Int) -> String { pieces.count > index ? pieces[index] : "" }
        return [("day", piece(2), "tiny"), ("month", piece(1), "tiny"), ("year", piece(0), "short")].map {
            FieldModel.Part(
                id: "\(id)-\($0.0)", name: "\(name).\($0.0)", label: texts.text("form.\($0.0)"), value: $0.1,
                width: $0.2)
        }
    }
}

extension [FormSection] {
    func models(_ document: JSONValue, problems: [Problem], _ texts: TextCatalogue, _ places: PlaceFinder)
        -> [SectionModel]
    {
        let all = fields
        return map { section in
            let models = section.fields.map { $0.model(document, problems: problems, fields: all, texts, places) }
            let ticks = models.filter(\.isTick)
            return SectionModel(
                legend: section.legend, note: section.hint, fields: models.filter { !$0.isTick }, ticks: ticks,
                hasTicks: !ticks.isEmpty)
        }
    }

    /// Answers in words; what was left out does not appear.
    func rows(_ document: JSONValue, _ texts: TextCatalogue, _ places: PlaceFinder) -> [CheckPage.Section] {
        compactMap { section in
            let rows = section.fields.compactMap { field in
                field.words(document, texts, places).map {
                    CheckPage.Row(label: field.label, value: $0, direction: field.direction)
                }
            }
            return rows.isEmpty ? nil : CheckPage.Section(legend: section.legend, rows: rows)
        }
    }
}
