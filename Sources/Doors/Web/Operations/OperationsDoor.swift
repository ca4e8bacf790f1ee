import HTTPTypes
import Hummingbird
import Installation
import Quantities
import RecordStore
import Storage
import StrictJSON

extension WebDoor {
    /// The process answers.
    @Sendable func health(_ request: Request, _ context: WebContext) async throws -> Response {
        .json(["status": "ok"])
    }

    /// The stores answer with this program's migrations, leaves reach the log, and the server is not stopping.
    @Sendable func ready(_ request: Request, _ context: WebContext) async throws -> Response {
        var readiness = await Patience.$current.withValue(Patience(.seconds(2))) {
            await installation.readiness(isSequencing: state.isSequencing)
        }
        if state.isStopping { readiness.problems["server"] = "it is stopping" }
        guard !readiness.isReady else { return .json(["status": "ready"]) }
        var problems: JSONObject = [:]
        for (part, problem) in readiness.problems.sorted(by: { $0.key < $1.key }) { problems[part] = .string(problem) }
        var answer = Response.json(
            ["status": "notReady", "problems": .object(problems)], status: .serviceUnavailable)
        answer.headers[.retryAfter] = ErrorAnswers.retrySeconds
        return answer
    }

    /// Figures for a monitoring system. Throws `WebError` (`forbidden`) for another machine, unless configured.
    @Sendable func metrics(_ request: Request, _ context: WebContext) async throws -> Response {
        guard configuration.areMetricsPublic || Self.isFromThisMachine(request, context) else {
            throw WebError(.forbidden)
        }
        var text = MetricsText()
        state.metrics.write(to: &text)
        writeStores(to: &text)
        await Patience.$current.withValue(Patience(.seconds(1))) { await writeWaiting(to: &text) }
        writeProcess(to: &text)
        return .text(text.text, type: MetricsText.contentType)
    }

    /// A proxy on this machine says for whom it asks; what it passes on is not from here.
    private static func isFromThisMachine(_ request: Request, _ context: WebContext) -> Bool {
        let isPassedOn = forwarding.contains { request.headers[$0] != nil }
        guard !isPassedOn, let address = context.peerAddress else { return false }
        return address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
    }

    private static let forwarding = ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"].compactMap {
        HTTPField.Name($0)
    }

    private func writeStores(to text: inout MetricsText) {
        let stores = installation.storeStatistics
        func family(
            _ name: String, _ type: String, _ help: String, _ values: [(String, KeyPath<StoreStatistics, Int>)]
        ) {
            text.family(name, type, help)
            for (store, statistics) in stores {
                for (label, path) in values {
                    text.value(name, [("store", store), ("kind", label)], Double(statistics[keyPath: path]))
                }
            }
        }
        family(
            "sijill_store_transactions_total", "counter", "Transactions that ended, by store.",
            [("read", \.reads), ("write", \.writes), ("failed", \.failures)])
        family("sijill_store_retries_total", "counter", "Tries beyond the first.", [("any", \.retries)])
        family(
            "sijill_store_sessions", "gauge", "Sessions there may be and at work, and transactions that wait.",
            [("size", \.sessions), ("used", \.sessionsInUse), ("waiting", \.waiting)])
    }

    /// What waits in the stores; a store that does not answer is said to be down.
    private func writeWaiting(to text: inout MetricsText) async {
        var up: [String: Double] = [:]
        var jobs: [(labels: [(name: String, value: String)], count: JobCount)] = []
        for records in installation.jobStores {
            let counts = try? await records.jobCounts()
            up[records.name] = counts == nil ? 0 : 1
            jobs += (counts ?? []).map { count in
                ([("store", records.name), ("kind", count.kind), ("state", count.state.rawValue)], count)
            }
        }
        text.family("sijill_jobs", "gauge", "Jobs, by kind and state: open ones wait or are under way.")
        for job in jobs { text.value("sijill_jobs", job.labels, Double(job.count.count)) }
        text.family("sijill_job_steps", "gauge", "Steps of those jobs that told their progress: all, and done.")
        for job in jobs where job.count.stepsTotal > 0 {
            text.value("sijill_job_steps", job.labels + [("part", "all")], Double(job.count.stepsTotal))
            text.value("sijill_job_steps", job.labels + [("part", "done")], Double(job.count.stepsDone))
        }
        let moment = installation.surroundings.now.millisecondsSinceEpoch
        text.family("sijill_job_oldest_seconds", "gauge", "How long ago the oldest of those jobs was left.")
        for job in jobs {
            let age = max(0, Double(moment - job.count.oldest.millisecondsSinceEpoch) / 1000)
            text.value("sijill_job_oldest_seconds", job.labels, age)
        }
        if let backlog = try? await installation.sequencer.backlog() {
            text.family("sijill_log_pending_leaves", "gauge", "Audit leaves that are not in the log yet.")
            for (store, count) in backlog.leaves {
                text.value("sijill_log_pending_leaves", [("store", store)], Double(count))
            }
            let now = installation.surroundings.now.millisecondsSinceEpoch
            let age = backlog.oldest.map { max(0, Double(now - $0.millisecondsSinceEpoch) / 1000) } ?? 0
            text.family("sijill_log_lag_seconds", "gauge", "The age of the oldest leaf that is not in the log.")
            text.value("sijill_log_lag_seconds", [], age)
        }
        text.family("sijill_store_up", "gauge", "Whether the store answered just now.")
        for (store, value) in up.sorted(by: { $0.key < $1.key }) {
            text.value("sijill_store_up", [("store", store)], value)
        }
    }

    private func writeProcess(to text: inout MetricsText) {
        text.family("process_cpu_seconds_total", "counter", "Processor time of this process.")
        text.value("process_cpu_seconds_total", [], ProcessFigures.processorSeconds)
        let gauges = [
            ("process_resident_memory_bytes", "Memory of this process.", ProcessFigures.residentBytes),
            ("process_open_fds", "Open descriptors of this process.", ProcessFigures.openDescriptors),
            ("process_threads", "Threads of this process.", ProcessFigures.threads),
        ]
        for (name, help, value) in gauges {
            guard let value else { continue }
            text.family(name, "gauge", help)
            text.value(name, [], value)
        }
        text.family("sijill_ready", "gauge", "0 while the server is stopping.")
        text.value("sijill_ready", [], state.isStopping ? 0 : 1)
    }
}
