import ColumnRules
import Foundation
import Quantities
import Rules
import StrictJSON
import Synchronization

/// Answers chunks of declarations, as many at the same time as there are tasks; a declaration that columns do not take is
/// computed by itself, and both ways give the same bytes.
final class DeclarationAnswerer: Sendable {
    struct Answers: Sendable {
        var bytes: [UInt8] = []
        var households = 0
        var refusals: [Refused] = []
    }

    private let law: LawBook
    private let scanner: DeclarationScanner?
    private let days = Mutex<[CivilDate: DayScorer?]>([:])
    /// Days that are kept ready; beyond them one household is computed after the other.
    private static let mostDays = 400

    init(_ law: LawBook, overColumns: Bool) {
        self.law = law
        scanner = overColumns ? DeclarationScanner(law) : nil
    }

    private func scorer(_ scanner: DeclarationScanner, _ date: CivilDate) -> DayScorer? {
        days.withLock { days in
            if let known = days[date] { return known }
            guard days.count < Self.mostDays else { return nil }
            let made = DayScorer(law, scanner, on: date)
            days[date] = .some(made)
            return made
        }
    }

    func answers(to chunk: LineChunks.Chunk) -> Answers {
        var answers = Answers(households: chunk.lines.count)
        chunk.bytes.withUnsafeBufferPointer { bytes in
            let scored = scanner.map { scanner in
                scanner.score(chunk.lines, in: bytes) { self.scorer(scanner, $0) }
            }
            answers.bytes.reserveCapacity((scored?.bytes.count ?? 0) + 1_024)
            for (line, range) in chunk.lines.enumerated() {
                if let scored, let answer = scored.answers[line] {
                    answers.bytes += scored.bytes[answer]
                    continue
                }
                switch Self.answer(chunk.numbers[line], Array(bytes[range]), law) {
                case .success(let text):
                    answers.bytes += Array(text.utf8)
                    answers.bytes.append(UInt8(ascii: "\n"))
                case .failure(let refusal): answers.refusals.append(refusal)
                }
            }
        }
        return answers
    }

    private static func answer(_ number: Int, _ bytes: [UInt8], _ law: LawBook) -> Result<String, Refused> {
        do {
            let facts = try law.facts(from: try JSONValue(parsing: bytes))
            return .success(try law.assess(facts).json.serialized())
        } catch let error as FactsRefusal {
            return .failure(
                Refused(
                    error.problems.map {
                        "line \(number): \($0.path.isEmpty ? "household" : $0.path): \($0.code): \($0.message)"
                    }))
        } catch let error as JSONError {
            let place = error.path.isEmpty ? "household" : error.path
            let column = error.column.map { " (column \($0))" } ?? ""
            return .failure(Refused("line \(number): \(place): \(error.code.rawValue): \(error.message)\(column)"))
        } catch let error as LawError {
            let place = error.code == .notInForce ? "asOf" : error.field ?? "household"
            return .failure(Refused("line \(number): \(place): \(error.code.rawValue): \(error.message)"))
        } catch {
            return .failure(Refused("line \(number): household: it cannot be assessed"))
        }
    }
}
