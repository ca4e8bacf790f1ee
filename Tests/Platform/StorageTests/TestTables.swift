import Storage

/// Tables of two families, described as a register describes its own.
enum TestTables {
    static let note = Table(
        "note", family: .person,
        columns: [
            .text("person_id"), .integer("number"), .text("words"), .blob("bytes"), .integer("mark", nullable: true),
        ],
        primaryKey: ["person_id", "number"], indexes: [["words"]])

    static let label = Table(
        "label", family: .person, columns: [.text("person_id"), .text("word")], primaryKey: ["person_id"])

    static let house = Table(
        "house", family: .household, columns: [.text("household_id"), .text("word")], primaryKey: ["household_id"])

    static let place = Table(
        "place", family: .reference, columns: [.text("code"), .text("word")], primaryKey: ["code"])

    static let job = Table(
        "job", family: .job, columns: [.integer("bucket"), .text("job_id")], primaryKey: ["bucket", "job_id"])

    /// No engine makes it: its index is over a column that is not there.
    static let unbuildable = Table(
        "unbuildable", family: .household, columns: [.text("household_id")], primaryKey: ["household_id"],
        indexes: [["nowhere"]])

    static let all = [note, label, house, place, job]
    static let migrations = [Migration(1, "first", creates: [note, label]), Migration(2, "second", creates: [house])]

    static func values(_ person: String, _ number: Int64, _ words: String = "words") -> [SQLValue] {
        [.text(person), .integer(number), .text(words), .blob([1, 2, 3]), .null]
    }
}
