import CivilNumber
import Fingerprint
public import RecordStore
import Storage

/// Whether somebody's finger is that of the person with a number.
public struct FingerVerification: Hashable, Sendable, Codable {
    public let isVerified: Bool
    /// Minus ten times the decimal logarithm of the false match rate.
    public let score: Double
    /// 0 useless ... 100 excellent, of the impression that was given.
    public let quality: Int
    public let reasons: [String]
}

extension PopulationRegister {
    /// Compares one finger with that of the person who has a number: one to one, for authentication.
    ///
    /// Every answer is in the log of the person's file. Throws `PopulationError` (`malformedNumber`, `unknownNumber`,
    /// `malformedPosition`, `malformedResolution`, `unreadableImage`, `noFingers`: the file has no impression of this
    /// finger; `imageReplayed`: the picture was given before, at an enrolment or a verification).
    public func verifyFinger(
        number text: String, position: Int, image: [UInt8], dpi: Double, access: Access,
        idempotencyKey: IdempotencyKey? = nil
    ) async throws -> FingerVerification {
        let number = try wellFormed(text)
        guard (1...10).contains(position) else { throw PopulationError.malformedPosition }
        guard Self.resolutions.contains(dpi) else { throw PopulationError.malformedResolution }
        let read = try await reader.read(image, dpi: dpi)
        let answer = try await records.perform("print.verify", access: access, idempotencyKey: idempotencyKey) {
            transaction in
            guard let personID = try holder(of: number.digits, in: transaction) else {
                throw PopulationError.unknownNumber
            }
            let fingers = try FingerRecords(personID, in: transaction)
            guard let best = fingers.best(position) else { throw PopulationError.noFingers }
            transaction.concerns(Self.subject(personID), .read)
            guard try isNew(read, to: fingers, in: transaction) else {
                transaction.note("replayed", "true")
                return VerificationAnswer(verification: nil)
            }
            let score = FingerMatcher().score(
                FingerTemplate(read.minutiae), FingerTemplate(try best.content.list()))
            let isVerified = score >= rules.prints.verificationScore
            transaction.note("verified", isVerified ? "true" : "false")
            return VerificationAnswer(
                verification: FingerVerification(
                    isVerified: isVerified, score: (Double(score) * 10).rounded() / 10, quality: read.quality.score,
                    reasons: read.quality.reasons.map(\.rawValue)))
        }
        guard let verification = answer.verification else { throw PopulationError.imageReplayed }
        return verification
    }
}

/// Kept as the answer under an idempotency key.
private struct VerificationAnswer: Sendable, Codable {
    let verification: FingerVerification?
}
