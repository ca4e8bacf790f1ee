import Foundation
public import Gallery
import Synchronization

/// Asks the matchers of all shards and puts their answers together.
public struct ShardedSearch: Sendable {
    private let matchers: [MatcherAddress]
    private let seal: GallerySeal
    private let shards: Int
    /// Seconds within which a matcher has to answer.
    public let seconds: Double

    /// The first address is that of shard 1, and so on; a shard without an address is missing from every answer.
    public init(_ folder: GalleryFolder, matchers: [MatcherAddress], seconds: Double = 10) {
        (self.matchers, seal, shards) = (matchers, folder.messageSeal, folder.shards)
        self.seconds = seconds
    }

    /// Asks every matcher at once; blocks its thread for ``seconds`` at most.
    ///
    /// `needed` is the last order number that every shard must have seen, `own` that of the probe's own enrolment. Never
    /// throws: whatever goes wrong makes the answer incomplete, with the reason.
    public func search(
        _ probe: PersonTemplates, needed: UInt64, own: UInt64? = nil, least: Float = 60, most: Int = 20,
        unabridged: Bool = false
    ) -> SearchAnswer {
        let request = MatcherRequest(
            probe: Data(probe.bytes()), own: own, least: least, most: most, isUnabridged: unabridged)
        let outcomes = Outcomes()
        let group = DispatchGroup()
        for (index, address) in matchers.enumerated() {
            group.enter()
            // A thread each: they wait, and waiting must not hold up the others' threads.
            Thread.detachNewThread {
                let outcome = ask(address, request)
                outcomes.all.withLock { $0.append((index + 1, outcome)) }
                group.leave()
            }
        }
        group.wait()
        return SearchAnswer(outcomes.all.withLock { $0 }, shards: shards, needed: needed, most: most)
    }

    /// The same without blocking the caller's thread.
    public func searched(
        for probe: PersonTemplates, needed: UInt64, own: UInt64? = nil, least: Float = 60, most: Int = 20
    ) async -> SearchAnswer {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: search(probe, needed: needed, own: own, least: least, most: most))
            }
        }
    }

    private final class Outcomes: Sendable {
        let all = Mutex<[(shard: Int, outcome: SearchAnswer.Outcome)]>([])
    }

    private func ask(_ address: MatcherAddress, _ request: MatcherRequest) -> SearchAnswer.Outcome {
        do throws(GalleryShardsError) {
            guard let plain = try? JSONEncoder().encode(request) else {
                return .failed(code: GalleryShardsError.Code.message.rawValue)
            }
            let conversation = try connect(address)
            let greeting = try conversation.receive(Conversation.greetingBytes)
            let sealed = try seal.seal([UInt8](plain), [1] + greeting)
            try conversation.sendMessage(sealed)
            let bytes = try conversation.receiveMessage()
            guard let opened = bytes.withUnsafeBytes({ seal.open($0, [2] + greeting + sealed.suffix(16)) }),
                let reply = try? JSONDecoder().decode(MatcherReply.self, from: opened)
            else { return .failed(code: GalleryShardsError.Code.message.rawValue) }
            if let refusal = reply.refusal { return .failed(code: refusal) }
            guard let answer = reply.answer else {
                return .failed(code: GalleryShardsError.Code.message.rawValue)
            }
            return .answered(answer)
        } catch {
            return error.code == .timeout ? .timedOut : .failed(code: error.code.rawValue)
        }
    }

    private func connect(_ address: MatcherAddress) throws(GalleryShardsError) -> Conversation {
        let made = address.withAddresses(listening: false) { family, pointer, length -> Conversation? in
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            let number = socket(family, kind, 0)
            guard number >= 0 else { return nil }
            let conversation = Conversation(Descriptor(number), seconds: seconds)
            if Foundation.connect(number, pointer, length) != 0 {
                guard errno == EINPROGRESS, (try? conversation.wait(Int16(POLLOUT))) != nil else { return nil }
                var (error, size): (Int32, socklen_t) = (0, socklen_t(MemoryLayout<Int32>.size))
                guard getsockopt(number, SOL_SOCKET, SO_ERROR, &error, &size) == 0, error == 0 else { return nil }
            }
            return conversation
        }
        guard let made else { throw Conversation.lost }
        return made
    }
}
