import CivilNumber
import Hummingbird
import Installation
import Quantities
import RecordStore
import Rules
import SocialRegister
import StrictJSON

struct HouseholdStartPage: Sendable {
    struct Choice: Sendable {
        let id: String
        let code: String
        let label: String
        let isChosen: Bool
    }

    let action: String
    let members: String
    let mostMembers: String
    let milieus: [Choice]
    let problem: String?
}

struct HouseholdReceiptPage: Sendable {
    let number: String
    let declaration: String
    let declaredAt: String
    let newHousehold: String
    let assessment: AssessmentWords
}

extension WebDoor {
    /// First how many members and where; then the form that follows from it.
    @Sendable func askHousehold(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.declareHousehold, context)
        let query = request.uri.queryParameters
        let members = query.get("members")
        let milieu = query.get("milieu")
        guard let form = HouseholdForm(members: members, milieu: milieu) else {
            return householdStart(context, members: members, milieu: milieu)
        }
        return householdForm(context, form, ["facts": [:]])
    }

    private func householdStart(_ context: WebContext, members: String?, milieu: String?) -> Response {
        let texts = text(context.language)
        let isAnswered = members != nil || milieu != nil
        let model = HouseholdStartPage(
            action: Route.newHousehold.path(), members: String((members ?? "").prefix(8)),
            mostMembers: String(HouseholdForm.mostMembers),
            milieus: HouseholdForm.milieus.map {
                .init(id: "milieu-\($0)", code: $0, label: texts.text("milieu.\($0)"), isChosen: $0 == milieu)
            },
            problem: isAnswered
                ? texts.text("householdStart.problem", ["most": String(HouseholdForm.mostMembers)]) : nil)
        return page(
            .householdStart, model, context, title: "household.title",
            status: isAnswered ? .unprocessableContent : .ok, returnTo: .newHousehold)
    }

    @Sendable func declareHousehold(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.declareHousehold, context)
        let body = try await form(request)
        try confirm(body, context)
        var context = context
        guard let form = HouseholdForm(members: body["members"], milieu: body["milieu"]) else {
            return householdStart(context, members: body["members"] ?? "", milieu: body["milieu"])
        }
        let sections = householdSections(form, context)
        let document = try formDocument(body) {
            form.completed(
                sections.document(body, base: ["facts": [:]], places: places), declarant: body["declarant"],
                installation.jurisdiction)
        }
        if changeLanguage(body, &context) || body["step"] == "edit" { return householdForm(context, form, document) }
        guard body["step"] == "send" else {
            let problems = foreseen(document)
            return problems.isEmpty
                ? householdCheck(context, form, document) : householdForm(context, form, document, problems: problems)
        }
        do {
            let receipt = try await installation.social.declare(
                try HouseholdDeclaration(document), today: try installation.today(),
                access: access(context, .householdRegistration), idempotencyKey: try formKey(request, body))
            return try await householdReceipt(context, receipt)
        } catch {
            let refusal = WebError(error, document: document, numbers: numberFaults)
            guard refusal.code == .invalidFields else { throw error }
            return householdForm(context, form, document, problems: refusal.problems)
        }
    }

    /// What is wrong as far as it shows without the population register, whose facts are stood in for.
    private func foreseen(_ document: JSONValue) -> [Problem] {
        var facts = document["facts"] ?? [:]
        let today = (try? installation.today())?.description ?? ""
        facts.set("declared", at: [.member("householdRef")])
        facts.set(.string(today), at: [.member("asOf")])
        var problems: [Problem] = []
        do {
            _ = try HouseholdDeclaration(document)
        } catch {
            problems += WebError(error, document: document, numbers: numberFaults).problems
        }
        for index in (facts["members"]?.array ?? []).indices {
            let member: [JSONPathStep] = [.member("members"), .element(index)]
            if let number = facts["members"]?[index]?["civilNumber"]?.string,
                let fault = numberFaults.fault(number, path: "civilNumber")
            {
                problems.append(
                    Problem(path: "facts.members[\(index)].civilNumber", code: fault.code, words: fault.words))
            }
            var object = facts["members"]?[index]?.object ?? JSONObject()
            object["civilNumber"] = nil
            object["ref"] = .string("M\(index + 1)")
            object["sex"] = "female"
            object["birthDate"] = .string(today)
            facts.set(.object(object), at: member)
        }
        do {
            _ = try installation.jurisdiction.law.facts(from: facts, annexes: false)
        } catch {
            problems += WebError(error).problems
        }
        return problems
    }

    private func householdSections(_ form: HouseholdForm, _ context: WebContext) -> [FormSection] {
        form.sections(installation.jurisdiction.law, householdForm, text(context.language))
    }

    private func householdForm(
        _ context: WebContext, _ form: HouseholdForm, _ document: JSONValue, problems: [Problem] = []
    ) -> Response {
        let texts = text(context.language)
        let sections = householdSections(form, context)
        let model = FormPage(
            action: Route.newHousehold.path(), heading: texts.text("household.title"),
            intro: texts.text("household.intro", ["milieu": texts.text("milieu.\(form.milieu)")]),
            problems: problems.models(sections.fields, texts), hasProblems: !problems.isEmpty,
            sections: sections.models(HouseholdForm.shown(document), problems: problems, texts, places),
            hidden: form.hidden, places: places.list(language: texts.language))
        return page(
            .form, model, context, title: "household.title", status: problems.isEmpty ? .ok : .unprocessableContent,
            formToKeep: model.formID)
    }

    private func householdCheck(_ context: WebContext, _ form: HouseholdForm, _ document: JSONValue) -> Response {
        let texts = text(context.language)
        let model = CheckPage(
            action: Route.newHousehold.path(), heading: texts.text("check.title"),
            sections: householdSections(form, context).rows(HouseholdForm.shown(document), texts, places),
            hidden: form.hidden + checkFields(document))
        return page(.check, model, context, title: "check.title", formToKeep: "answers")
    }

    private func householdReceipt(_ context: WebContext, _ receipt: DeclarationReceipt) async throws -> Response {
        let household = try await installation.social.household(
            number: receipt.householdNumber, access: access(context, .householdRegistration))
        let model = HouseholdReceiptPage(
            number: household.householdNumber, declaration: String(household.declarationNumber),
            declaredAt: installation.jurisdiction.momentText(household.declaredAt),
            newHousehold: Route.newHousehold.path(),
            assessment: try AssessmentWords(household, text(context.language), installation.jurisdiction))
        return page(.householdReceipt, model, context, title: "householdReceipt.title")
    }
}
