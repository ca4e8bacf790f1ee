import CivilNumber
import Crypto
public import Quantities
public import RecordStore
import Storage

/// A code by which a resident signs in once.
public struct OneTimeCode: Sendable {
    public let personID: String
    /// Six digits.
    public let code: String
    public let expiresAt: Instant
    public let phone: String?
}

extension PopulationRegister {
    /// Makes a code for the holder of a number and hands it to `deliver` in the same transaction.
    ///
    /// A well-formed number that nobody holds makes no code and no difference that the caller could see, so that numbers
    /// cannot be tried out. Throws `PopulationError.malformedNumber`.
    public func sendOneTimeCode(
        number text: String, idempotencyKey: IdempotencyKey? = nil,
        deliver: @escaping @Sendable (RecordTransaction, OneTimeCode) throws -> Void
    ) async throws {
        let number = try wellFormed(text)
        let access = Access(
            actor: Actor(kind: .service, id: "sign-in"), purpose: .authentication, legalBasis: .dataSubjectRequest)
        _ = try await records.perform("signIn.code", access: access, idempotencyKey: idempotencyKey) { transaction in
            guard let person = try person(digits: number.digits, in: transaction) else { return true }
            let random = transaction.randomBytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let digits = String(random % 1_000_000)
            let code = String(repeating: "0", count: 6 - digits.count) + digits
            let expiresAt = transaction.now.advanced(bySeconds: rules.oneTimeCodeLifetimeSeconds)
            let values: [String: SQLValue] = [
                "person_id": .text(person.id), "code": transaction.blindIndex("one-time code", "\(person.id) \(code)"),
                "expires_at": .text(expiresAt.description), "attempts_left": .integer(rules.oneTimeCodeAttempts),
            ]
            if try transaction.row(PopulationTables.oneTimeCode, key: [.text(person.id)]) == nil {
                try transaction.insert(PopulationTables.oneTimeCode, values)
            } else {
                try transaction.update(PopulationTables.oneTimeCode, values)
            }
            transaction.concerns(Self.subject(person.id), .write)
            try deliver(
                transaction,
                OneTimeCode(personID: person.id, code: code, expiresAt: expiresAt, phone: person.content.phone))
            return true
        }
    }

    /// Uses a code up. Returns the person's identifier.
    ///
    /// Throws `PopulationError` (`malformedNumber`, `wrongCode`). A wrong code costs one of a few attempts, also when the
    /// answer is lost.
    public func redeemOneTimeCode(
        number text: String, code: String, idempotencyKey: IdempotencyKey? = nil
    ) async throws -> String {
        let number = try wellFormed(text)
        let access = Access(
            actor: Actor(kind: .service, id: "sign-in"), purpose: .authentication, legalBasis: .dataSubjectRequest)
        let digits = String(code.filter { !$0.isWhitespace }.prefix(12).map(Self.westernDigit))
        let personID: String? = try await records.perform(
            "signIn.redeem", access: access, idempotencyKey: idempotencyKey
        ) { transaction in
            guard let person = try person(digits: number.digits, in: transaction),
                let row = try transaction.row(PopulationTables.oneTimeCode, key: [.text(person.id)])
            else { return nil }
            transaction.concerns(Self.subject(person.id), .write)
            let attempts = try row.integer("attempts_left")
            let expiresAt = try Instant(iso8601: try row.text("expires_at"))
            // After the clock was set back a code would be good for longer than it was given for: another is asked for.
            let latest = transaction.now.advanced(bySeconds: rules.oneTimeCodeLifetimeSeconds + Self.skewSeconds)
            guard attempts > 0, transaction.now < expiresAt, expiresAt <= latest else { return nil }
            let isRight = row["code"] == transaction.blindIndex("one-time code", "\(person.id) \(digits)")
            try transaction.update(
                PopulationTables.oneTimeCode,
                [
                    "person_id": .text(person.id), "code": row["code"], "expires_at": row["expires_at"],
                    "attempts_left": .integer(isRight ? 0 : attempts - 1),
                ])
            transaction.note("result", isRight ? "signed in" : "wrong code")
            return isRight ? person.id : nil
        }
        guard let personID else { throw PopulationError.wrongCode }
        return personID
    }

    /// By how much the clocks of two servers may differ.
    private static let skewSeconds: Int64 = 60

    private static func westernDigit(_ character: Character) -> Character {
        guard let value = character.wholeNumberValue, (0...9).contains(value) else { return character }
        return Character(String(value))
    }
}
