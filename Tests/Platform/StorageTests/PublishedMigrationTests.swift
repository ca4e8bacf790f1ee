import Installation
import Storage
import Testing

/// What stands in the stores of others cannot be changed any more.
@Suite("The migrations of the program")
struct PublishedMigrationTests {
    /// Store, number, name, checksum, in the order in which a new store gets them. A new migration gets a line when it
    /// is published; no line ever changes.
    static let published = """
        population 1 audit 66046101712f550b
        population 2 population 38b92828c0114119
        population 3 agency 4286b8f155f12ff9
        population 4 outreach d1255f1b8a5587b3
        population 5 duplicates b9d194ac4134232e
        population 6 prints 7bb1a45bee420666
        population 100 bulk aa3984c96df6e1cd
        population 101 jobs 723917afbdc0a98c
        social 1 audit 66046101712f550b
        social 2 social d98260f23d8ceb87
        social 3 programmes ee390483173ec5e4
        social 4 aliases b83d35c068a4a172
        social 100 bulk aa3984c96df6e1cd
        social 101 jobs 723917afbdc0a98c
        log 1 log fcc071dcb8264677
        """

    @Test("are those that were published, and then new ones")
    func checksums() throws {
        var found: [String] = []
        for (store, migrations) in zip(StoreLocation.names, Installation.migrations) {
            for row in SchemaHistory.rows(of: migrations.sorted { $0.number < $1.number }) {
                found.append(
                    "\(store) \(try row.integer("migration_number")) \(try row.text("name")) \(try row.text("checksum"))"
                )
            }
        }
        let published = Self.published.split(separator: "\n").map(String.init)
        #expect(found == published)
    }

    @Test("and the marks in the tables fit together, in each store")
    func fitTogether() {
        for (store, migrations) in zip(StoreLocation.names, Installation.migrations) {
            #expect(StatementLint.findings(of: migrations, of: store) == [])
        }
        #expect(StatementLint.findings(of: ChangedTables.migrations, of: "test") == [])
        #expect(StatementLint([Catalogue("test", tables: [ChangedTables.note])]).findings() == [])
    }

    static func table(_ columns: [Table.Column] = [], _ indexes: [Table.Index] = []) -> Table {
        Table(
            "t", family: .person, columns: [.text("person_id")] + columns, primaryKey: ["person_id"], indexes: indexes)
    }

    static let unfit: [(name: String, migrations: [Migration])] = [
        ("a number twice", [Migration(1, "a", creates: [table()]), Migration(1, "b", creates: [TestTables.house])]),
        ("a table made twice", [Migration(1, "a", creates: [table()]), Migration(2, "b", creates: [table()])]),
        (
            "a change that is marked nowhere",
            [Migration(1, "a", creates: [table()]), Migration(2, "b", changes: [table()])]
        ),
        (
            "a mark that no migration carries out",
            [Migration(1, "a", creates: [table([.text("w", nullable: true).added(by: 2)])])]
        ),
        (
            "a change before the table is made",
            [
                Migration(1, "a", changes: [table([.text("w", nullable: true).added(by: 1)])]),
                Migration(2, "b", creates: [table([.text("w", nullable: true).added(by: 1)])]),
            ]
        ),
        (
            "a column and its index at once",
            [
                Migration(
                    1, "a",
                    creates: [table([.text("w", nullable: true).added(by: 2)], [.init(["w"], addedBy: 2)])]),
                Migration(
                    2, "b",
                    changes: [table([.text("w", nullable: true).added(by: 2)], [.init(["w"], addedBy: 2)])]),
            ]
        ),
    ]

    @Test("are found where they do not fit", arguments: unfit.indices)
    func unfitMigrations(index: Int) {
        #expect(
            StatementLint.findings(of: Self.unfit[index].migrations, of: "test").isEmpty == false,
            "\(Self.unfit[index].name)")
    }

    static let misshapen: [Table] = [
        table([.text("w").added(by: 2)]), table([.text("w", nullable: true).added(by: 2), .text("v")]),
        table([.text("w", nullable: true).added(by: 3), .text("v", nullable: true).added(by: 2)]),
        table([.text("w").added(by: 2, earlier: .integer(1))]), table([.blob("w").added(by: 2, earlier: .blob([1]))]),
        table([.text("w").added(by: 2, earlier: .text("it's"))]),
        table([.text("w", nullable: true).added(by: 2, earlier: .text("a"))]),
        table([], [.init(["person_id"], addedBy: 3, droppedBy: 3)]), table([], [["person_id"], ["person_id"]]),
        table([.text("a_b"), .text("a"), .text("b")], [["a_b"], ["a", "b"]]),
        Table(
            "t", family: .person, columns: [.text("person_id").added(by: 2, earlier: .text(""))],
            primaryKey: ["person_id"]),
    ]

    @Test("a column or index that rows from before cannot have is found", arguments: misshapen.indices)
    func misshapenChanges(index: Int) {
        let findings = StatementLint([]).check(Self.misshapen[index])
        #expect(findings.map(\.rule).contains(.laterShape), "\(index)")
    }
}
