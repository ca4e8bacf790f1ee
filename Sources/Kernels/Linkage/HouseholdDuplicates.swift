/// Households that were entered twice, and persons who are a member of two.
public struct HouseholdDuplicates: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        /// The same family, entered twice.
        case family
        /// A person in two households that are two families.
        case member
    }

    /// Two households and what they have in common.
    public struct Finding: Sendable {
        public let kind: Kind
        public let one: String
        public let other: String
        /// A record of each person they have in common.
        public let persons: [String]
        /// How many persons the smaller of the two has.
        public let smaller: Int
    }

    /// By the households' names, families first.
    public let findings: [Finding]

    /// Looks for households that share persons, by the clusters a linker formed.
    ///
    /// Two are one family from `familyMembers` persons in common on, when these are at least `familyShare` of the
    /// smaller household. Throws `LinkageError.missingColumn` where the file does not say which household a record is
    /// of.
    public init(_ linker: Linker, _ result: Linker.Result) throws(LinkageError) {
        let configuration = linker.configuration
        guard let column = configuration.householdColumn, let numbers = linker.table.columns[column],
            let space = linker.table.spaces[column]
        else {
            throw LinkageError(
                .missingColumn, "householdColumn: the configuration or the file names no column with the household")
        }
        var persons: [UInt32: Set<Int>] = [:]
        var homes: [Int: Set<UInt32>] = [:]
        for (record, home) in numbers.enumerated() where home != 0 {
            persons[home, default: []].insert(result.clusters[record])
            homes[result.clusters[record], default: []].insert(home)
        }
        var shared: [UInt64: [Int]] = [:]
        for (person, found) in homes where found.count > 1 {
            let all = found.sorted()
            for (index, one) in all.enumerated() {
                for other in all[(index + 1)...] {
                    shared[UInt64(one) << 32 | UInt64(other), default: []].append(person)
                }
            }
        }
        let (members, share) = (configuration.familyMembers ?? 2, configuration.familyShare ?? 0.5)
        findings = shared.map { pair, common in
            let (one, other) = (UInt32(pair >> 32), UInt32(truncatingIfNeeded: pair))
            let smaller = min(persons[one]?.count ?? 0, persons[other]?.count ?? 0)
            let isFamily = common.count >= members && Double(common.count) >= share * Double(smaller)
            return Finding(
                kind: isFamily ? .family : .member, one: String(decoding: space.text(one), as: UTF8.self),
                other: String(decoding: space.text(other), as: UTF8.self),
                persons: common.sorted().map { linker.table.identifier($0) }, smaller: smaller)
        }.sorted { ($0.kind == .family ? 0 : 1, $0.one, $0.other) < ($1.kind == .family ? 0 : 1, $1.one, $1.other) }
    }
}
