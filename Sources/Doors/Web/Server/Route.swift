import Hummingbird

/// Every address of the door; a link cannot be misspelt.
///
/// The raw value is the path's template. No address carries a personal value: the only parameters are identifiers that
/// the program made, and a language.
enum Route: String, CaseIterable, Sendable {
    case health = "/healthz"
    case ready = "/readyz"
    case metrics = "/metrics"

    case home = "/"
    case language = "/language/{code}"
    case style = "/style.css"
    case icon = "/icon.svg"
    case status = "/status"
    case log = "/log"
    case outbox = "/demonstration/outbox"

    case staffSignIn = "/staff/sign-in"
    case signOut = "/sign-out"
    case staff = "/staff"
    case newApplication = "/applications/new"
    case applicationReceipt = "/applications/{id}/receipt"
    case correctApplication = "/applications/{id}/correction"
    case fingers = "/applications/{id}/fingers"
    case verification = "/verification"
    case newHousehold = "/households/new"
    case review = "/review"
    case reviewApplication = "/review/{id}"
    case reviewDuplicates = "/review/{id}/candidates"
    case reviewPrints = "/review/{id}/prints"
    case joining = "/joining"

    case residentSignIn = "/resident/sign-in"
    case residentCode = "/resident/code"
    case resident = "/resident"

    case apiStaffSessions = "/api/v1/staff/sessions"
    case apiApplications = "/api/v1/applications"
    case apiApplication = "/api/v1/applications/{id}"
    case apiDecision = "/api/v1/applications/{id}/decision"
    case apiCorrection = "/api/v1/applications/{id}/correction"
    case apiSubmission = "/api/v1/applications/{id}/submission"
    case apiWithdrawal = "/api/v1/applications/{id}/withdrawal"
    case apiDuplicates = "/api/v1/applications/{id}/candidates"
    case apiDuplicateDecision = "/api/v1/applications/{id}/candidates/decision"
    case apiFingers = "/api/v1/applications/{id}/fingers"
    case apiPrintSearch = "/api/v1/applications/{id}/fingers/search"
    case apiIdentityCases = "/api/v1/applications/{id}/identity-cases"
    case apiIdentityDecision = "/api/v1/applications/{id}/identity-cases/decision"
    case apiUnmerge = "/api/v1/applications/{id}/unmerge"
    case apiMerges = "/api/v1/merges"
    case apiVerifications = "/api/v1/verifications"
    case apiNumberCheck = "/api/v1/civil-numbers/check"
    case apiHouseholds = "/api/v1/households"
    case apiHouseholdReading = "/api/v1/households/read"
    case apiResidentCodes = "/api/v1/resident/codes"
    case apiResidentSessions = "/api/v1/resident/sessions"
    case apiResidentRecord = "/api/v1/resident/record"
    case apiCheckpoint = "/api/v1/log/checkpoint"
    case apiProof = "/api/v1/log/proof"
    case apiConsistency = "/api/v1/log/consistency"
    case apiOutbox = "/api/v1/demonstration/outbox"
    case apiHealth = "/api/v1/health"
    case apiReady = "/api/v1/ready"

    static let apiPrefix = "/api/"

    var methods: [HTTPRequest.Method] {
        switch self {
        case .home, .language, .style, .icon, .log, .outbox, .staff, .applicationReceipt, .review, .resident,
            .apiApplication, .apiDuplicates, .apiIdentityCases, .apiResidentRecord, .apiCheckpoint, .apiProof,
            .apiConsistency, .apiOutbox,
            .apiHealth, .apiReady, .health, .ready, .metrics:
            [.get]
        case .status, .staffSignIn, .newApplication, .correctApplication, .newHousehold, .reviewApplication,
            .reviewDuplicates, .fingers, .verification, .reviewPrints, .joining, .apiFingers,
            .residentSignIn, .residentCode,
            .apiApplications:
            [.get, .post]
        case .apiStaffSessions: [.post, .delete]
        case .apiPrintSearch, .apiIdentityDecision, .apiUnmerge, .apiMerges, .apiVerifications,
            .signOut, .apiDecision, .apiDuplicateDecision, .apiCorrection, .apiSubmission, .apiWithdrawal,
            .apiNumberCheck, .apiHouseholds,
            .apiHouseholdReading, .apiResidentCodes, .apiResidentSessions:
            [.post]
        }
    }

    /// The path with its parameter filled in.
    func path(_ parameter: String = "") -> String {
        guard let start = rawValue.firstIndex(of: "{"), let end = rawValue.firstIndex(of: "}") else { return rawValue }
        return rawValue[..<start] + parameter + rawValue[rawValue.index(after: end)...]
    }

    /// The routes whose template fits a path, whatever the method.
    static func matching(_ path: String) -> [Route] {
        let parts = split(path)
        return allCases.filter { route in
            let template = split(route.rawValue)
            guard template.count == parts.count else { return false }
            return zip(template, parts).allSatisfy { $0.first == "{" || $0 == $1 }
        }
    }

    private static func split(_ path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: true)
    }
}

extension Router where Context == WebContext {
    typealias Handler = @Sendable (Request, WebContext) async throws -> Response

    func get(_ route: Route, _ handler: @escaping Handler) {
        on(RouterPath(route.rawValue), method: .get, use: handler)
    }

    func post(_ route: Route, _ handler: @escaping Handler) {
        on(RouterPath(route.rawValue), method: .post, use: handler)
    }

    func delete(_ route: Route, _ handler: @escaping Handler) {
        on(RouterPath(route.rawValue), method: .delete, use: handler)
    }
}
