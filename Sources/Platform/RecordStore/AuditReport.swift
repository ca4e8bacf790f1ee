import Storage
public import TransparencyLog

/// What verification found.
public struct AuditReport: Sendable {
    public enum Kind: String, Sendable {
        case edited, removed, inserted
    }

    /// A row that is not what the program wrote.
    public struct Finding: Sendable, Hashable {
        public let store: String
        public let table: String
        /// The primary key, as text.
        public let row: String
        public let kind: Kind
        /// The place in the tree of the leaf that last spoke of the row; nil for a row of which no leaf speaks.
        public let leafIndex: UInt64?

        /// The log and its leaves, which may be the cause of everything else that was found.
        var isOfLog: Bool { store == "log" || table == AuditTables.leaf.name }
    }

    public internal(set) var treeSize: UInt64 = 0
    public internal(set) var root: LogHash?
    /// Leaves that wait for the sequencer.
    public internal(set) var pending = 0
    public internal(set) var rowsChecked = 0
    /// Leaves of the record stores that are as the program wrote them.
    public internal(set) var leavesChecked = 0
    /// How long verification took, without opening the stores.
    public internal(set) var seconds = 0.0
    /// The log and the audit leaves first, then all other rows; each in the order of the tree, rows without a leaf last.
    public internal(set) var findings: [Finding] = []

    public var isSound: Bool { findings.isEmpty }

    mutating func sort() {
        findings.sort {
            ($0.isOfLog ? 0 : 1, $0.leafIndex ?? .max, $0.store, $0.table, $0.row)
                < ($1.isOfLog ? 0 : 1, $1.leafIndex ?? .max, $1.store, $1.table, $1.row)
        }
    }
}
