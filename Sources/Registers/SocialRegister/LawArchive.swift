import Foundation
import Quantities
import RecordStore
import Rules
import Storage

/// The laws that were applied here, by digest: a score of any date can be computed and explained again to the bit.
actor LawArchive {
    private let records: RecordStore
    private let files: [LawFile]
    private let digest: String
    private var books: [String: LawBook]

    init(records: RecordStore, current: LawBook, files: [LawFile]) {
        self.records = records
        self.files = files
        digest = current.digest
        books = [current.digest: current]
    }

    /// Keeps the law in force, once, in the transaction of the first act that applies it.
    nonisolated func keep(in transaction: RecordTransaction) throws {
        guard try transaction.row(SocialTables.law, key: [.text(digest)]) == nil else { return }
        let texts = Dictionary(files.map { ($0.path, $0.text) }, uniquingKeysWith: { first, _ in first })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try transaction.insert(
            SocialTables.law,
            [
                "law_digest": .text(digest), "archived_at": .text(transaction.now.description),
                "files": .blob([UInt8](try encoder.encode(texts))),
            ])
    }

    /// Throws `SocialError.lawNotArchived`, or `LawError` when this program no longer reads that law.
    func book(_ digest: String) async throws -> LawBook {
        if let book = books[digest] { return book }
        let bytes = try await records.lookUp { lookup in
            try lookup.row(SocialTables.law, key: [.text(digest)])?.blob("files")
        }
        guard let bytes else { throw SocialError.lawNotArchived }
        let texts = try JSONDecoder().decode([String: String].self, from: Data(bytes))
        let book = try LawBook(files: texts.map { LawFile(path: $0.key, text: $0.value) }.sorted { $0.path < $1.path })
        books[digest] = book
        return book
    }
}
