import Agency

/// What somebody wants to do; what a comparison needs is fetched before and stands in it.
enum Action: Hashable, Sendable {
    case enterApplication
    case readApplication(id: String)
    case listApplications
    case decideApplication
    case readCandidates
    case takeFingers
    case readFingers
    case verifyFinger
    case listCorrections
    case correctApplication(id: String)
    case withdrawApplication(id: String)
    case declareHousehold
    case readHousehold
    case readOwnRecord(personID: String)
    case seeStaffHome
    case seeOutbox(isDemonstration: Bool)
}

/// Who may do what: comparisons only.
enum Policy {
    static func allows(_ visitor: Visitor, _ action: Action) -> Bool {
        switch action {
        case .enterApplication, .declareHousehold, .listCorrections, .takeFingers: visitor.has(.agent)
        case .listApplications, .decideApplication: visitor.has(.reviewer)
        case .readCandidates, .readHousehold, .seeStaffHome, .readFingers, .verifyFinger: isStaff(visitor)
        case .readApplication(let id): isStaff(visitor) || visitor == .resident(personID: id)
        case .correctApplication(let id), .withdrawApplication(let id):
            visitor.has(.agent) || visitor == .resident(personID: id)
        case .readOwnRecord(let personID): visitor == .resident(personID: personID)
        case .seeOutbox(let isDemonstration): isDemonstration
        }
    }

    private static func isStaff(_ visitor: Visitor) -> Bool { visitor.has(.agent) || visitor.has(.reviewer) }
}
