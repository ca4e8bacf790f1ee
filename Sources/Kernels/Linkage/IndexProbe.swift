/// Asks the segments of an index for the candidates of one new record.
///
/// Not shared between threads; each has its own. Segments are fixed for its life: after an append or a merge make
/// another, which costs next to nothing.
public final class IndexProbe {
    private let model: IndexModel
    private let segments: [IndexSegment]
    private let judge: Judge
    private let keys: [CandidateKey]
    private let refinements: [CandidateKey]
    private var working: WorkingSet
    private var comparer: PairComparer
    /// Values held before the working set is begun anew.
    private static let most = 400_000

    public init(_ model: IndexModel, segments: [IndexSegment]) throws(LinkageError) {
        self.model = model
        self.segments = segments
        var (keys, refinements): ([CandidateKey], [CandidateKey]) = ([], [])
        for key in model.configuration.keys { keys.append(try CandidateKey(key, fields: model.configuration.fields)) }
        for key in model.configuration.refinements ?? [] {
            refinements.append(try CandidateKey(key, fields: model.configuration.fields))
        }
        (self.keys, self.refinements) = (keys, refinements)
        let width = model.configuration.fields.reduce(1) { $0 + $1.columns.count }
        for segment in segments where segment.width != width || segment.keys.count != keys.count + 1 {
            throw LinkageError(.index, "a segment is of another configuration: make the index again")
        }
        working = WorkingSet(model)
        comparer = PairComparer(working.records, memoryBits: 14)
        judge = Judge(model.weights, working.records)
    }

    /// The candidates of a record given by its columns, the likeliest first; columns not given count as not known.
    ///
    /// Returns those from `least` on, at most `most`.
    public func candidates(_ values: [String: String], least: Double = 0.05, most: Int = 20) -> Probe.Answer {
        if working.size > Self.most {
            working = WorkingSet(model)
            comparer = PairComparer(working.records, memoryBits: 14)
        }
        working.keep(0)
        let columns = model.configuration.fields.flatMap(\.columns)
        var entered = EnteredRecords(model.configuration)
        entered.append(
            identifier: "", Dictionary(uniqueKeysWithValues: columns.map { ($0, Probe.trimmed(values[$0])) }))
        let row = entered.withValues { working.add($0) }
        let leastOdds = Logarithm.natural(least / (1 - least))
        var scored: [(segment: Int, record: Int, row: Int, odds: Double)] = []
        var compared = 0
        let hashes = keys.map { key -> [UInt64] in
            var hash = key.hash(working.records, row)
            guard hash != 0 else { return [] }
            var all = [hash]
            for refinement in refinements {
                let more = refinement.hash(working.records, row)
                if more == 0 { break }
                hash = Mixing.joined(hash, more) | 1
                all.append(hash)
            }
            return all
        }
        for (place, segment) in segments.enumerated() {
            var seen: Set<UInt32> = []
            for (lists, all) in zip(segment.keys, hashes) {
                for hash in all { seen.formUnion(lists.list(hash)) }
            }
            compared += seen.count
            for record in seen {
                let other = working.add(Array(segment.values(Int(record)).dropFirst()))
                let odds = judge.odds(comparer, row, other)
                if odds >= leastOdds {
                    scored.append((place, Int(record), other, odds))
                } else {
                    working.keep(other)
                }
            }
        }
        scored.sort { ($0.odds, $1.segment, $1.record) > ($1.odds, $0.segment, $0.record) }
        return Probe.Answer(
            candidates: scored.prefix(most).map { found in
                Probe.Candidate(
                    identifier: segments[found.segment].identifier(found.record),
                    probability: Logarithm.probability(found.odds),
                    explanation: judge.explain(comparer, row, found.row))
            }, compared: compared)
    }
}

extension EnteredRecords {
    /// The values of the only record, without its identifier.
    func withValues<Result>(_ body: ([UnsafeBufferPointer<UInt8>]) -> Result) -> Result {
        texts.withUnsafeBufferPointer { all in
            var place = 2 + (Int(all[0]) | Int(all[1]) << 8)
            var values: [UnsafeBufferPointer<UInt8>] = []
            while place + 2 <= all.count {
                let length = Int(all[place]) | Int(all[place + 1]) << 8
                values.append(UnsafeBufferPointer(rebasing: all[(place + 2)..<(place + 2 + length)]))
                place += 2 + length
            }
            return body(values)
        }
    }
}
