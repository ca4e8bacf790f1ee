/// What all shards together answered a probe.
///
/// There is no way to read "nobody" out of an answer that is not complete: ``standing`` has to be looked at first.
public struct SearchAnswer: Sendable, Equatable {
    /// What came of asking one shard.
    public enum Outcome: Sendable, Equatable {
        case answered(ShardAnswer)
        /// Asked, and nothing came within the time.
        case timedOut
        /// It could not be asked, or refused; with a stable code.
        case failed(code: String)
    }

    /// Why an answer is not complete.
    public enum Gap: Sendable, Hashable {
        /// Nobody asked this shard, or its answer was lost.
        case missing(shard: Int)
        case timedOut(shard: Int)
        case failed(shard: Int, code: String)
        /// The shard had not yet taken in what the probe needs.
        case stale(shard: Int, lastOrder: UInt64, needed: UInt64)
        /// An answer came from another division of the gallery, or for a shard that was not the one asked.
        case misplaced(shard: Int)

        public var shard: Int {
            switch self {
            case .missing(let shard), .timedOut(let shard), .failed(let shard, _), .stale(let shard, _, _),
                .misplaced(let shard):
                shard
            }
        }

        /// Stable, for programs that read it.
        public var code: String {
            switch self {
            case .missing: "missing"
            case .timedOut: "timedOut"
            case .failed: "failed"
            case .stale: "stale"
            case .misplaced: "misplaced"
            }
        }
    }

    public enum Standing: Sendable, Equatable {
        /// Every shard has answered, having seen every order number up to `order` at least.
        case complete(through: UInt64)
        /// At least one gap: who was found counts, that nobody was found does not.
        case incomplete([Gap])
    }

    public let standing: Standing
    /// Of the shards that answered, the stale ones among them: a likeness that was found is a likeness.
    public let tally: SearchTally

    public var isComplete: Bool { if case .complete = standing { true } else { false } }

    /// Puts together what the shards answered, in any order.
    ///
    /// `needed` is the order number that every shard must have seen: for an enrolment the one before its own. `outcomes`
    /// names each shard by the number it was asked under.
    public init(_ outcomes: [(shard: Int, outcome: Outcome)], shards: Int, needed: UInt64, most: Int = 20) {
        var gaps: Set<Gap> = []
        var answered: [Int: ShardAnswer] = [:]
        var asked: Set<Int> = []
        for (number, outcome) in outcomes {
            asked.insert(number)
            switch outcome {
            case .timedOut: gaps.insert(.timedOut(shard: number))
            case .failed(let code): gaps.insert(.failed(shard: number, code: code))
            case .answered(let answer):
                if answer.shard.number != number || answer.shard.count != shards || answered[number] != nil {
                    gaps.insert(.misplaced(shard: number))
                } else {
                    answered[number] = answer
                }
            }
        }
        var tally = SearchTally()
        var through = UInt64.max
        for number in stride(from: 1, through: shards, by: 1) {
            guard let answer = answered[number] else {
                if !asked.contains(number) { gaps.insert(.missing(shard: number)) }
                continue
            }
            tally.add(answer.tally, most: most)
            through = min(through, answer.lastOrder)
            if answer.lastOrder < needed {
                gaps.insert(.stale(shard: number, lastOrder: answer.lastOrder, needed: needed))
            }
        }
        if shards < 1 { gaps.insert(.missing(shard: 1)) }
        self.tally = tally
        standing =
            gaps.isEmpty
            ? .complete(through: through)
            : .incomplete(gaps.sorted { ($0.shard, $0.code) < ($1.shard, $1.code) })
    }
}
