import Fingerprint
import Foundation
public import RecordStore
import Storage

/// One finger of two files, side by side.
public struct PrintPair: Sendable {
    public let position: Int
    /// Minus ten times the decimal logarithm of the false match rate.
    public let score: Double
    /// How many minutiae were found to be the same.
    public let agreeing: Int
    /// Both prints with their minutiae and lines between those that agree, as Scalable Vector Graphics.
    public let drawing: String
}

/// A case with both files' prints, opened to be compared.
public struct IdentityComparison: Sendable {
    public let entry: IdentityCase
    /// Of the candidate.
    public let state: ApplicationState
    /// The likeliest finger first.
    public let fingers: [PrintPair]
}

extension PopulationRegister {
    /// The cases of a file with the prints of both files, for one reviewer. Throws `PopulationError.noSuchApplication`.
    public func comparePrints(
        of file: String, access: Access
    ) async throws -> (application: ApplicationView, comparisons: [IdentityComparison]) {
        let opened = try await records.perform("print.compare", access: access) { transaction in
            let view = try view(of: file, in: transaction)
            return (
                view: view,
                cases: try cases(of: file, in: transaction).map { entry in
                    let state = try ApplicationFile.state(of: entry.candidate, in: transaction)
                    return OpenedCase(
                        entry: entry, state: state ?? .submitted,
                        fingers: try pictures(file, entry.candidate, in: transaction))
                }
            )
        }
        // Drawing compares, which takes its time: not inside of a transaction.
        return (
            opened.view,
            opened.cases.map { opened in
                let matcher = FingerMatcher()
                let fingers = opened.fingers.map { finger in
                    let drawing = ComparisonDrawing(finger.one.minutiae, finger.other.minutiae, matcher: matcher)
                    return PrintPair(
                        position: finger.position, score: (Double(drawing.score) * 10).rounded() / 10,
                        agreeing: drawing.agreeing,
                        drawing: drawing.svg(over: finger.one.picture, finger.other.picture))
                }
                return IdentityComparison(
                    entry: opened.entry, state: opened.state, fingers: fingers.sorted { $0.score > $1.score })
            }
        )
    }

    private func pictures(
        _ file: String, _ candidate: String, in transaction: RecordTransaction
    ) throws -> [OpenedCase.Finger] {
        let (one, other) = (
            try FingerRecords(file, in: transaction), try FingerRecords(candidate, in: transaction)
        )
        return try (1...10).compactMap { position in
            guard let mine = one.best(position), let theirs = other.best(position) else { return nil }
            return OpenedCase.Finger(
                position: position, one: try impression(mine, file, in: transaction),
                other: try impression(theirs, candidate, in: transaction))
        }
    }

    private func impression(
        _ entry: FingerRecords.Entry, _ personID: String, in transaction: RecordTransaction
    ) throws -> OpenedCase.Impression {
        let key: [SQLValue] = [.text(personID), .integer(entry.number)]
        let picture = try transaction.row(PrintTables.image, key: key).map { row in
            try transaction.open(
                Data.self, from: row, subject: Self.subject(personID), table: PrintTables.image,
                row: "\(personID)/\(entry.number)", field: "content")
        }
        return OpenedCase.Impression(
            minutiae: try entry.content.list(), picture: picture.flatMap { ComparisonDrawing.Picture(png: $0) })
    }
}

/// What a comparison needs, out of the store.
private struct OpenedCase: Sendable {
    struct Impression: Sendable {
        let minutiae: [FingerMinutia]
        let picture: ComparisonDrawing.Picture?
    }

    struct Finger: Sendable {
        let position: Int
        let one: Impression
        let other: Impression
    }

    let entry: IdentityCase
    let state: ApplicationState
    let fingers: [Finger]
}

extension ComparisonDrawing.Picture {
    /// A picture as this register keeps it: PNG with its resolution. Nil for other bytes.
    init?(png: Data) {
        // The first chunk, IHDR, has width and height; pHYs has pixels per metre (PNG, third edition, section 11).
        let bytes = [UInt8](png)
        func word(_ place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        guard bytes.count > 33, Array(bytes[12..<16]) == Array("IHDR".utf8) else { return nil }
        var (place, dpi) = (33, 500.0)
        while place + 12 <= bytes.count, word(place) + 12 <= bytes.count - place {
            if Array(bytes[place + 4..<place + 8]) == Array("pHYs".utf8), word(place) == 9 {
                dpi = (Double(word(place + 8)) * 0.0254).rounded()
            }
            place += 12 + word(place)
        }
        self.init(
            address: "data:image/png;base64,\(png.base64EncodedString())", width: Double(word(16)) * 500 / max(dpi, 1),
            height: Double(word(20)) * 500 / max(dpi, 1))
    }
}
