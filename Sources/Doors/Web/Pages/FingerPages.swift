import Agency
import Fingerprint
import Hummingbird
import Installation
import PopulationRegister
import RecordStore

/// The ten fingers of an application.
struct FingersPage: Sendable {
    struct Finger: Sendable {
        let position: Int
        let label: String
        /// Quality, exception, or that nothing was taken yet.
        let standing: String
        let isTaken: Bool
        /// What would make the next impression better.
        let advice: [String]
        let exceptions: [Choice]
    }

    struct Choice: Sendable {
        let code: String
        let label: String
    }

    struct Hand: Sendable {
        let label: String
        let fingers: [Finger]
    }

    let action: String
    let back: String
    let shortID: String
    let intro: String
    let isOpen: Bool
    let hands: [Hand]
    let search: String?
    let maySearch: Bool
    let problem: String?
    let problemTarget: String
}

struct VerificationPage: Sendable {
    let action: String
    let number: String
    let fingers: [FingersPage.Choice]
    let outcome: String?
    let isVerified: Bool
    let problem: String?
}

extension WebDoor {
    /// Names of the fingers, by position from 1.
    static let fingerNames = [
        "rightThumb", "rightIndex", "rightMiddle", "rightRing", "rightLittle", "leftThumb", "leftIndex", "leftMiddle",
        "leftRing", "leftLittle",
    ]

    func fingerLabel(_ position: Int, _ texts: TextCatalogue) -> String {
        texts.text("finger.\(Self.fingerNames[position - 1])")
    }

    @Sendable func askFingers(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.takeFingers, context)
        return try await fingersPage(context, try identifier(context))
    }

    /// One impression, one exception, or the search: each button of the page sends its own form.
    @Sendable func takeFingers(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.takeFingers, context)
        let id = try identifier(context)
        let upload = try await upload(request)
        try confirm(upload.form, context)
        let access = access(context, .enrolment)
        let key = try formKey(request, upload.form, files: upload.files)
        let position = upload.form["position"].flatMap { Int($0) } ?? 0
        let target = "image-\(position)"
        do {
            switch upload.form["act"] {
            case "take":
                guard let image = upload.files["image"] else {
                    return try await fingersPage(context, id, problem: "fingers.choose", target: target)
                }
                _ = try await installation.population.captureFinger(
                    id, position: position, image: image, dpi: upload.form["dpi"].flatMap { Double($0) } ?? 0,
                    access: access, idempotencyKey: key)
            case "except":
                guard let exception = upload.form["exception"].flatMap(FingerException.init) else {
                    return try await fingersPage(
                        context, id, problem: "fingers.chooseException", target: "exception-\(position)")
                }
                try await installation.population.exceptFinger(
                    id, position: position, exception, reason: upload.form.typed("reason"), access: access,
                    idempotencyKey: key)
            case "search":
                _ = try await installation.population.searchPrints(id, access: access, idempotencyKey: key)
            default: throw WebError(.malformedForm)
            }
            return .redirect(to: Route.fingers.path(id) + (position > 0 ? "#finger-\(position)" : "#search"))
        } catch let error as PopulationError {
            let code = WebError(error).code
            let isAsked = error == .malformedPosition || error == .noSuchApplication
            guard !isAsked else { throw error }
            return try await fingersPage(
                context, id, problem: error == .malformedResolution ? "problem.outOfRange" : "error.\(code.rawValue)",
                target: error == .reasonMissing ? "reason-\(position)" : target)
        }
    }

    private func fingersPage(
        _ context: WebContext, _ id: String, problem: String? = nil, target: String = ""
    ) async throws -> Response {
        let texts = text(context.language)
        let sheet = try await installation.population.fingerSheet(of: id, access: access(context, .enrolment))
        let fingers = sheet.fingers.map { finger in
            FingersPage.Finger(
                position: finger.position, label: fingerLabel(finger.position, texts),
                standing: standing(finger, texts), isTaken: finger.quality != nil || finger.exception != nil,
                advice: advice(finger, texts),
                exceptions: FingerException.allCases.map {
                    FingersPage.Choice(code: $0.rawValue, label: texts.text("fingerException.\($0.rawValue)"))
                })
        }
        let intro = sheet.isOpen ? "fingers.intro" : sheet.isTaken ? "error.fingersClosed" : "error.fingersNotTaken"
        let model = FingersPage(
            action: Route.fingers.path(id), back: Route.applicationReceipt.path(id), shortID: String(id.suffix(6)),
            intro: texts.text(intro), isOpen: sheet.isOpen,
            hands: [
                FingersPage.Hand(label: texts.text("finger.rightHand"), fingers: Array(fingers.prefix(5))),
                FingersPage.Hand(label: texts.text("finger.leftHand"), fingers: Array(fingers.suffix(5))),
            ], search: fingersText(sheet, texts),
            maySearch: sheet.isOpen && fingers.contains { $0.isTaken }, problem: problem.map { texts.text($0) },
            problemTarget: target)
        return page(
            .fingers, model, context, title: "fingers.title", status: problem == nil ? .ok : .unprocessableContent)
    }

    /// Where the search stands, in words; nil before anything was taken.
    func fingersText(_ sheet: FingerSheet, _ texts: TextCatalogue) -> String? {
        let isTouched = sheet.fingers.contains { $0.attempts > 0 || $0.exception != nil }
        guard isTouched else { return nil }
        if sheet.isSearchNeeded || sheet.search == nil { return texts.text("fingers.searchNeeded") }
        return sheet.search.map { texts.text("printSearch.\($0.rawValue)") }
    }

    private func standing(_ finger: FingerStanding, _ texts: TextCatalogue) -> String {
        if let exception = finger.exception { return texts.text("fingerException.\(exception.rawValue)") }
        guard let quality = finger.quality else { return texts.text("fingers.none") }
        return texts.text("fingers.quality", ["quality": String(quality), "count": String(finger.attempts)])
    }

    private func advice(_ finger: FingerStanding, _ texts: TextCatalogue) -> [String] {
        guard finger.exception == nil, let last = finger.last else { return [] }
        let alike = last.alike.map { texts.text("fingers.alike", ["finger": fingerLabel($0, texts)]) }
        let reasons = last.reasons.compactMap(FingerprintQuality.Reason.init).map {
            texts.text("fingerReason.\($0.rawValue)")
        }
        let advice = FingerprintQuality.Advice(rawValue: last.advice).map { texts.text("fingerAdvice.\($0.rawValue)") }
        return alike + (advice.map { [$0] } ?? []) + reasons
    }

    // MARK: One to one

    @Sendable func askVerification(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.verifyFinger, context)
        return verificationPage(context)
    }

    @Sendable func verifyFinger(_ request: Request, _ context: WebContext) async throws -> Response {
        try confirm(.verifyFinger, context)
        let upload = try await upload(request)
        try confirm(upload.form, context)
        let number = String((upload.form.typed("civilNumber") ?? "").prefix(40))
        guard let image = upload.files["image"] else {
            return verificationPage(context, number: number, problem: "fingers.choose")
        }
        do {
            let found = try await installation.population.verifyFinger(
                number: number, position: upload.form["position"].flatMap { Int($0) } ?? 0, image: image,
                dpi: upload.form["dpi"].flatMap { Double($0) } ?? 0, access: access(context, .authentication),
                idempotencyKey: try formKey(request, upload.form, files: upload.files))
            return verificationPage(context, number: number, found: found)
        } catch let error as PopulationError {
            let refusal = WebError(error)
            let key = refusal.problems.first.flatMap { problem -> String? in
                if case .text(let key, let values) = problem.words, values.isEmpty { return key }
                return nil
            }
            return verificationPage(context, number: number, problem: key ?? "error.\(refusal.code.rawValue)")
        }
    }

    private func verificationPage(
        _ context: WebContext, number: String = "", found: FingerVerification? = nil, problem: String? = nil
    ) -> Response {
        let texts = text(context.language)
        let model = VerificationPage(
            action: Route.verification.path(), number: number,
            fingers: (1...10).map { FingersPage.Choice(code: String($0), label: fingerLabel($0, texts)) },
            outcome: found.map { texts.text($0.isVerified ? "verification.same" : "verification.other") },
            isVerified: found?.isVerified ?? false, problem: problem.map { texts.text($0) })
        return page(
            .verification, model, context, title: "verification.title",
            status: problem == nil ? .ok : .unprocessableContent, returnTo: .verification)
    }
}
