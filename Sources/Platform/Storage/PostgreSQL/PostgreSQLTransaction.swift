/// A transaction on a PostgreSQL session: statements without an answer wait and are sent together with the next one.
final class PostgreSQLTransaction: Transaction {
    private let connection: PostgreSQLConnection
    private var waiting: [PostgreSQLConnection.Command]
    private var cursorCount = 0
    /// How often statements were sent: tells whether one that waited has gone since.
    private var sendings = 0
    /// The first failure: the server has given the transaction up since.
    private(set) var failure: PostgreSQLFailure?

    /// Small enough that the answers fit into the socket's buffer while nobody reads them.
    private static let mostWaiting = 128
    private static let rowsAtOnce = 1000

    init(_ connection: PostgreSQLConnection, begin: String) {
        self.connection = connection
        waiting = [.text(begin)]
    }

    @discardableResult
    func execute(_ statement: Statement, _ arguments: [SQLValue]) throws -> Int {
        try send(.statement(statement, arguments)).changed
    }

    func enqueue(_ statement: Statement, _ arguments: [SQLValue]) throws {
        // At once, for what is found later would be taken for the fault of whoever comes next.
        try PostgreSQLValue.confirm(arguments)
        waiting.append(.statement(statement, arguments))
        if waiting.count >= Self.mostWaiting { try flush() }
    }

    func query(_ statement: Statement, _ arguments: [SQLValue]) throws -> [Row] {
        try send(.statement(statement, arguments)).rows
    }

    func query(_ statement: Statement, each arguments: [[SQLValue]]) throws -> [[Row]] {
        try flush()
        var answers: [[Row]] = []
        for start in stride(from: 0, to: arguments.count, by: Self.mostWaiting) {
            let part = arguments[start..<min(start + Self.mostWaiting, arguments.count)]
            answers += try noting {
                try connection.pipeline(part.map { .statement(statement, $0) }).map(\.rows)
            }
        }
        return answers
    }

    /// Through a cursor, so that `visit` may ask for other rows meanwhile.
    func forEachRow(_ statement: Statement, _ arguments: [SQLValue], _ visit: (Row) throws -> Void) throws {
        cursorCount += 1
        let cursor = "cursor_\(cursorCount)"
        let declaration = Statement(
            "\(statement.name).\(cursor)", "DECLARE \(cursor) NO SCROLL CURSOR FOR \(statement.sql)")
        waiting.append(.statement(declaration, arguments))
        var isLast = false
        while !isLast {
            let rows = try send(.text("FETCH \(Self.rowsAtOnce) FROM \(cursor)")).rows
            isLast = rows.count < Self.rowsAtOnce
            for row in rows { try visit(row) }
        }
        waiting.append(.text("CLOSE \(cursor)"))
    }

    @discardableResult
    func copyIn(_ table: Table, _ rows: some Sequence<[SQLValue]>) throws -> Int {
        try flush()
        return try noting { try connection.copyIn(table, rows) }
    }

    func copyOut(_ table: Table, _ visit: (Row) throws -> Void) throws {
        try flush()
        try noting { try connection.copyOut(table, visit) }
    }

    func nested<Result>(_ body: () throws -> Result) throws -> Result {
        let (place, sent) = (waiting.count, sendings)
        waiting.append(.text("SAVEPOINT part"))
        do {
            let result = try body()
            waiting.append(.text("RELEASE SAVEPOINT part"))
            return result
        } catch {
            // A statement that failed may be one of an earlier part, which was sent only now.
            guard failure == nil, !(error is TransactionEnded), !((error as? StorageError)?.endsTransaction ?? false)
            else { throw TransactionEnded(cause: error) }
            if sent == sendings {
                waiting.removeSubrange(place...)
            } else {
                waiting = [.text("ROLLBACK TO SAVEPOINT part"), .text("RELEASE SAVEPOINT part")]
            }
            throw error
        }
    }

    func onConnection<Result>(_ work: (PostgreSQLConnection) throws -> Result) throws -> Result {
        try noting { try work(connection) }
    }

    /// Sends what waits and learns whether it was done.
    func flush() throws {
        guard !waiting.isEmpty else { return }
        let commands = waiting
        waiting = []
        sendings += 1
        _ = try noting { try connection.pipeline(commands) }
    }

    /// Throws `PostgreSQLFailure`; the outcome is unknown when that says that the connection was lost.
    func commit() throws {
        connection.notices.isUnconfirmed = false
        // A limit would end the wait for a standby, and the server would then call the commit done.
        let answers = try connection.pipeline(waiting + [.text("SET LOCAL statement_timeout TO 0"), .text("COMMIT")])
        guard answers.last?.tag == "COMMIT" else {
            throw PostgreSQLFailure(state: "25P02", subject: "an error before ended it", isConnectionLost: false)
        }
        guard !connection.notices.isUnconfirmed else {
            throw StorageError(
                .outcomeUnknown, "the standby did not confirm the transaction: ask again with the same key")
        }
    }

    private func send(_ command: PostgreSQLConnection.Command) throws -> PostgreSQLConnection.Answer {
        let commands = waiting + [command]
        waiting = []
        sendings += 1
        let answers = try noting { try connection.pipeline(commands) }
        guard let last = answers.last else { throw PostgreSQLFailure.lost.storageError }
        return last
    }

    private func noting<Result>(_ work: () throws -> Result) throws -> Result {
        do {
            return try work()
        } catch let error as PostgreSQLFailure {
            failure = failure ?? error
            throw error.storageError
        }
    }
}
