import Hummingbird
import Installation
import PopulationRegister
import Quantities
import RecordStore
import StrictJSON

struct ReceiptPage: Sendable {
    let receipt: String
    let state: String
    let submittedAt: String
    let application: String
    let newApplication: String
    let status: String
    /// Where fingers are taken.
    let fingers: String?
    let isLinked: Bool
    let hasCandidates: Bool
    let candidatesText: String
    let candidates: [Candidate]

    struct Candidate: Sendable {
        let words: CandidateWords
    }
}

extension WebDoor {
    @Sendable func askApplication(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.enterApplication, context)
        return applicationForm(context, ApplicationForm.fresh(installation.jurisdiction), correcting: nil)
    }

    @Sendable func enterApplication(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.enterApplication, context)
        return try await applicationSteps(request, context, correcting: nil)
    }

    @Sendable func askCorrection(_ request: Request, _ context: WebContext) async throws -> Response {
        let id = try identifier(context)
        try confirm(.correctApplication(id: id), context)
        let application = try await installation.population.application(id, access: access(context, .enrolment))
        return applicationForm(context, application.content.document, correcting: id)
    }

    @Sendable func correctApplication(_ request: Request, _ context: WebContext) async throws -> Response {
        let id = try identifier(context)
        try confirm(.correctApplication(id: id), context)
        return try await applicationSteps(request, context, correcting: id)
    }

    /// Fill in, check, send: the answers travel with the form, nothing is kept before it is sent.
    private func applicationSteps(
        _ request: Request, _ context: WebContext, correcting id: String?
    ) async throws -> Response {
        let form = try await form(request)
        try confirm(form, context)
        var context = context
        let texts = text(context.language)
        let sections = ApplicationForm.sections(installation.jurisdiction, texts)
        let document = try formDocument(form) { sections.document(form, base: [:], places: places) }
        if changeLanguage(form, &context) || form["step"] == "edit" {
            return applicationForm(context, document, correcting: id)
        }
        do {
            let content = try ApplicationContent(
                document, rules: installation.population.rules, today: try installation.today())
            guard form["step"] == "send" else { return applicationCheck(context, document, sections, correcting: id) }
            return .redirect(
                to: Route.applicationReceipt.path(
                    try await send(content, try formKey(request, form), context, correcting: id)))
        } catch let refusal as DocumentRefusal {
            let problems = WebError(refusal, document: document, numbers: numberFaults).problems
            return applicationForm(context, document, problems: problems, correcting: id)
        }
    }

    private func send(
        _ content: ApplicationContent, _ key: IdempotencyKey?, _ context: WebContext, correcting id: String?
    ) async throws -> String {
        let access = access(context, .enrolment)
        guard let id else {
            return try await installation.population.apply(content, access: access, idempotencyKey: key)
                .application
        }
        try await installation.population.correct(
            id, content: content, access: access, idempotencyKey: key?.part("correct"))
        return try await installation.population.submit(id, access: access, idempotencyKey: key).application
    }

    private func applicationForm(
        _ context: WebContext, _ document: JSONValue, problems: [Problem] = [], correcting id: String?
    ) -> Response {
        let texts = text(context.language)
        let sections = ApplicationForm.sections(installation.jurisdiction, texts)
        let model = FormPage(
            action: applicationAction(id), heading: texts.text(id == nil ? "application.title" : "application.correct"),
            intro: texts.text("application.intro"), problems: problems.models(sections.fields, texts),
            hasProblems: !problems.isEmpty,
            sections: sections.models(document, problems: problems, texts, places), hidden: [],
            places: places.list(language: texts.language))
        return page(
            .form, model, context, title: "application.title",
            status: problems.isEmpty ? .ok : .unprocessableContent, formToKeep: model.formID)
    }

    private func applicationCheck(
        _ context: WebContext, _ document: JSONValue, _ sections: [FormSection], correcting id: String?
    ) -> Response {
        let texts = text(context.language)
        let model = CheckPage(
            action: applicationAction(id), heading: texts.text("check.title"),
            sections: sections.rows(document, texts, places), hidden: checkFields(document))
        return page(.check, model, context, title: "check.title", formToKeep: "answers")
    }

    private func applicationAction(_ id: String?) -> String {
        id.map { Route.correctApplication.path($0) } ?? Route.newApplication.path()
    }

    @Sendable func applicationReceipt(_ request: Request, _ context: WebContext) async throws -> Response {
        let id = try identifier(context)
        try confirm(.readApplication(id: id), context)
        let application = try await installation.population.application(id, access: access(context, .enrolment))
        // Shown to the staff at once; a resident is told where the application stands.
        let candidates =
            Policy.allows(context.visitor, .readCandidates)
            ? try await installation.population.duplicatePairs(of: id, access: access(context, .enrolment)) : []
        let texts = text(context.language)
        let submitted = application.events.last { $0.act == .submit }?.at
        let model = ReceiptPage(
            receipt: application.receipt ?? "", state: texts.text("state.\(application.state.rawValue)"),
            submittedAt: submitted.map { installation.jurisdiction.momentText($0) } ?? "",
            application: application.id, newApplication: Route.newApplication.path(), status: Route.status.path(),
            fingers: Policy.allows(context.visitor, .takeFingers) ? Route.fingers.path(id) : nil,
            isLinked: application.state == .duplicate, hasCandidates: !candidates.isEmpty,
            candidatesText: texts.text(
                application.state == .duplicate ? "duplicates.linkedText" : "duplicates.foundText"),
            candidates: candidates.map { .init(words: CandidateWords($0.candidate, texts)) })
        return page(.receipt, model, context, title: "receipt.title")
    }
}

extension ApplicationContent {
    /// The document from which this content is read.
    var document: JSONValue {
        func object(_ members: [(String, String?)]) -> JSONValue {
            .object(JSONObject(uniqueMembers: members.compactMap { name, text in text.map { (name, .string($0)) } }))
        }
        func name(_ name: Name) -> JSONValue { object([("given", name.given), ("family", name.family)]) }
        var document = JSONObject()
        document["names"] = ["arabic": name(names.arabic), "latin": name(names.latin)]
        document["sex"] = .string(sex.rawValue)
        document["birth"] = object([("date", birthDate.description), ("precision", birthDate.precision.rawValue)])
        document["birthPlace"] = object([
            ("country", birthPlace.country), ("commune", birthPlace.commune), ("text", birthPlace.text),
        ])
        document["nationality"] = .string(nationality)
        var parents = JSONObject()
        if let father { parents["father"] = object([("arabic", father.arabic), ("latin", father.latin)]) }
        if let mother { parents["mother"] = object([("arabic", mother.arabic), ("latin", mother.latin)]) }
        if father != nil || mother != nil { document["parents"] = .object(parents) }
        document["residence"] = object([("commune", residence.commune), ("address", residence.address)])
        if let phone { document["phone"] = .string(phone) }
        document["documents"] = .array(documents.map { object([("type", $0.type), ("number", $0.number)]) })
        document["witnesses"] = .array(witnesses.map { object([("civilNumber", $0)]) })
        return .object(document)
    }
}
