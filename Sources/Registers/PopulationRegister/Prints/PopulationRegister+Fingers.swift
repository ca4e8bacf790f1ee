import BiometricFormats
import Crypto
import Fingerprint
import Foundation
import ImageDecoding
public import RecordStore
import Storage

extension PopulationRegister {
    /// Resolutions of sensors, dots an inch.
    public static let resolutions = 250.0...2000.0

    /// Takes one impression of a finger, and says at once how good it is and what would make it better.
    ///
    /// Nobody is refused for a finger: after as many attempts as the rules say the best impression is kept. `image` is a
    /// file in any format that is read. Throws `PopulationError` (`unreadableImage`, `malformedPosition`,
    /// `malformedResolution`, `noSuchApplication`, `fingersNotTaken`, `fingersClosed`, `imageReplayed`: the picture, or
    /// one saved anew, was given before).
    public func captureFinger(
        _ applicationID: String, position: Int, image: [UInt8], dpi: Double, access: Access,
        idempotencyKey: IdempotencyKey? = nil
    ) async throws -> FingerCapture {
        guard (1...10).contains(position) else { throw PopulationError.malformedPosition }
        guard Self.resolutions.contains(dpi) else { throw PopulationError.malformedResolution }
        let read = try await reader.read(image, dpi: dpi)
        let picture = Data(try read.image.png())
        let answer = try await records.perform("print.capture", access: access, idempotencyKey: idempotencyKey) {
            transaction in
            let file = try ApplicationFile.load(applicationID, in: transaction)
            try confirmTaken(file, in: transaction)
            var fingers = try FingerRecords(applicationID, in: transaction)
            guard try isNew(read, to: fingers, in: transaction) else {
                transaction.note("replayed", "true")
                return CaptureAnswer(capture: nil)
            }
            let attempt = fingers.attempts(of: position) + 1
            let capture = FingerCapture(
                position: position, attempt: attempt, quality: read.quality.score,
                reasons: read.quality.reasons.map(\.rawValue),
                advice: read.quality.advice(attempt: attempt, of: rules.prints.attempts).rawValue,
                alike: try alike(read, position, fingers))
            let number = try fingers.append(
                FingerContent(
                    capture: capture, minutiae: Data(try Self.record(read, position)), extractor: reader.extractor),
                position: position, .impression, in: transaction)
            try transaction.insert(
                PrintTables.image,
                [
                    "person_id": .text(applicationID), "record_number": .integer(number),
                    "content": try transaction.seal(
                        picture, subject: Self.subject(applicationID), table: PrintTables.image,
                        row: "\(applicationID)/\(number)", field: "content"),
                ])
            return CaptureAnswer(capture: capture)
        }
        guard let capture = answer.capture else { throw PopulationError.imageReplayed }
        return capture
    }

    /// Records that a finger cannot be taken, with the reason in words where it is `unreadable`.
    ///
    /// An impression taken later counts again. Throws `PopulationError` like `captureFinger`, and `reasonMissing`.
    public func exceptFinger(
        _ applicationID: String, position: Int, _ exception: FingerException, reason: String?, access: Access,
        idempotencyKey: IdempotencyKey? = nil
    ) async throws {
        guard (1...10).contains(position) else { throw PopulationError.malformedPosition }
        let words = exception == .unreadable || reason != nil ? try Self.checked(reason ?? "") : nil
        _ = try await records.perform("print.except", access: access, idempotencyKey: idempotencyKey) { transaction in
            let file = try ApplicationFile.load(applicationID, in: transaction)
            try confirmTaken(file, in: transaction)
            var fingers = try FingerRecords(applicationID, in: transaction)
            _ = try fingers.append(
                FingerContent(exception: exception, reason: words), position: position, .exception, in: transaction)
            return true
        }
    }

    /// All fingers of an application, without pictures. Throws `PopulationError.noSuchApplication`.
    public func fingerSheet(of applicationID: String, access: Access) async throws -> FingerSheet {
        try await records.perform("print.read", access: access) { transaction in
            let file = try ApplicationFile.load(applicationID, in: transaction)
            guard let state = file.state else { throw PopulationError.noSuchApplication }
            let content = try file.content(in: transaction)
            let fingers = try FingerRecords(applicationID, in: transaction)
            let search = try transaction.row(PrintTables.search, key: [.text(applicationID)])
            let searched = try search?.integer("record_count") ?? 0
            return FingerSheet(
                application: applicationID, state: state,
                isTaken: rules.prints.areTaken(from: content.birthDate, on: try rules.prints.day(transaction.now)),
                fingers: (1...10).map(fingers.standing),
                search: try search.flatMap { PrintSearchState(rawValue: try $0.text("state")) },
                isSearchNeeded: searched != Int64(fingers.entries.count))
        }
    }

    private func confirmTaken(_ file: ApplicationFile, in transaction: RecordTransaction) throws {
        guard let state = file.state, FingerSheet.openStates.contains(state) else {
            throw PopulationError.fingersClosed
        }
        let content = try file.content(in: transaction)
        guard rules.prints.areTaken(from: content.birthDate, on: try rules.prints.day(transaction.now)) else {
            throw PopulationError.fingersNotTaken
        }
    }

    /// Marks the picture as given; false where it, or one that shows the same impression, was given before.
    func isNew(_ read: ReadFinger, to fingers: FingerRecords, in transaction: RecordTransaction) throws -> Bool {
        let key = transaction.blindIndex("finger image", Self.digest(read.image))
        guard try transaction.row(PrintTables.mark, key: [key]) == nil else {
            transaction.concerns(Self.subject(fingers.personID), .read)
            return false
        }
        for entry in fingers.entries {
            let share = FingerMinutia.coincidence(read.minutiae, try entry.content.list())
            if share >= FingerMinutia.replayCoincidence { return false }
        }
        try transaction.insert(PrintTables.mark, ["index_key": key, "person_id": .text(fingers.personID)])
        return true
    }

    /// Of the pixels, whatever file they came in.
    private static func digest(_ image: GreyImage) -> String {
        var hash = SHA256()
        hash.update(data: Data("\(image.width) \(image.height) ".utf8))
        hash.update(data: Data(image.pixels))
        return Hexadecimal.encode(hash.finalize())
    }

    private func alike(_ read: ReadFinger, _ position: Int, _ fingers: FingerRecords) throws -> [Int] {
        let (matcher, own) = (FingerMatcher(), FingerTemplate(read.minutiae))
        return try (1...10).filter { other in
            guard other != position, let best = fingers.best(other) else { return false }
            return matcher.score(own, FingerTemplate(try best.content.list())) >= rules.prints.leastScore
        }
    }

    static func record(_ read: ReadFinger, _ position: Int) throws -> [UInt8] {
        var record = MinutiaeRecord(
            read.minutiae, format: .iso2011, width: read.image.width, height: read.image.height,
            dpi: read.image.dpi ?? 500, quality: UInt8(clamping: read.quality.score))
        for index in record.views.indices { record.views[index].position = UInt8(position) }
        return try record.bytes()
    }
}

/// Kept as the answer under an idempotency key; nothing is captured where the picture was given before.
private struct CaptureAnswer: Sendable, Codable {
    let capture: FingerCapture?
}
