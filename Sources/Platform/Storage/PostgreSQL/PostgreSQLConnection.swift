import CLibPQ
import Foundation

/// One session with the server, used by one thread at a time; every call blocks it.
final class PostgreSQLConnection {
    /// What is sent in one pipeline.
    enum Command {
        case text(String)
        case statement(Statement, [SQLValue])
    }

    /// A finished answer: rows, and how many rows a change met.
    struct Answer {
        let rows: [Row]
        let changed: Int
        /// The server's word for what it did, such as `COMMIT`.
        let tag: String
    }

    let handle: OpaquePointer
    let notices = PostgreSQLNotices()
    private var prepared: [String: String] = [:]
    private let statementTimeoutSeconds: Int

    /// Connects and sets the session up. Throws `PostgreSQLFailure`.
    init(_ address: PostgreSQLAddress, statementTimeoutSeconds: Int) throws {
        self.statementTimeoutSeconds = statementTimeoutSeconds
        let parameters = address.parameters.sorted { $0.key < $1.key }
        let connected = Self.withCStrings(parameters.map(\.key)) { keywords in
            Self.withCStrings(parameters.map(\.value)) { PQconnectdbParams(keywords, $0, 0) }
        }
        guard let connected else { throw PostgreSQLFailure.lost }
        handle = connected
        // From here on `deinit` closes it, also when the rest fails.
        guard PQstatus(handle) == CONNECTION_OK else { throw Self.failure(ofConnecting: connected) }
        PQsetNoticeReceiver(handle, PostgreSQLNotices.receive, Unmanaged.passUnretained(notices).toOpaque())
        try setUp()
    }

    deinit { PQfinish(handle) }

    /// An answered commit is on the medium of this server at least; where the server promises more, that stands.
    private func setUp() throws {
        _ = try pipeline([
            .text("SET statement_timeout TO '\(statementTimeoutSeconds)s'"),
            .text("SET lock_timeout TO '\(statementTimeoutSeconds)s'"),
            .text("SET idle_in_transaction_session_timeout TO '\(2 * statementTimeoutSeconds)s'"),
            .text(
                """
                SELECT set_config('synchronous_commit', 'on', false)
                WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')
                """),
        ])
    }

    var isUsable: Bool { PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE }

    /// Ends whatever transaction is open; false when the connection is of no further use.
    func rollBack() -> Bool {
        if PQstatus(handle) != CONNECTION_OK { return false }
        if PQtransactionStatus(handle) != PQTRANS_IDLE { _ = try? pipeline([.text("ROLLBACK")]) }
        return isUsable
    }

    // MARK: Pipeline

    /// Sends all commands, statements being prepared on their first use, then waits for all answers.
    ///
    /// Throws the first `PostgreSQLFailure`; the server passes over what stands behind it.
    func pipeline(_ commands: [Command]) throws -> [Answer] {
        guard PQenterPipelineMode(handle) == 1 else { throw PostgreSQLFailure.lost }
        var steps: [Step] = []
        var fault: (any Error)?
        var isAlive = true
        do {
            for command in commands { try send(command, &steps) }
            isAlive = PQpipelineSync(handle) == 1
        } catch {
            fault = error
            isAlive = PQstatus(handle) == CONNECTION_OK && PQpipelineSync(handle) == 1
        }
        var answers: [Answer] = []
        if isAlive { receive(steps, into: &answers, &fault) } else { fault = PostgreSQLFailure.lost }
        if PQstatus(handle) != CONNECTION_OK || PQexitPipelineMode(handle) != 1 {
            fault = fault ?? PostgreSQLFailure.lost
        }
        if let fault { throw fault }
        return answers
    }

    private enum Step {
        case preparation(sql: String, name: String)
        case command
    }

    private func send(_ command: Command, _ steps: inout [Step]) throws {
        switch command {
        case .text(let sql):
            guard PQsendQueryParams(handle, sql, 0, nil, nil, nil, nil, 1) == 1 else { throw PostgreSQLFailure.lost }
        case .statement(let statement, let arguments):
            let name = try prepare(statement, &steps)
            try send(name, arguments)
        }
        steps.append(.command)
    }

    /// The name under which the session knows the statement; sends its text when it does not know it yet.
    private func prepare(_ statement: Statement, _ steps: inout [Step]) throws -> String {
        if let name = prepared[statement.sql] { return name }
        let name = "\(statement.name.prefix(40)) \(prepared.count)"
        guard PQsendPrepare(handle, name, PostgreSQLValue.numbered(statement.sql), 0, nil) == 1 else {
            throw PostgreSQLFailure.lost
        }
        prepared[statement.sql] = name
        steps.append(.preparation(sql: statement.sql, name: name))
        return name
    }

    private func send(_ name: String, _ arguments: [SQLValue]) throws {
        var bytes: [UInt8] = []
        var offsets: [Int?] = []
        var lengths: [Int32] = []
        var formats: [Int32] = []
        for argument in arguments {
            guard let encoded = try PostgreSQLValue.encoded(argument) else {
                offsets.append(nil)
                lengths.append(0)
                formats.append(0)
                continue
            }
            offsets.append(bytes.count)
            lengths.append(Int32(encoded.bytes.count))
            formats.append(encoded.format)
            bytes += encoded.bytes
        }
        // An empty array has no address, and an address says that the value is not NULL.
        bytes.append(0)
        let sent = bytes.withUnsafeBytes { buffer in
            let values = offsets.map { offset -> UnsafePointer<CChar>? in
                offset.flatMap { buffer.baseAddress?.advanced(by: $0).assumingMemoryBound(to: CChar.self) }
            }
            return PQsendQueryPrepared(handle, name, Int32(arguments.count), values, lengths, formats, 1)
        }
        guard sent == 1 else { throw PostgreSQLFailure.lost }
    }

    private func receive(_ steps: [Step], into answers: inout [Answer], _ fault: inout (any Error)?) {
        for step in steps {
            do {
                let answer = try nextAnswer()
                if case .command = step, let answer { answers.append(answer) }
                if case .preparation(let sql, _) = step, answer == nil { prepared[sql] = nil }
            } catch {
                if case .preparation(let sql, _) = step { prepared[sql] = nil }
                fault = fault ?? error
            }
            if PQstatus(handle) != CONNECTION_OK { return }
        }
        // The answer to the synchronisation closes the pipeline.
        while PQstatus(handle) == CONNECTION_OK, let result = PQgetResult(handle) {
            let status = PQresultStatus(result)
            PQclear(result)
            if status == PGRES_PIPELINE_SYNC { return }
        }
    }

    /// The results of one step up to the null that ends it; nil where the server passed over it.
    private func nextAnswer() throws -> Answer? {
        var answer: Answer?
        var failure: (any Error)?
        var isEnded = false
        while !isEnded {
            guard let result = PQgetResult(handle) else { break }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
                do { answer = try Self.answer(result) } catch { failure = error }
            case PGRES_PIPELINE_ABORTED: break
            default:
                failure = PostgreSQLFailure(result, isConnectionLost: PQstatus(handle) != CONNECTION_OK)
                isEnded = PQstatus(handle) != CONNECTION_OK
            }
        }
        if let failure { throw failure }
        if PQstatus(handle) != CONNECTION_OK { throw PostgreSQLFailure.lost }
        return answer
    }

    // MARK: Answers

    static func answer(_ result: OpaquePointer) throws -> Answer {
        let count = Int(PQntuples(result))
        let fields = 0..<PQnfields(result)
        let types = fields.map { PQftype(result, $0) }
        let names = ColumnNames(count == 0 ? [] : fields.map { String(cString: PQfname(result, $0)) })
        var rows: [Row] = []
        rows.reserveCapacity(count)
        for line in 0..<Int32(count) {
            var values: [SQLValue] = []
            values.reserveCapacity(types.count)
            for field in fields {
                guard PQgetisnull(result, line, field) == 0 else {
                    values.append(.null)
                    continue
                }
                let bytes = UnsafeRawBufferPointer(
                    start: PQgetvalue(result, line, field), count: Int(PQgetlength(result, line, field)))
                values.append(try PostgreSQLValue.decoded(bytes, type: types[Int(field)]))
            }
            rows.append(Row(names, values))
        }
        return Answer(
            rows: rows, changed: Int(String(cString: PQcmdTuples(result))) ?? 0,
            tag: String(cString: PQcmdStatus(result)))
    }

    /// libpq gives no SQLSTATE for a refused connection: told apart by what can be done about it.
    private static func failure(ofConnecting handle: OpaquePointer) -> PostgreSQLFailure {
        let message = String(cString: PQerrorMessage(handle))
        let kinds = [
            // The missing file of an authority "does not exist" either.
            ("certificate", "28000"), ("does not exist", "3D000"), ("authentication", "28P01"),
            ("no password", "28P01"),
            ("too many clients", "53300"), ("remaining connection slots", "53300"), ("starting up", "57P03"),
            ("shutting down", "57P01"), ("recovery", "57P03"), ("read-only", "25006"), ("standby", "25006"),
            ("ertificate", "28000"), ("SSL", "28000"),
        ]
        let state = kinds.first { message.contains($0.0) }?.1 ?? "08001"
        let isPassing = ["08001", "53300", "57P01", "57P03", "25006"].contains(state)
        let subject =
            switch state {
            case "28P01": "the user or its password was refused"
            case "28000": "the server's TLS certificate was not accepted: give sslrootcert in the address"
            case "53300": "the server has no connection left"
            case "25006": "no host takes writes"
            case "3D000": "no such database or user"
            default: "no host answered"
            }
        return PostgreSQLFailure(state: state, subject: subject, isConnectionLost: isPassing)
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        var pointers = copies.map { $0.map { UnsafePointer<CChar>($0) } }
        pointers.append(nil)
        return pointers.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { preconditionFailure("an array with an element has an address") }
            return body(start)
        }
    }
}

/// What the server says beside its answers: kept off standard error, and watched for one warning.
final class PostgreSQLNotices {
    /// The server gave up waiting for its standby: the commit is here, and perhaps nowhere else.
    var isUnconfirmed = false

    static let receive: @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?) -> Void = { context, result in
        guard let context, let text = PQresultErrorField(result, 77) else { return }
        if String(cString: text).contains("synchronous replication") {
            Unmanaged<PostgreSQLNotices>.fromOpaque(context).takeUnretainedValue().isUnconfirmed = true
        }
    }
}
