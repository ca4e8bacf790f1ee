import Crypto
import Foundation
import Gallery

/// Messages over a connection: length, then sealed bytes; each bound to its direction and to what went before.
///
/// The matcher speaks first, with sixteen bytes that nobody can foretell; the request is sealed with them, the reply
/// with them and the request's seal, so that neither can be played again. Whoever has no key of the gallery can neither
/// ask nor read.
struct Conversation {
    static let greetingBytes = 16
    /// More than the largest probe and the longest list of candidates need.
    static let most = 1 << 20

    let connection: Descriptor
    /// By the clock that never goes back, in nanoseconds.
    let deadline: UInt64

    init(_ connection: Descriptor, seconds: Double) {
        self.connection = connection
        deadline = DispatchTime.now().uptimeNanoseconds + UInt64(max(0, seconds) * 1e9)
    }

    func send(_ bytes: [UInt8]) throws(GalleryShardsError) {
        var done = 0
        while done < bytes.count {
            try wait(Int16(POLLOUT))
            let count = bytes.withUnsafeBytes {
                Foundation.send(
                    connection.number, $0.baseAddress! + done, bytes.count - done,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            guard count > 0 || errno == EAGAIN || errno == EINTR else { throw Self.lost }
            done += max(0, count)
        }
    }

    func receive(_ count: Int) throws(GalleryShardsError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            try wait(Int16(POLLIN))
            let got = bytes.withUnsafeMutableBytes {
                recv(connection.number, $0.baseAddress! + done, count - done, Int32(MSG_DONTWAIT))
            }
            guard got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR)) else { throw Self.lost }
            done += max(0, got)
        }
        return bytes
    }

    func sendMessage(_ sealed: [UInt8]) throws(GalleryShardsError) {
        try send(withUnsafeBytes(of: UInt32(sealed.count).littleEndian) { [UInt8]($0) } + sealed)
    }

    func receiveMessage() throws(GalleryShardsError) -> [UInt8] {
        let length = try receive(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.most else {
            throw GalleryShardsError(.message, "a message is longer than any of ours: see what listens there")
        }
        return try receive(length)
    }

    func wait(_ events: Int16) throws(GalleryShardsError) {
        while true {
            let now = DispatchTime.now().uptimeNanoseconds
            guard now < deadline else {
                throw GalleryShardsError(.timeout, "no answer within the time: see whether the matcher runs")
            }
            var one = pollfd(fd: connection.number, events: events, revents: 0)
            let ready = poll(&one, 1, Int32(clamping: (deadline - now) / 1_000_000 + 1))
            if ready > 0 { return }
            guard ready == 0 || errno == EINTR else { throw Self.lost }
        }
    }

    static let lost = GalleryShardsError(.failed, "the connection to a matcher was lost: see whether it runs")
}

/// What a search asks a matcher.
struct MatcherRequest: Codable {
    /// The bytes of the probe's templates.
    let probe: Data
    /// The order number of the probe's own enrolment, which is passed over.
    let own: UInt64?
    let least: Float
    let most: Int
    let isUnabridged: Bool
}

/// What a matcher answers.
struct MatcherReply: Codable {
    struct Found: Codable {
        let order: UInt64
        let identifier: String
        let score: Float
        let fingers: [[Float]]
        let irises: [[Float]]
    }

    let shard: Int
    let shards: Int
    let lastOrder: UInt64
    let examined: Int
    let compared: Int
    let incomparable: Int
    let candidates: [Found]
    /// A stable code when the matcher could not search.
    let refusal: String?

    init(_ answer: ShardAnswer) {
        (shard, shards, lastOrder) = (answer.shard.number, answer.shard.count, answer.lastOrder)
        (examined, compared) = (answer.tally.examined, answer.tally.compared)
        incomparable = answer.tally.incomparable
        candidates = answer.tally.candidates.map { one in
            Found(
                order: one.order, identifier: one.identifier, score: one.comparison.score,
                fingers: one.comparison.fingers.map { [Float($0.position), $0.score] },
                irises: one.comparison.irises.map { [Float($0.eye.rawValue), $0.distance, $0.score] })
        }
        refusal = nil
    }

    init(refusal: String, shard: Shard) {
        (self.shard, shards, lastOrder) = (shard.number, shard.count, 0)
        (examined, compared, incomparable, candidates) = (0, 0, 0, [])
        self.refusal = refusal
    }

    /// Nil when the reply holds what no matcher says.
    var answer: ShardAnswer? {
        guard let shard = try? Shard(shard, of: shards) else { return nil }
        var tally = SearchTally()
        (tally.examined, tally.compared, tally.incomparable) = (examined, compared, incomparable)
        for one in candidates {
            guard one.fingers.allSatisfy({ $0.count == 2 }), one.irises.allSatisfy({ $0.count == 3 }) else {
                return nil
            }
            let fingers = one.fingers.compactMap { finger in
                Int(exactly: finger[0]).map { PersonComparison.Finger(position: $0, score: finger[1]) }
            }
            let irises = one.irises.compactMap { iris in
                UInt8(exactly: iris[0]).flatMap(Eye.init(rawValue:)).map {
                    PersonComparison.Iris(eye: $0, distance: iris[1], score: iris[2])
                }
            }
            tally.candidates.append(
                Candidate(
                    order: one.order, identifier: one.identifier,
                    comparison: PersonComparison(score: one.score, fingers: fingers, irises: irises)))
        }
        return ShardAnswer(shard: shard, lastOrder: lastOrder, tally: tally)
    }
}
