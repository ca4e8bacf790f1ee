import Foundation
import RecordStore
import TestSupport

// A worker of counted jobs, in a process of its own that may be killed: `JobWorker FIRST SECOND LOG`. A line `begins`
// goes to standard output when a job's work begins, and `ends` when it was taken off the list or given back.
let jobs = try await CountedJobs(Array(CommandLine.arguments.dropFirst()))
let say: @Sendable (String) -> Void = { word in
    FileHandle.standardOutput.write(Data("\(word)\n".utf8))
}
await jobs.runner { say("begins") }.run(every: .milliseconds(20), onOutcome: { _ in say("ends") }) { error in
    say("error \(type(of: error))")
}
