import CivilNumber
public import PopulationRegister
public import RecordStore
import Storage

/// What a merge of two files in the population register means here: the person goes on under the other's token.
extension SocialRegister {
    /// Carries out what a job of the population register tells; repeated, or overtaken by a later one, it does nothing.
    ///
    /// The merged person's place in a household goes to the other token, unless that one has a place already: then the
    /// household declares anew, and the leaf notes it. Parted again, the place goes back, unless the household declared
    /// meanwhile.
    public func follow(_ standing: SectorStanding, access: Access) async throws {
        try await records.perform("household.follow", access: access) { transaction in
            let key: [SQLValue] = [.blob(standing.own.bytes)]
            let known = try transaction.row(SocialTables.alias, key: key)
            if let known, try known.integer("version") >= standing.version { return }
            let values: [String: SQLValue] = [
                "index_key": key[0], "into_token": standing.leadsTo.map { .blob($0.bytes) } ?? .null,
                "version": .integer(standing.version),
            ]
            if known == nil {
                try transaction.insert(SocialTables.alias, values)
            } else {
                try transaction.update(SocialTables.alias, values)
            }
            if let target = standing.leadsTo {
                try move(from: standing.own, to: target, in: transaction)
            } else if case .blob(let bytes) = known?["into_token"], let target = SectorToken(bytes: bytes),
                let home = try home(of: target, in: transaction),
                try declares(standing.own, not: target, home, transaction)
            {
                try move(from: target, to: standing.own, in: transaction)
            }
        }
    }

    private func move(from: SectorToken, to: SectorToken, in transaction: RecordTransaction) throws {
        guard let home = try home(of: from, in: transaction) else { return }
        guard try self.home(of: to, in: transaction) == nil else {
            transaction.concerns(Self.subject(home), .read)
            transaction.note("place", "both have one: a new declaration is due")
            return
        }
        try transaction.delete(SocialTables.member, key: [.blob(from.bytes)])
        try transaction.insert(
            SocialTables.member, ["index_key": .blob(to.bytes), "household_id": .text(home)])
        transaction.concerns(Self.subject(home), .write)
    }

    private func declares(
        _ token: SectorToken, not other: SectorToken, _ home: String, _ transaction: RecordTransaction
    ) throws -> Bool {
        let last = try declarationContent(home, try currentCount(home, in: transaction), in: transaction)
        return last.memberTokens.values.contains(token.text) && !last.memberTokens.values.contains(other.text)
    }

    /// The household in which a token has its place.
    func home(of token: SectorToken, in transaction: RecordTransaction) throws -> String? {
        try transaction.row(SocialTables.member, key: [.blob(token.bytes)])?.text("household_id")
    }

    /// Under which token the person of an earlier declaration stands by now.
    func present(_ token: SectorToken, in transaction: RecordTransaction) throws -> SectorToken {
        var token = token
        var seen: Set<SectorToken> = [token]
        while try home(of: token, in: transaction) == nil,
            case .blob(let bytes) = try transaction.row(SocialTables.alias, key: [.blob(token.bytes)])?["into_token"],
            let next = SectorToken(bytes: bytes), seen.insert(next).inserted
        {
            token = next
        }
        return token
    }
}
