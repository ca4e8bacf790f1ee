import Agency
import RecordStore

/// Who stands at the door.
enum Visitor: Hashable, Sendable {
    case anonymous
    case staff(id: String, roles: Set<Role>)
    case resident(personID: String)

    init(_ session: Session?) {
        switch session?.holder {
        case .staff(let id, let roles)?: self = .staff(id: id, roles: roles)
        case .resident(let personID)?: self = .resident(personID: personID)
        case nil: self = .anonymous
        }
    }

    var actor: Actor {
        switch self {
        case .anonymous: Actor(kind: .service, id: "web")
        case .staff(let id, _): Actor(kind: .staff, id: id)
        case .resident(let personID): Actor(kind: .resident, id: personID)
        }
    }

    func has(_ role: Role) -> Bool {
        if case .staff(_, let roles) = self { return roles.contains(role) }
        return false
    }
}
