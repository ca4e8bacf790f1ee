import Foundation

/// Threads that compute on what others read: a queue with an end, whose giver computes itself while it is full.
final class Crew: @unchecked Sendable {
    typealias Job = @Sendable () -> Void

    private let condition = NSCondition()
    private var jobs: [Job] = []
    private var isClosed = false
    private static let mostWaiting = 12

    /// One thread less than the processor has, since those who give the jobs have threads of their own.
    init() {
        for _ in 1..<max(2, ProcessInfo.processInfo.activeProcessorCount) {
            let thread = Thread { while let job = self.wait() { job() } }
            thread.name = "verification"
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    func take(_ job: @escaping Job) {
        condition.lock()
        guard jobs.count < Self.mostWaiting else {
            condition.unlock()
            return job()
        }
        jobs.append(job)
        condition.signal()
        condition.unlock()
    }

    /// Does one job that waits; false where none does.
    func help() -> Bool {
        let job = condition.withLock { jobs.isEmpty ? nil : jobs.removeFirst() }
        job?()
        return job != nil
    }

    /// Lets the threads end after the jobs that wait.
    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }

    private func wait() -> Job? {
        condition.withLock {
            while jobs.isEmpty, !isClosed { condition.wait() }
            return jobs.isEmpty ? nil : jobs.removeFirst()
        }
    }
}

/// What the threads of a crew find of one thing, each in a part of its own, and the end of their work on it.
final class CrewParts<Part: AnyObject>: @unchecked Sendable {
    private let crew: Crew
    private let make: @Sendable () -> Part
    private let condition = NSCondition()
    private var idle: [Part] = []
    private var all: [Part] = []
    private var unfinished = 0

    init(_ crew: Crew, make: @escaping @Sendable () -> Part) {
        self.crew = crew
        self.make = make
    }

    func add(_ work: @escaping @Sendable (Part) -> Void) {
        condition.withLock { unfinished += 1 }
        crew.take { [self] in
            let part = condition.withLock { idle.popLast() ?? added() }
            work(part)
            condition.withLock {
                idle.append(part)
                unfinished -= 1
                if unfinished == 0 { condition.broadcast() }
            }
        }
    }

    private func added() -> Part {
        let part = make()
        all.append(part)
        return part
    }

    /// Waits for all work that was added, helping meanwhile; returns the parts.
    @discardableResult
    func finish() -> [Part] {
        while condition.withLock({ unfinished > 0 }), crew.help() {}
        return condition.withLock {
            while unfinished > 0 { condition.wait() }
            return all
        }
    }
}

/// Opened once, after which nobody waits any longer.
final class Gate: Sendable {
    private let state = NSCondition()
    private nonisolated(unsafe) var isOpen = false
    private nonisolated(unsafe) var waiting: [CheckedContinuation<Void, Never>] = []

    func open() {
        let resumed = state.withLock {
            defer { waiting = [] }
            isOpen = true
            return waiting
        }
        for continuation in resumed { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock {
                if !self.isOpen { waiting.append(continuation) }
                return self.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
