import Quantities
import RecordStore
import StrictJSON
import Synchronization

/// Jobs as columns, for people.
enum JobText {
    static let heading = columns(["STORE", "STATE", "KIND", "TRIES", "STEPS", "SINCE", "NEXT", "PROBLEM", "JOB"])

    static func line(_ job: JobStanding, _ store: String) -> String {
        let state = job.state == .dead ? "dead" : job.isUnderWay ? "under way" : "waits"
        let steps = job.stepsTotal > 0 ? "\(job.stepsDone)/\(job.stepsTotal)" : "-"
        let next = job.state == .dead ? "-" : moment(job.dueAt.description)
        return columns([
            store, state, job.kind, String(job.attempts), steps, moment(job.enqueuedAt), next,
            job.problem.isEmpty ? "-" : job.problem, job.id,
        ])
    }

    private static let widths = [11, 10, 20, 6, 12, 20, 20, 16]

    private static func columns(_ texts: [String]) -> String {
        zip(texts, widths + [0]).map { text, width in
            text + String(repeating: " ", count: max(text.count < width ? 0 : 1, width - text.count))
        }.joined().trimmingSuffix()
    }

    /// Without what is smaller than a second.
    private static func moment(_ text: String) -> String { String(text.prefix(19)) }
}

extension String {
    fileprivate func trimmingSuffix() -> String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

extension JobStanding {
    func json(_ store: String) -> JSONValue {
        .object([
            "store": .string(store), "job": .string(id), "kind": .string(kind), "state": .string(state.rawValue),
            "underWay": .bool(isUnderWay), "attempts": .integer(Int64(attempts)), "enqueuedAt": .string(enqueuedAt),
            "dueAt": .string(dueAt.description), "stepsDone": .integer(Int64(stepsDone)),
            "stepsTotal": .integer(Int64(stepsTotal)), "problem": .string(problem),
        ])
    }
}

/// How the tries of a run of jobs ended.
final class JobCounts: Sendable {
    private let counts = Mutex<(done: Int64, failed: Int64, dead: Int64)>((0, 0, 0))

    var values: (done: Int64, failed: Int64, dead: Int64) { counts.withLock { $0 } }

    func add(_ outcome: JobRunner.Outcome) {
        counts.withLock { counts in
            switch outcome {
            case .done: counts.done += 1
            case .failed: counts.failed += 1
            case .died: counts.dead += 1
            }
        }
    }
}
