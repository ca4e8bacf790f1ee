import Synchronization

/// Small transactions of many tasks carried out together: whoever waits while one is committed shares the next commit.
///
/// The members of a group run one after the other in one transaction, each as a part of its own: one that throws leaves
/// nothing behind and does not disturb the others. So tasks that touch the same rows never have to give way to one
/// another, and the medium is waited for once for all of them. The first that waits leads the group. When the engine
/// gives the group up for a reason that may lie in one member, each is carried out alone.
public final class WriteGroups: Sendable {
    private struct State {
        var waiting: [Member] = []
        var isLed = false
    }

    private let store: any Store
    private let most: Int
    private let state = Mutex(State())

    /// - Parameter most: how many members a group has at most.
    public init(_ store: any Store, most: Int = 64) {
        self.store = store
        self.most = most
    }

    /// Carries out one transaction as `Store.write` does, together with others. Throws like it.
    public func write<Result: Sendable>(
        knownBy mark: CommitMark?, _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        let kept = Outcome<Result>()
        let member = Member(mark) { kept.result = .success(try body($0)) }
        let patience = Patience.current
        let start = ContinuousClock.now
        if await turn(of: member) == .lead {
            // What was waited for the group before counts as well.
            patience?.spend(since: start)
            await lead()
        } else {
            patience?.spend(since: start)
        }
        switch member.ending {
        case .done:
            guard let result = kept.result else { preconditionFailure("a member that is done has a result") }
            return try result.get()
        case .failed(let error): throw error
        case .alone, nil: return try await store.write(knownBy: mark, body)
        }
    }

    // MARK: Turns

    private func turn(of member: Member) async -> Member.Turn {
        await withCheckedContinuation { continuation in
            let isLeader = state.withLock { state in
                if state.isLed {
                    member.continuation = continuation
                    state.waiting.append(member)
                    return false
                }
                state.isLed = true
                state.waiting.insert(member, at: 0)
                return true
            }
            if isLeader { continuation.resume(returning: .lead) }
        }
    }

    /// Carries out the group of those that wait, the leader being the first; then somebody else leads.
    private func lead() async {
        let group = state.withLock { state in
            let group = Array(state.waiting.prefix(most))
            state.waiting.removeFirst(group.count)
            return group
        }
        await run(group)
        let next = state.withLock { state -> CheckedContinuation<Member.Turn, Never>? in
            guard let next = state.waiting.first else {
                state.isLed = false
                return nil
            }
            defer { next.continuation = nil }
            return next.continuation
        }
        next?.resume(returning: .lead)
        for member in group.dropFirst() { member.continuation?.resume(returning: .ended) }
    }

    private func run(_ group: [Member]) async {
        let store = store
        let (mark, written) = Self.mark(of: group)
        // A task of its own: that one caller went away is no reason to give up the others.
        let outcome = await Task {
            try await store.write(knownBy: mark) { transaction -> [(any Error)?] in
                let errors = try group.map { try $0.part(of: transaction) }
                written.members = zip(group, errors).filter { $0.1 == nil }.map(\.0)
                return errors
            }
        }.result
        switch outcome {
        case .success(let errors):
            for (member, error) in zip(group, errors) { member.ending = error.map { .failed($0) } ?? .done }
        case .failure(let error):
            let cause = (error as? TransactionEnded)?.cause ?? error
            let isOfAll = (cause as? StorageError)?.endsTransaction ?? false
            for member in group { member.ending = isOfAll || group.count == 1 ? .failed(cause) : .alone }
        }
    }

    /// The row of any member that wrote one tells whether the group is there.
    private static func mark(of group: [Member]) -> (CommitMark?, Written) {
        let written = Written()
        guard let statement = group.lazy.compactMap(\.mark?.statement).first else { return (nil, written) }
        return (
            CommitMark(statement) {
                written.members.lazy.compactMap { member in
                    member.mark.flatMap { $0.statement == statement ? $0.arguments() : nil }
                }.first
            }, written
        )
    }
}

/// The members that the last try of a group did not undo.
private final class Written: Sendable {
    private let list = Mutex<[Member]>([])

    var members: [Member] {
        get { list.withLock { $0 } }
        set { list.withLock { $0 = newValue } }
    }
}

/// What the last try of a member gave.
private final class Outcome<Value: Sendable>: Sendable {
    private let kept = Mutex<Swift.Result<Value, any Error>?>(nil)

    var result: Swift.Result<Value, any Error>? {
        get { kept.withLock { $0 } }
        set { kept.withLock { $0 = newValue } }
    }
}

/// One transaction of a group.
private final class Member: Sendable {
    enum Turn: Sendable { case lead, ended }
    enum Ending: Sendable {
        case done
        case failed(any Error)
        /// The group was given up: to be carried out by itself.
        case alone
    }

    private struct State {
        var continuation: CheckedContinuation<Turn, Never>?
        var ending: Ending?
    }

    let mark: CommitMark?
    private let body: @Sendable (any Transaction) throws -> Void
    private let state = Mutex(State())

    init(_ mark: CommitMark?, _ body: @escaping @Sendable (any Transaction) throws -> Void) {
        self.mark = mark
        self.body = body
    }

    var continuation: CheckedContinuation<Turn, Never>? {
        get { state.withLock { $0.continuation } }
        set { state.withLock { $0.continuation = newValue } }
    }

    var ending: Ending? {
        get { state.withLock { $0.ending } }
        set { state.withLock { $0.ending = newValue } }
    }

    /// Runs it inside a group's transaction; returns what it threw, having undone it. Throws `TransactionEnded`.
    func part(of transaction: any Transaction) throws -> (any Error)? {
        do {
            try transaction.nested { try body(transaction) }
            return nil
        } catch let error as TransactionEnded {
            throw error.cause
        } catch {
            return error
        }
    }
}
