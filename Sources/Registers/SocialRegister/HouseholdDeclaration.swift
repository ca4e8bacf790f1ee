import Quantities
public import StrictJSON

/// Where a fact about a household came from.
public enum FactSource: String, Sendable, Codable, CaseIterable {
    /// Stated by the declarant.
    case declared
    /// Sent by a partner body.
    case partner
    /// Found by a field inquiry.
    case inquiry
    /// Taken from the population register.
    case populationRegister
}

/// A household as an adult member declares it, before it is checked against the population register.
///
/// `facts` are the facts of the law's schema, in which each member also has `civilNumber`; a member's `sex` and
/// `birthDate` may be left out and are then taken from the population register, as are `householdRef` (chosen by the
/// register) and `asOf` (today).
public struct HouseholdDeclaration: Sendable {
    public let declarant: String
    public let householdNumber: String?
    public let facts: JSONObject
    public let members: [JSONObject]
    /// Civil numbers in the order of `members`.
    public let memberNumbers: [String]
    /// Sources other than `declared`, by path of the fact.
    public let sources: [String: FactSource]

    static let mostMembers = 1000

    /// Throws `DocumentRefusal` where the shape is wrong; what the facts say is checked by the law's schema.
    public init(_ json: JSONValue) throws(DocumentRefusal) {
        let reader = try FieldReader(json)
        let declarant = reader.text("declarant", longest: 40)
        householdNumber = reader.text("householdNumber", required: false, longest: 40)
        let sources = Self.sources(reader)
        var facts = JSONObject()
        var members: [JSONObject] = []
        var numbers: [String] = []
        switch reader.value("facts") {
        case .object(let object)?:
            facts = object
            switch object["members"] {
            case .array(let elements)? where elements.count <= Self.mostMembers:
                for (index, element) in elements.enumerated() {
                    let path = "facts.members[\(index)]"
                    guard case .object(var member) = element else {
                        reader.report(path, .wrongType, "give an object")
                        continue
                    }
                    switch member["civilNumber"] {
                    case .string(let number)? where number.utf8.count <= 40: numbers.append(number)
                    case nil, .null?: reader.report("\(path).civilNumber", .missing, "give the member's civil number")
                    default: reader.report("\(path).civilNumber", .wrongType, "give the number as a text")
                    }
                    member["civilNumber"] = nil
                    members.append(member)
                }
                if elements.isEmpty { reader.report("facts.members", .empty, "name at least one member") }
            case nil: reader.report("facts.members", .missing, "give the list of members")
            default: reader.report("facts.members", .wrongType, "give a list of at most \(Self.mostMembers) members")
            }
        case nil: break
        default: reader.report("facts", .wrongType, "give an object")
        }
        try reader.finish()
        self.declarant = declarant ?? ""
        self.facts = facts
        self.members = members
        memberNumbers = numbers
        self.sources = sources
    }

    private static func sources(_ reader: FieldReader) -> [String: FactSource] {
        guard let value = reader.value("provenance", required: false) else { return [:] }
        guard case .object(let object) = value else {
            reader.report("provenance", .wrongType, "give an object of fact paths and sources")
            return [:]
        }
        var sources: [String: FactSource] = [:]
        for (path, source) in object {
            guard case .string(let text) = source, let known = FactSource(rawValue: text), known != .populationRegister
            else {
                reader.report("provenance.\(path.prefix(64))", .notOnList, "give one of: declared, partner, inquiry")
                continue
            }
            sources[path] = known
        }
        return sources
    }
}
