import Storage
import Testing

@Suite("The lint of statements")
struct StatementLintTests {
    static let catalogue = Catalogue("test", tables: TestTables.all)
    static let lint = StatementLint([catalogue])

    static func rules(_ sql: String, isFanOut: Bool = false) -> Set<StatementLint.Rule> {
        Set(lint.check(Statement("test", sql, isFanOut: isFanOut)).map(\.rule))
    }

    static let sound = [
        "SELECT words FROM note WHERE person_id = ?",
        "SELECT words FROM note AS n WHERE n.person_id = ? AND n.number > ? ORDER BY n.number LIMIT ?",
        "SELECT n.words FROM note n JOIN label l ON l.person_id = n.person_id WHERE n.person_id = ?",
        "SELECT n.words, p.word FROM note n JOIN place p ON p.code = n.words WHERE n.person_id = ?",
        "SELECT words FROM note WHERE (words = ? OR words = ?) AND person_id = ?",
        "SELECT words FROM note WHERE person_id = ? AND number IN (SELECT number FROM note WHERE person_id = ?)",
        "SELECT word FROM place",
        "INSERT INTO note (person_id, number, words, bytes) VALUES (?, ?, 'it''s', ?)",
        "UPDATE note SET words = ? WHERE person_id = ? AND number = ?",
        "DELETE FROM note WHERE person_id = ?",
        "SELECT job_id FROM job WHERE bucket = ? ORDER BY job_id LIMIT ? FOR UPDATE SKIP LOCKED",
    ]

    @Test("what runs on both engines and on many machines passes", arguments: sound)
    func soundStatements(sql: String) {
        #expect(Self.lint.check(Statement("test", sql)) == [])
    }

    static let unkeyed = [
        "SELECT words FROM note",
        "SELECT words FROM note WHERE number = ?",
        "SELECT words FROM note WHERE person_id > ?",
        "SELECT words FROM note WHERE person_id = 'p'",
        "SELECT words FROM note WHERE person_id = ? OR number = ?",
        "SELECT words FROM note WHERE NOT person_id = ?",
        "SELECT words FROM note WHERE words <> person_id = ?",
        "SELECT words FROM note WHERE person_id = ? IS NULL",
        "SELECT words FROM note WHERE (person_id = ? OR number = ?)",
        "SELECT words FROM note WHERE number IN (SELECT number FROM note WHERE person_id = ?)",
        "SELECT words FROM note WHERE person_id = ? AND number IN (SELECT number FROM note)",
        "UPDATE note SET words = ?",
        "DELETE FROM note WHERE words = ?",
        "INSERT INTO note (number, words, bytes) VALUES (?, ?, ?)",
    ]

    @Test("a statement that does not name its family's key is found", arguments: unkeyed)
    func unkeyedStatements(sql: String) {
        #expect(Self.rules(sql).contains(.keyNamed))
    }

    @Test("a fan-out may leave the key out, and still keeps the other rules")
    func fanOuts() {
        #expect(Self.rules("SELECT words FROM note", isFanOut: true) == [])
        #expect(Self.rules("SELECT words FROM note, house", isFanOut: true) == [.oneFamily])
        #expect(Self.rules("UPDATE note SET words = ?", isFanOut: true) == [.keyNamed])
        #expect(Self.rules("DELETE FROM note WHERE words = ?", isFanOut: true) == [.keyNamed])
    }

    static let spanning = [
        "SELECT n.words FROM note n JOIN house h ON h.word = n.words WHERE n.person_id = ?",
        "SELECT n.words FROM note n, house h WHERE n.person_id = ?",
        "SELECT n.words FROM note AS n, house AS h WHERE n.person_id = ?",
        "SELECT words FROM note WHERE person_id = ? AND words IN (SELECT word FROM house WHERE person_id = ?)",
        "SELECT (SELECT word FROM house WHERE household_id = ?) AS word FROM note WHERE person_id = ?",
        "SELECT words FROM note WHERE person_id = ? AND EXISTS (SELECT word FROM house WHERE household_id = ?)",
        "INSERT INTO label (person_id, word) VALUES (?, (SELECT word FROM house WHERE household_id = ?))",
        "UPDATE note SET words = (SELECT word FROM house WHERE household_id = ?) WHERE person_id = ?",
        "UPDATE note SET words = h.word FROM house h WHERE note.person_id = ? AND h.household_id = ?",
        "DELETE FROM note WHERE person_id = ? AND words IN (SELECT word FROM house WHERE household_id = ?)",
    ]

    @Test("a join or a sub-query over two families is found", arguments: spanning)
    func spanningStatements(sql: String) {
        #expect(Self.rules(sql).contains(.oneFamily))
    }

    static let assigning = [
        "UPDATE note SET person_id = ? WHERE person_id = ?",
        "UPDATE note SET words = ?, number = ? WHERE person_id = ?",
        "INSERT INTO label (person_id, word) VALUES (?, ?) ON CONFLICT (person_id) DO UPDATE SET person_id = ?",
        "UPDATE note SET (words, number) = (?, ?) WHERE person_id = ?",
        "UPDATE place SET code = ? WHERE code = ?",
    ]

    @Test("a key that is assigned is found", arguments: assigning)
    func assigningStatements(sql: String) {
        #expect(Self.rules(sql).contains(.keyUnchanged))
    }

    static let unportable = [
        "INSERT OR REPLACE INTO note (person_id) VALUES (?)",
        "INSERT OR IGNORE INTO note (person_id) VALUES (?)",
        "REPLACE INTO note (person_id) VALUES (?)",
        "PRAGMA journal_mode",
        "CREATE UNIQUE INDEX a ON note (words)",
        "CREATE TRIGGER a AFTER INSERT ON note BEGIN DELETE FROM label; END",
        "ALTER TABLE note ADD COLUMN a TEXT REFERENCES house",
        "SELECT \"words\" FROM note WHERE person_id = ?",
        "SELECT `words` FROM note WHERE person_id = ?",
        "SELECT words FROM note WHERE person_id = $1",
        "SELECT words FROM note WHERE person_id = :person",
        "SELECT words FROM note WHERE person_id = ?; DELETE FROM note WHERE person_id = ?",
        "SELECT words FROM note -- WHERE person_id = ?",
        "SELECT words /* all */ FROM note WHERE person_id = ?",
        "SELECT rowid FROM note WHERE person_id = ?",
        "SELECT IFNULL(words, ?) FROM note WHERE person_id = ?",
        "SELECT words FROM note WHERE person_id = ? AND words GLOB ?",
        "SELECT strftime('%Y', words) FROM note WHERE person_id = ?",
        "SELECT random() FROM note WHERE person_id = ?",
        "SELECT words FROM note UNION SELECT words FROM note WHERE person_id = ?",
        "SELECT words FROM note NATURAL JOIN label WHERE person_id = ?",
        "SELECT words FROM note JOIN label USING (person_id) WHERE person_id = ?",
        "SELECT words FROM note WHERE person_id = ? COLLATE NOCASE",
        "SELECT 'open FROM note WHERE person_id = ?",
        "SELECT words FROM note WHERE person_id = ? FOR UPDATE",
        "SELECT job_id FROM job FOR UPDATE SKIP LOCKED",
        "WITH a AS (SELECT 1) SELECT words FROM note WHERE person_id = ?",
        "",
    ]

    static let foreign = [
        "SELECT words FROM note WHERE person_id = ? AND words LIKE ?",
        "SELECT LOWER(words) FROM note WHERE person_id = ?",
        "SELECT AVG(number) FROM note WHERE person_id = ?",
        "SELECT LEFT(words, 2) FROM note WHERE person_id = ?",
        "SELECT json_extract(words, ?) FROM note WHERE person_id = ?",
        "SELECT wrods FROM note WHERE person_id = ?",
        "SELECT n.wrods FROM note n WHERE n.person_id = ?",
        "SELECT m.words FROM note n WHERE n.person_id = ?",
        "SELECT words FROM note WHERE person_id == ?",
        "SELECT words FROM note WHERE person_id = ? AND mark = TRUE",
        "SELECT words FROM note WHERE person_id = ? LIMIT ?, ?",
        "SELECT words FROM note WHERE person_id = ? ORDER BY mark",
        "SELECT COUNT(*) OVER (ORDER BY number) FROM note WHERE person_id = ?",
        "INSERT INTO label (person_id, word) SELECT person_id, words FROM note WHERE person_id = ?",
        "INSERT INTO label (person_id, word) VALUES (?, ?, ?)",
        "INSERT INTO label (person_id, word) VALUES (?, ?) ON CONFLICT (word) DO NOTHING",
        "UPDATE note SET words = l.word FROM label l WHERE person_id = ? FOR SHARE",
        "SELECT * FROM note WHERE person_id = ?",
        "SELECT n.* FROM note n WHERE n.person_id = ?",
        "SELECT words, * FROM note WHERE person_id = ?",
        "DELETE FROM note WHERE person_id = ? RETURNING *",
        "SELECT number / mark FROM note WHERE person_id = ?",
        "SELECT number FROM note WHERE person_id = ? AND number % ? = 0",
        "SELECT words FROM note WHERE person_id = ? AND words = ?2",
        "SELECT mark AS m FROM note WHERE person_id = ? ORDER BY m",
        "SELECT words FROM note WHERE person_id = ? ORDER BY 1",
        "INSERT INTO place VALUES (?, ?)",
        "SELECT job_id FROM job WHERE bucket = ? FOR UPDATE",
        "SELECT job_id FROM job WHERE bucket = ? FOR UPDATE SKIP LOCKED LIMIT 1",
        "SELECT job_id FROM job WHERE bucket = ? AND job_id IN (SELECT job_id FROM job WHERE bucket = ? FOR UPDATE) "
            + "FOR UPDATE SKIP LOCKED",
        "SELECT words FROM note WHERE person_id = ? FOR UPDATE SKIP LOCKED",
        "WITH a AS (SELECT words FROM note WHERE person_id = ?) SELECT words FROM a",
        "INSERT INTO note (number) VALUES (nextval('s'))",
    ]

    @Test("what is no word of the subset and no name of the tables is found", arguments: foreign)
    func foreignWords(sql: String) {
        #expect(Self.rules(sql).contains(.portable))
    }

    static let whole = [
        "SELECT COUNT(*) AS total, MAX(number) FROM note WHERE person_id = ? GROUP BY words HAVING COUNT(*) > ?",
        "SELECT CASE WHEN number > ? THEN words ELSE 'none' END AS word FROM note WHERE person_id = ? ORDER BY word DESC",
        "SELECT COALESCE(mark, 0) FROM note WHERE person_id = ? AND mark IS NOT NULL LIMIT ? OFFSET ?",
        "INSERT INTO label (person_id, word) VALUES (?, ?), (?, COALESCE(?, ''))",
        "INSERT INTO label (person_id, word) VALUES (?, ?) ON CONFLICT (person_id) DO UPDATE SET word = excluded.word",
        "DELETE FROM note WHERE person_id = ? AND number BETWEEN ? AND ? RETURNING words",
        "SELECT n.words FROM note n LEFT JOIN label AS l ON n.person_id = l.person_id WHERE n.person_id = ?",
        "SELECT n.words FROM note n JOIN label l ON l.person_id = n.person_id WHERE n.person_id = ? AND l.word = ?",
    ]

    @Test("the whole vocabulary of the subset passes", arguments: whole)
    func wholeVocabulary(sql: String) {
        #expect(Self.lint.check(Statement("test", sql)).filter { $0.rule != .keyNamed } == [])
    }

    static let unjoined = [
        "SELECT n.words FROM note n JOIN label l ON l.word = n.words WHERE n.person_id = ?",
        "SELECT n.words FROM note n, label l WHERE n.person_id = ?",
        "SELECT n.words FROM note n JOIN note m ON m.words = n.words WHERE n.person_id = ?",
        "SELECT n.words FROM note n JOIN label l ON l.person_id = n.words WHERE n.person_id = ?",
        "SELECT n.words FROM note n JOIN label l ON l.word = n.words WHERE n.person_id = ? AND l.person_id = ?",
        "SELECT n.words FROM note n LEFT JOIN label l ON l.person_id = ? WHERE n.person_id = ?",
        "SELECT words FROM note CROSS JOIN label WHERE person_id = ?",
        "SELECT words FROM note FULL JOIN label ON label.person_id = note.person_id WHERE note.person_id = ?",
    ]

    @Test("tables of one family that are not joined by its key are found, also in a fan-out", arguments: unjoined)
    func unjoinedTables(sql: String) {
        #expect(Self.rules(sql).contains(.keyJoined))
        #expect(Self.rules(sql, isFanOut: true).contains(.keyJoined))
    }

    @Test("words that one engine lacks, or that do not spread, are found", arguments: unportable)
    func unportableStatements(sql: String) {
        #expect(Self.rules(sql).contains(.portable))
    }

    @Test("a table that is in no catalogue, and a statement without a table, are found")
    func unknownTables() {
        #expect(Self.rules("SELECT a FROM elsewhere WHERE person_id = ?") == [.knownTable])
        #expect(Self.rules("SELECT words FROM note AS n, elsewhere WHERE person_id = ?") == [.knownTable])
        #expect(Self.rules("SELECT ?") == [.knownTable])
    }

    static let misshapen: [Table] = [
        Table("t", family: .person, columns: [.text("word")], primaryKey: ["word"]),
        Table("t", family: .person, columns: [.text("person_id"), .text("word")], primaryKey: ["word"]),
        Table("t", family: .person, columns: [.text("person_id")], primaryKey: []),
        Table("t", family: .person, columns: [.text("person_id", nullable: true)], primaryKey: ["person_id"]),
        Table("t", family: .person, columns: [.text("person_id"), .text("person_id")], primaryKey: ["person_id"]),
        Table("t", family: .person, columns: [.text("person_id")], primaryKey: ["person_id"], indexes: [["nowhere"]]),
        Table("t", family: .person, columns: [.text("person_id")], primaryKey: ["person_id", "nowhere"]),
        Table("Upper", family: .person, columns: [.text("person_id")], primaryKey: ["person_id"]),
        Table("t", family: .person, columns: [.text("person_id"), .text("two words")], primaryKey: ["person_id"]),
        Table("1t", family: .reference, columns: [.text("a")], primaryKey: ["a"]),
        Table(
            "t", family: .uniqueIndex, columns: [.blob("index_key"), .text("word")], primaryKey: ["index_key", "word"]),
    ]

    @Test("a table whose shape would not spread is found", arguments: misshapen)
    func misshapenTables(table: Table) {
        #expect(Self.lint.check(table).map(\.rule).contains(.tableShape))
    }

    @Test("a name taken twice is found, of a statement and of a table")
    func takenNames() {
        let twice = Catalogue(
            "a", tables: TestTables.all,
            statements: [Statement("label.insert", "SELECT word FROM label WHERE person_id = ?")])
        #expect(StatementLint([twice]).findings().map(\.rule) == [.uniqueName])
        let other = Catalogue(
            "b",
            tables: [Table("label", family: .person, columns: [.text("person_id")], primaryKey: ["person_id"])])
        #expect(
            StatementLint([Self.catalogue, other]).findings().contains {
                $0.subject == "label" && $0.rule == .uniqueName
            })
    }

    @Test("the standard statements of a table pass")
    func standardStatements() {
        #expect(Self.lint.findings() == [])
    }
}
