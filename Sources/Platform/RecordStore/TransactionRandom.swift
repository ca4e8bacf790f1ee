/// The random source of a transaction, as the generator from which a kernel draws: the machine's, or a test's fixed one.
public struct TransactionRandom: RandomNumberGenerator {
    private let transaction: RecordTransaction

    public init(_ transaction: RecordTransaction) { self.transaction = transaction }

    public mutating func next() -> UInt64 { transaction.randomBytes(8).reduce(0) { $0 << 8 | UInt64($1) } }
}
