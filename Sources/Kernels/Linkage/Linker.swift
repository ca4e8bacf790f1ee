/// Links the records of one file: candidates, weights, probabilities, clusters.
public final class Linker: Sendable {
    /// Two records and the probability that they are one person.
    public struct Pair: Sendable {
        public let one: Int
        public let other: Int
        public var probability: Double
    }

    public struct Result: Sendable {
        /// Pairs from one in a hundred on, and every pair of one cluster.
        public let pairs: [Pair]
        /// The cluster of each record: the place of its first record.
        public let clusters: [Int]
    }

    /// One list of candidates that was too long, told to the operator.
    public struct Notice: Sendable {
        public let text: String
    }

    public let table: RecordTable
    public let configuration: LinkageConfiguration
    public let weights: Weights
    /// What the operator should know: keys whose lists were left out.
    public let notices: [Notice]
    let records: PreparedRecords
    let index: CandidateIndex
    let judge: Judge
    let parallel: Parallel

    /// Prepares the records and learns the weights.
    ///
    /// `seed` fixes the draws; the same file, configuration and seed give the same result on any number of threads.
    public init(
        _ table: RecordTable, configuration: LinkageConfiguration, parallel: Parallel = .serial, seed: UInt64 = 1
    )
        throws(LinkageError)
    {
        self.configuration = try configuration.validated()
        self.table = table
        self.parallel = parallel
        records = PreparedRecords(table, configuration, parallel: parallel)
        var keys: [CandidateKey] = []
        var refinements: [CandidateKey] = []
        var householdKeys: [CandidateKey] = []
        for key in configuration.keys { keys.append(try CandidateKey(key, fields: configuration.fields)) }
        for key in configuration.refinements ?? [] {
            refinements.append(try CandidateKey(key, fields: configuration.fields))
        }
        for key in configuration.householdKeys ?? [] {
            householdKeys.append(try CandidateKey(key, fields: configuration.fields))
        }
        let longest = configuration.longestList ?? 60
        index = CandidateIndex(records, keys: keys, refinements: refinements, longest: longest, parallel: parallel)
        let householdIndex =
            householdKeys.isEmpty
            ? nil
            : CandidateIndex(
                records, keys: householdKeys, refinements: refinements, longest: longest, parallel: parallel)
        weights = Estimation.weights(
            records, index: index, householdIndex: householdIndex, parallel: parallel, seed: seed)
        judge = Judge(weights, records)
        notices = index.reports.filter { $0.leftOutLists > 0 }.map {
            Notice(
                text:
                    "key \($0.key): \($0.leftOutLists) lists longer than \(longest) could not be told apart by any "
                    + "further field; \($0.leftOutRecords) records were not compared under it")
        }
    }

    /// Log odds that two records are one person, whatever leads to them; negative infinity under a veto.
    func odds(_ comparer: PairComparer, _ one: Int, _ other: Int) -> Double { judge.odds(comparer, one, other) }

    /// Compares all candidates and forms the clusters.
    public func run() -> Result {
        var pairs: [Pair] = []
        for key in index.hashes.indices {
            let parts = parallel.ranges(index.ends[key].count, pieces: parallel.width * 4) { lists -> [Pair] in
                let comparer = PairComparer(self.records)
                var found: [Pair] = []
                self.index.walk(key, lists: lists) { one, other in
                    let odds = self.odds(comparer, one, other)
                    if odds > -4.6 {
                        found.append(Pair(one: min(one, other), other: max(one, other), probability: odds))
                    }
                }
                return found
            }
            for part in parts { pairs += part }
        }
        pairs.sort { ($0.probability, $1.one, $1.other) > ($1.probability, $0.one, $0.other) }
        return Clustering(self, pairs).result()
    }
}
