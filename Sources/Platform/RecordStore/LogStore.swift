public import Storage
public import TransparencyLog
public import Vault

/// The store of the log: one tree over the audit leaves of all record stores, with signed checkpoints.
///
/// It holds hashes and leaf identifiers only; nothing in it tells who was read.
public final class LogStore: Sendable {
    let store: any Store
    let vault: StoreVault
    let signer: NoteSigner
    public let origin: String

    public static let migrations = [Migration(1, "log", creates: tables + [KeyCheck.table])]

    static let family = Family("log", key: "log_id")
    static let logID = SQLValue.text("main")

    static let entry = Table(
        "log_entry", family: family,
        columns: [.text("log_id"), .integer("leaf_index"), .blob("leaf_hash"), .text("store_name"), .text("leaf_id")],
        primaryKey: ["log_id", "leaf_index"])

    /// Where a leaf stands; makes a second delivery of the same leaf harmless.
    static let place = Table(
        "log_place", family: family,
        columns: [.text("log_id"), .text("leaf_id"), .integer("leaf_index")], primaryKey: ["log_id", "leaf_id"])

    /// Complete nodes above the leaves, so that a proof costs as many look-ups as it has hashes.
    static let node = Table(
        "log_node", family: family,
        columns: [.text("log_id"), .integer("level"), .integer("node_index"), .blob("hash")],
        primaryKey: ["log_id", "level", "node_index"])

    /// Each signed root with the size of the one before it and a keyed code over both, so that none can be taken out.
    static let checkpoint = Table(
        "log_checkpoint", family: family,
        columns: [
            .text("log_id"), .integer("size"), .integer("previous_size"), .text("note"), .blob("code"),
        ], primaryKey: ["log_id", "size"])

    static let tables = [entry, place, node, checkpoint]

    static let latestCheckpoint = Statement(
        "log_checkpoint.latest", "SELECT size, note FROM log_checkpoint WHERE log_id = ? ORDER BY size DESC LIMIT 1")

    static let anyEntry = Statement(
        "log_entry.any", "SELECT leaf_index FROM log_entry LIMIT 1", isFanOut: true)

    public static let catalogue = Catalogue("log", tables: tables, statements: [latestCheckpoint, anyEntry])

    /// Throws `StorageError` or `RecordError` (`wrongKey`).
    public init(store: any Store, vault: StoreVault, origin: String, surroundings: Surroundings) async throws {
        self.store = store
        self.vault = vault
        self.origin = origin
        signer = try NoteSigner(name: origin, key: try vault.signingKey("checkpoints"))
        try await store.migrate(Self.migrations)
        try await KeyCheck.confirm(store: store, vault: vault, storeName: "log", content: Self.anyEntry)
    }

    /// The public key and name by which anybody verifies a checkpoint.
    public var verifier: NoteVerifier { signer.verifier }

    /// Appends leaves that are not yet in the tree, and signs the new root, in one transaction.
    func append(_ leaves: [(store: String, id: String, hash: LogHash)]) async throws {
        try await store.write { [self] transaction in
            var frontier = try Self.frontier(in: transaction)
            let before = frontier.size
            let keys: [[SQLValue]] = leaves.map { [Self.logID, .text($0.id)] }
            let places = try transaction.query(Self.place.selectByKey, each: keys)
            var taken: Set<String> = []
            var rows: (entries: [[SQLValue]], places: [[SQLValue]], nodes: [[SQLValue]]) = ([], [], [])
            for ((leaf, key), found) in zip(zip(leaves, keys), places) {
                guard found.isEmpty, taken.insert(leaf.id).inserted else { continue }
                let index = Int64(frontier.size)
                rows.entries.append(
                    [Self.logID, .integer(index), .blob(leaf.hash.bytes), .text(leaf.store), .text(leaf.id)])
                rows.places.append(key + [.integer(index)])
                for node in frontier.append(leafHash: leaf.hash) where node.position.level > 0 {
                    rows.nodes.append([
                        Self.logID, .integer(Int64(node.position.level)), .integer(Int64(node.position.index)),
                        .blob(node.hash.bytes),
                    ])
                }
            }
            guard frontier.size > before else { return }
            try transaction.copyIn(Self.entry, rows.entries)
            try transaction.copyIn(Self.place, rows.places)
            try transaction.copyIn(Self.node, rows.nodes)
            let note = try Checkpoint(origin: origin, size: frontier.size, root: frontier.root).signed(by: signer)
            try transaction.enqueue(
                Self.checkpoint.insert,
                [
                    Self.logID, .integer(Int64(frontier.size)), .integer(Int64(before)), .text(note.encoded),
                    .blob(vault.authenticationCode("checkpoint", Self.link(size: frontier.size, previous: before))),
                ])
        }
    }

    /// The newest signed checkpoint as a C2SP note, or nil while the log is empty.
    public func latestCheckpoint() async throws -> String? {
        try await store.read { try $0.query(Self.latestCheckpoint, [Self.logID]).first?.text("note") }
    }

    /// Where a leaf stands in the tree, or nil while it is pending.
    public func index(ofLeaf id: String) async throws -> UInt64? {
        try await store.read { transaction in
            let row = try transaction.query(Self.place.selectByKey, [Self.logID, .text(id)]).first
            return try row.map { UInt64(bitPattern: try $0.integer("leaf_index")) }
        }
    }

    /// That the leaf at `index` stands in the tree of `size` leaves. Throws `TreeProofError`.
    public func inclusionProof(index: UInt64, size: UInt64) async throws -> [LogHash] {
        try await proof(.inclusion(index: index, size: size), within: size)
    }

    /// That the tree of `old` leaves is a beginning of the tree of `new` leaves. Throws `TreeProofError`.
    public func consistencyProof(old: UInt64, new: UInt64) async throws -> [LogHash] {
        try await proof(.consistency(old: old, new: new), within: new)
    }

    /// What ties a checkpoint to the one before it.
    static func link(size: UInt64, previous: UInt64) -> [UInt8] { Array("\(size) after \(previous)".utf8) }

    /// Which of these leaves stand in the tree with this hash.
    func sequenced(_ leaves: [(id: String, hash: LogHash)]) async throws -> Set<String> {
        try await store.read { transaction in
            var found: Set<String> = []
            for leaf in leaves {
                let place = try transaction.query(Self.place.selectByKey, [Self.logID, .text(leaf.id)]).first
                guard case .integer(let index)? = place?["leaf_index"] else { continue }
                let entry = try transaction.query(Self.entry.selectByKey, [Self.logID, .integer(index)]).first
                if entry?["leaf_hash"] == .blob(leaf.hash.bytes) { found.insert(leaf.id) }
            }
            return found
        }
    }

    private func proof(_ proof: TreeProof, within size: UInt64) async throws -> [LogHash] {
        try await store.read { transaction in
            guard size <= (try Self.size(in: transaction)) else { throw TreeProofError.indexOutOfRange }
            return try proof.hashes { try Self.hash(at: $0, in: transaction) }
        }
    }

    private static func size(in transaction: any Transaction) throws -> UInt64 {
        UInt64(try transaction.query(latestCheckpoint, [logID]).first?.integer("size") ?? 0)
    }

    private static func frontier(in transaction: any Transaction) throws -> Frontier {
        try Frontier(size: try size(in: transaction)) { try hash(at: $0, in: transaction) }
    }

    private static func hash(at position: TreePosition, in transaction: any Transaction) throws -> LogHash {
        let bytes =
            position.level == 0
            ? try transaction.query(entry.selectByKey, [logID, .integer(Int64(position.index))]).first?.blob(
                "leaf_hash")
            : try transaction.query(
                node.selectByKey, [logID, .integer(Int64(position.level)), .integer(Int64(position.index))]
            ).first?.blob("hash")
        guard let bytes, let hash = LogHash(bytes: bytes) else {
            throw RecordError(.absent, "the log lacks a node of its tree: run the verification")
        }
        return hash
    }
}
