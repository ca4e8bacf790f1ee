import Gallery
import Testing

@Suite("Answers of shards")
struct SearchAnswerTests {
    static func answer(_ number: Int, of count: Int, last: UInt64, found: [UInt64] = []) throws -> ShardAnswer {
        var tally = SearchTally()
        tally.examined = 10
        tally.candidates = found.map {
            Candidate(
                order: $0, identifier: "\($0)", comparison: PersonComparison(score: 90, fingers: [], irises: []))
        }
        return ShardAnswer(shard: try Shard(number, of: count), lastOrder: last, tally: tally)
    }

    @Test("an answer is complete only when every shard answered at or past what is needed: all of 256 cases")
    func everyCase() throws {
        // Each of four shards: answered in time, stale, timed out, or not asked.
        for code in 0..<256 {
            var outcomes: [(shard: Int, outcome: SearchAnswer.Outcome)] = []
            for shard in 1...4 {
                switch code >> (2 * (shard - 1)) & 3 {
                case 0: outcomes.append((shard, .answered(try Self.answer(shard, of: 4, last: 99 + UInt64(shard)))))
                case 1: outcomes.append((shard, .answered(try Self.answer(shard, of: 4, last: 98))))
                case 2: outcomes.append((shard, .timedOut))
                default: continue
                }
            }
            let answer = SearchAnswer(outcomes.reversed(), shards: 4, needed: 99)
            #expect(answer.isComplete == (code == 0))
            if code == 0 { #expect(answer.standing == .complete(through: 100)) }
            guard case .incomplete(let gaps) = answer.standing else { continue }
            #expect(gaps.map(\.shard) == (1...4).filter { code >> (2 * ($0 - 1)) & 3 != 0 })
            let verdict = EnrolmentVerdict(order: 100, answer: answer)
            #expect(verdict == .searchAgain(gaps))
        }
    }

    @Test("a failed shard, one asked twice, one of another division and one that answers for another are gaps")
    func gaps() throws {
        let one = SearchAnswer.Outcome.answered(try Self.answer(1, of: 2, last: 5))
        let two = SearchAnswer.Outcome.answered(try Self.answer(2, of: 2, last: 5))
        let other = SearchAnswer.Outcome.answered(try Self.answer(2, of: 3, last: 5))
        func standing(_ outcomes: [(Int, SearchAnswer.Outcome)]) -> SearchAnswer.Standing {
            SearchAnswer(outcomes.map { ($0.0, $0.1) }, shards: 2, needed: 5).standing
        }
        #expect(standing([(1, one), (2, two)]) == .complete(through: 5))
        #expect(standing([(1, one), (2, .failed(code: "x"))]) == .incomplete([.failed(shard: 2, code: "x")]))
        #expect(standing([(1, one), (2, other)]) == .incomplete([.misplaced(shard: 2)]))
        #expect(standing([(1, two), (2, one)]) == .incomplete([.misplaced(shard: 1), .misplaced(shard: 2)]))
        #expect(standing([(1, one), (1, one), (2, two)]) == .incomplete([.misplaced(shard: 1)]))
        #expect(standing([(1, one), (2, two), (3, .timedOut)]) == .incomplete([.timedOut(shard: 3)]))
        #expect(SearchAnswer([], shards: 0, needed: 0).isComplete == false)
    }

    @Test("whom a stale shard found is found, and a complete answer is not clear below the own order number")
    func found() throws {
        let stale = SearchAnswer(
            [(1, .answered(try Self.answer(1, of: 1, last: 3, found: [2])))], shards: 1, needed: 8)
        #expect(!stale.isComplete)
        guard case .adjudicate(let earlier) = EnrolmentVerdict(order: 9, answer: stale) else {
            Issue.record("an earlier enrolment that is like it goes to people")
            return
        }
        #expect(earlier.map(\.order) == [2])
        let low = SearchAnswer([(1, .answered(try Self.answer(1, of: 1, last: 3)))], shards: 1, needed: 0)
        #expect(low.isComplete)
        #expect(EnrolmentVerdict(order: 4, answer: low) == .clear)
        if case .searchAgain = EnrolmentVerdict(order: 5, answer: low) {
        } else {
            Issue.record("order 5 is not clear by an answer through 3")
        }
    }

    @Test("shards share the order numbers out among them, and say wrongly written ones")
    func shards() throws {
        for count in 1...9 {
            let all = try (1...count).map { try Shard($0, of: count) }
            for order in UInt64(1)...40 { #expect(all.count { $0.holds(order) } == 1) }
        }
        #expect(try Shard("2/8") == Shard(2, of: 8))
        for wrong in ["", "2", "0/8", "9/8", "2/8/1", "a/b", "2/", "/8", "-1/8", "1/0"] {
            #expect(throws: GalleryError.self) { try Shard(wrong) }
        }
    }
}
