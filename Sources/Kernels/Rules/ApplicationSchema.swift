import ExpressionLanguage
public import Quantities
public import StrictJSON

/// What an applicant of one programme declares, besides the household's facts: `applications/NAME.yaml`.
struct ApplicationSchema: Sendable {
    let id: String
    let labels: [String: String]
    let fields: [FactsSchema.Field]

    init(_ root: LawNode, languages: [String]) throws(LawError) {
        try root.allow(only: ["id", "label", "fields"])
        id = try root.member("id").text()
        guard root.file == "applications/\(id).yaml" else {
            throw try root.member("id").error(
                .wrongType, "An application of this id belongs in applications/\(id).yaml.")
        }
        labels = try root.member("label").labels(languages)
        fields = try FactsSchema.fields(try root.member("fields"), languages)
    }

    var valueType: ValueType { FactsSchema.FieldType.record(fields).valueType }
    var optionCodes: Set<String> { FactsSchema.FieldType.record(fields).optionCodes }
}

extension LawBook {
    /// The ids of all programmes: those decided for every household first, then those answered on application.
    public var programmeIDs: [String] { (programmes + further).compactMap { $0.first?.id } }

    /// What one programme answers on a day.
    ///
    /// `facts` may be nil for a programme that does not look at the household; `application` holds the fields of
    /// `applications/NAME.yaml`. Throws `FactsRefusal` for an application that is not as it must be, `LawError`
    /// `unknownReference` for a programme the law does not have, `notInForce` outside its versions.
    public func rule(
        _ programme: String, facts: Facts?, application: JSONValue?, on date: CivilDate
    ) throws -> Ruling {
        guard let versions = (programmes + further).first(where: { $0.first?.id == programme }) else {
            throw LawError(
                .unknownReference, field: programme,
                "The law has no programme of this id; it has \(programmeIDs.joined(separator: ", ")).")
        }
        guard let rule = versions.last(where: { $0.from <= date }), rule.until.map({ date <= $0 }) ?? true else {
            throw LawError(.notInForce, field: programme, "The programme is not in force on \(date).")
        }
        var values = facts?.values ?? [:]
        values[parts.schema.date] = .date(date)
        var scope = Scope(values, parts.definitions)
        if let schema = rule.application {
            scope.bind("application", try read(application ?? .object([:]), schema))
        } else if application != nil {
            throw LawError(.unknownField, field: programme, "The programme takes no application; remove it.")
        }
        var score: Score?
        if rule.threshold != nil || !rule.uses.isEmpty, let facts {
            score = try formula(for: facts, &scope).score(&scope, on: date)
        }
        return try rule.rule(score, scope, try answers(of: rule, score, scope, on: date), on: date)
    }

    /// What the programmes that a rule uses decide for the household.
    private func answers(
        of rule: ProgrammeRule, _ score: Score?, _ scope: Scope, on date: CivilDate
    ) throws(LawError) -> [String: Decision] {
        var answers: [String: Decision] = [:]
        for use in rule.uses {
            let programme = use.programme
            guard let score else {
                throw LawError(
                    .evaluationFailed, file: rule.file, field: "uses",
                    "The programme builds on \(programme); give the household's facts.")
            }
            let versions = programmes.first { $0.first?.id == programme } ?? []
            guard let used = versions.last(where: { $0.from <= date }), used.until.map({ date <= $0 }) ?? true else {
                throw LawError(.notInForce, field: programme, "The programme is not in force on \(date).")
            }
            answers[use.name] = try used.decide(score, scope, on: date)
        }
        return answers
    }

    private func read(_ json: JSONValue, _ schema: ApplicationSchema) throws(FactsRefusal) -> Value {
        let fields = FactsSchema(labels: schema.labels, fields: schema.fields, reference: "", date: "", checks: [])
        var reader = FactsReader(schema: fields, messages: messages)
        let values = reader.read(json)
        guard reader.problems.isEmpty else { throw FactsRefusal(problems: reader.problems) }
        return .map(ValueMap(fields: schema.fields.compactMap { field in values[field.name].map { (field.name, $0) } }))
    }
}
