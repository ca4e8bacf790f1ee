/// Asks a linked file for the candidates of one new record.
///
/// Not shared between threads; each has its own.
public final class Probe {
    /// A record that may be the same person.
    public struct Candidate: Sendable {
        public let identifier: String
        public let probability: Double
        public let explanation: Explanation
    }

    /// What a probe found, and how many records it was compared with.
    public struct Answer: Sendable {
        public let candidates: [Candidate]
        public let compared: Int
    }

    private let linker: Linker
    private let comparer: PairComparer
    private let keys: [CandidateKey]
    private let refinements: [CandidateKey]

    public init(_ linker: Linker) throws(LinkageError) {
        self.linker = linker
        comparer = PairComparer(linker.records, memoryBits: 12)
        var keys: [CandidateKey] = []
        for key in linker.configuration.keys { keys.append(try CandidateKey(key, fields: linker.configuration.fields)) }
        self.keys = keys
        var refinements: [CandidateKey] = []
        for key in linker.configuration.refinements ?? [] {
            refinements.append(try CandidateKey(key, fields: linker.configuration.fields))
        }
        self.refinements = refinements
    }

    /// The candidates of a record given by its columns, the likeliest first; columns not given count as not known.
    ///
    /// Returns those from `least` on, at most `most`.
    public func candidates(_ values: [String: String], least: Double = 0.05, most: Int = 20) -> Answer {
        let records = linker.records
        let place = records.count
        var added: [PreparedSpace] = []
        for (field, configured) in zip(records.fields, linker.configuration.fields) {
            for (column, name) in configured.columns.enumerated() {
                var bytes = Array(Self.trimmed(values[name]).utf8)
                let space = linker.table.spaces[name]
                let known = bytes.withUnsafeMutableBufferPointer { space?.known(UnsafeBufferPointer($0)) ?? 0 }
                var number = known
                if known == 0, !bytes.isEmpty {
                    number = field.spaces[column].append(
                        bytes[...], kind: field.kind, firstOfJanuaryIsYear: configured.firstOfJanuaryIsYear ?? false)
                    added.append(field.spaces[column])
                }
                records.rows[place * records.stride + field.first + column] = number
            }
            if field.key >= 0 {
                let hashed = PreparedRecords.hashedKey(
                    records.number(place, field.first), field.second < 0 ? 0 : records.number(place, field.second),
                    field.spaces,
                    field.usual, field.frequency)
                records.rows[place * records.stride + field.key] = field.keyNumbers[hashed] ?? 0
            }
        }
        defer {
            for space in added.reversed() { space.removeLast() }
            comparer.forget()
        }
        var seen: Set<UInt32> = []
        for (index, key) in keys.enumerated() {
            var hash = key.hash(records, place)
            guard hash != 0 else { continue }
            seen.formUnion(linker.index.list(index, hash))
            for refinement in refinements {
                let more = refinement.hash(records, place)
                if more == 0 { break }
                hash = Mixing.joined(hash, more) | 1
                seen.formUnion(linker.index.list(index, hash))
            }
        }
        let leastOdds = Logarithm.natural(least / (1 - least))
        var scored: [(record: Int, odds: Double)] = []
        for record in seen {
            let odds = linker.odds(comparer, place, Int(record))
            if odds >= leastOdds { scored.append((Int(record), odds)) }
        }
        scored.sort { ($0.odds, $1.record) > ($1.odds, $0.record) }
        return Answer(
            candidates: scored.prefix(most).map { record, odds in
                Candidate(
                    identifier: linker.table.identifier(record), probability: Logarithm.probability(odds),
                    explanation: linker.explain(comparer, place, record))
            }, compared: seen.count)
    }

    static func trimmed(_ text: String?) -> String {
        var text = (text ?? "")[...]
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}

extension PreparedSpace {
    /// Adds a value for the time of a probe.
    func append(_ text: ArraySlice<UInt8>, kind: LinkageConfiguration.Kind, firstOfJanuaryIsYear: Bool) -> UInt32 {
        appendPart(text, kind: kind, firstOfJanuaryIsYear: firstOfJanuaryIsYear)
        return UInt32(starts.count - 2)
    }
}
