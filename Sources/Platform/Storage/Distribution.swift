/// How tables are spread over the machines of a Citus cluster, from the same description that the lint reads.
///
/// A family is kept together by its key: its tables are co-located with the first of them, and families are not tied to
/// one another. Tables without a key stand on every machine.
public struct Distribution: Sendable {
    private let tables: [Table]

    /// - Parameter tables: those of one database.
    public init(_ tables: [Table]) { self.tables = tables }

    /// One call for each table, in an order in which they can be carried out (Citus manual, "Citus Utility Functions").
    ///
    /// - Parameter shards: into how many parts a family is cut; nil leaves it to the cluster's setting.
    public func calls(shards: Int? = nil) -> [String] {
        var firstOfFamily: [Family: String] = [:]
        var calls: [String] = []
        for table in tables.filter({ $0.family.key == nil }) {
            calls.append("SELECT create_reference_table('\(table.name)');")
        }
        for table in tables {
            guard let key = table.family.key else { continue }
            if let first = firstOfFamily[table.family] {
                calls.append("SELECT create_distributed_table('\(table.name)', '\(key)', colocate_with => '\(first)');")
            } else {
                firstOfFamily[table.family] = table.name
                let count = shards.map { ", shard_count => \($0)" } ?? ""
                calls.append(
                    "SELECT create_distributed_table('\(table.name)', '\(key)', colocate_with => 'none'\(count));")
            }
        }
        return calls
    }
}
