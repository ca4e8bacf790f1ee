import Storage

/// A table over which later migrations go: two columns, an index and the end of the index it began with.
enum ChangedTables {
    static let note = Table(
        "note", family: .person,
        columns: [
            .text("person_id"), .integer("number"), .text("words"),
            .text("language", nullable: true).added(by: 3), .integer("channel").added(by: 4, earlier: .integer(7)),
            .text("manner").added(by: 4, earlier: .text("in person")),
        ],
        primaryKey: ["person_id", "number"],
        indexes: [.init(["words"], droppedBy: 6), .init(["language", "number"], addedBy: 5)])

    static let migrations = [
        Migration(1, "note", creates: [note]), Migration(3, "language", changes: [note]),
        Migration(4, "channel", changes: [note]), Migration(5, "byLanguage", changes: [note]),
        Migration(6, "notByWords", changes: [note]),
    ]

    /// Those of the program that had the columns and not yet the index.
    static let columnMigrations: [Migration] = {
        let table = Table(
            note.name, family: note.family, columns: note.columns, primaryKey: note.primaryKey, indexes: [["words"]])
        return [
            Migration(1, "note", creates: [table]), Migration(3, "language", changes: [table]),
            Migration(4, "channel", changes: [table]),
        ]
    }()

    /// The table as the program knew it that made it.
    static let first = Table(
        "note", family: .person, columns: [.text("person_id"), .integer("number"), .text("words")],
        primaryKey: ["person_id", "number"], indexes: [["words"]])

    static let firstMigrations = [Migration(1, "note", creates: [first])]

    /// What a new row is to the older program, and to the newer.
    static func old(_ person: String, _ number: Int) -> [SQLValue] {
        [.text(person), .integer(Int64(number)), .text("words of \(number)")]
    }

    static func new(_ person: String, _ number: Int) -> [SQLValue] {
        old(person, number) + [.text("fr"), .integer(1), .text("by post")]
    }

    /// What the newer program reads of a row that the older one wrote.
    static func seen(_ person: String, _ number: Int) -> [SQLValue] {
        old(person, number) + [.null, .integer(7), .text("in person")]
    }
}
