import Foundation
import PopulationRegister
import Quantities
public import RecordStore
import Rules
import SocialRegister
import Storage
import StrictJSON

/// Brings in a file of persons or households, batch by batch, each with the place reached in one transaction.
///
/// After an end at any moment the same file goes on where it stood. Rows that are refused go into a list beside the file.
public struct BulkImport: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case persons, households

        /// Rows of one transaction, unless told.
        public var batch: Int { self == .persons ? 2000 : 200 }
    }

    public struct Summary: Sendable {
        /// Of the whole file, earlier runs included.
        public let lines: Int64
        public let accepted: Int64
        public let refused: Int64
        /// Lines that an earlier run had done.
        public let doneBefore: Int64
    }

    private let installation: Installation
    private let kind: Kind
    private let access: Access
    private let list: String
    private let isSearched: Bool
    private let batch: Int

    /// - Parameters:
    ///   - list: the path of the list of refused rows.
    ///   - isSearched: whether persons are put under the keys of the search for duplicates at once.
    ///   - batch: rows of one transaction; by default as many as suit the kind.
    public init(
        _ installation: Installation, _ kind: Kind, access: Access, list: String, isSearched: Bool = true,
        batch: Int? = nil
    ) {
        self.installation = installation
        self.kind = kind
        self.access = access
        self.list = list
        self.isSearched = isSearched
        self.batch = batch ?? kind.batch
    }

    /// Throws `ImportError`, `RecordError` (`placeMoved`), `StorageError`.
    ///
    /// - Parameter progress: told after each batch how many bytes of the file are done.
    public func run(_ file: RecordFile, progress: (BulkPlace) -> Void = { _ in }) async throws -> Summary {
        try await (kind == .persons ? installation.populationRecords : installation.socialRecords).expectBulk()
        var file = file
        let source = "\(kind.rawValue) \(file.digest)"
        let stored =
            switch kind {
            case .persons: try await installation.population.importPlace(source: source)
            case .households: try await installation.social.importPlace(source: source)
            }
        var place = stored ?? BulkPlace(source: source)
        let reader = try RowReader(kind, &file, installation: installation)
        if stored != nil { file.seek(line: place.line, byte: place.byte) }
        let doneBefore = place.line
        let report = try RefusalList(path: list, place: stored)
        progress(place)

        // Preparing takes all cores, one batch ahead of each; the transactions follow one another in the file's order.
        let ahead = max(2, ProcessInfo.processInfo.activeProcessorCount) + 1
        try await withThrowingTaskGroup(of: (Int, PreparedBatch).self) { group in
            var (given, taken) = (0, 0)
            // Files are of persons who are not in the register, or of many who are: what the last batch was like tells.
            var areNew = true
            var waiting: [Int: PreparedBatch] = [:]
            func give() {
                guard let batch = file.next(batch) else { return }
                let number = given
                given += 1
                group.addTask { (number, try prepare(batch, reader)) }
            }
            for _ in 0..<ahead { give() }
            while let (number, batch) = try await group.next() {
                waiting[number] = batch
                while let batch = waiting.removeValue(forKey: taken) {
                    taken += 1
                    give()
                    let before = place.refused + Int64(batch.refused.count)
                    place = try await commit(batch, areNew: areNew, from: place, today: reader.today)
                    areNew = place.refused == before
                    try report.append(place.report)
                    progress(place)
                }
            }
        }
        return Summary(lines: place.line, accepted: place.accepted, refused: place.refused, doneBefore: doneBefore)
    }

    private struct PreparedBatch: Sendable {
        var persons: [PreparedPerson] = []
        var households: [(line: Int64, declaration: HouseholdDeclaration)] = []
        var refused: [RefusedRow] = []
        let line: Int64
        let byte: Int64
        let rows: Int
    }

    private func prepare(_ batch: RecordFile.Batch, _ reader: RowReader) throws -> PreparedBatch {
        var prepared = PreparedBatch(line: batch.line, byte: batch.byte, rows: batch.rows.count)
        var persons: [(line: Int64, person: ImportedPerson)] = []
        for row in batch.rows {
            do {
                let json = try reader.json(row)
                switch kind {
                case .persons: persons.append((row.line, try reader.person(json)))
                case .households: prepared.households.append((row.line, try HouseholdDeclaration(json)))
                }
            } catch let error as DocumentRefusal {
                prepared.refused.append(RefusedRow(line: row.line, error.problems))
            }
        }
        prepared.persons = try installation.population.prepare(
            persons, isSearched: isSearched, access: access)
        return prepared
    }

    private func commit(
        _ batch: PreparedBatch, areNew: Bool, from place: BulkPlace, today: CivilDate
    ) async throws -> BulkPlace {
        let next: @Sendable ([RefusedRow]) -> BulkPlace = { refused in
            let all = (batch.refused + refused).sorted { $0.line < $1.line }
            var next = place
            next.line = batch.line
            next.byte = batch.byte
            next.accepted += Int64(batch.rows - all.count)
            next.refused += Int64(all.count)
            next.reportBytes += Int64(place.report.count)
            next.report = all.flatMap(RefusalList.lines)
            return next
        }
        switch kind {
        case .persons:
            if areNew {
                do {
                    return try await installation.population.bringIn(
                        batch.persons, isSearched: isSearched, areNew: true, from: place, access: access, to: next)
                } catch let error as StorageError where error.code == .duplicateKey {
                    // Somebody of the batch is in already: once more, looking for each.
                }
            }
            return try await installation.population.bringIn(
                batch.persons, isSearched: isSearched, from: place, access: access, to: next)
        case .households:
            return try await installation.social.bringIn(
                batch.households, today: today, from: place, access: access, to: next)
        }
    }
}

/// Rows as JSON, whatever the file's form is.
private struct RowReader: Sendable {
    let today: CivilDate
    private let rules: PopulationRules
    private let delimited: DelimitedRow?

    /// Takes the header off a CSV file. Throws `ImportError`.
    init(_ kind: BulkImport.Kind, _ file: inout RecordFile, installation: Installation) throws {
        today = try installation.today()
        rules = installation.jurisdiction.population
        guard file.form == .delimited else {
            delimited = nil
            return
        }
        let facts = kind == .households ? installation.jurisdiction.law.questions : []
        delimited = try DelimitedRow(header: file.next(1)?.rows.first?.bytes ?? [], facts: facts)
    }

    func json(_ row: RecordFile.Row) throws(DocumentRefusal) -> JSONValue {
        guard row.bytes.count <= RecordFile.longestRow else {
            throw DocumentRefusal([FieldProblem("", .tooLong, "a row has at most \(RecordFile.longestRow) bytes")])
        }
        if let delimited { return try delimited.json(row.bytes) }
        do {
            return try JSONValue(parsing: row.bytes)
        } catch {
            throw DocumentRefusal([FieldProblem("", .malformed, "give one JSON object a line: \(error)")])
        }
    }

    func person(_ json: JSONValue) throws(DocumentRefusal) -> ImportedPerson {
        try ImportedPerson(json, rules: rules, today: today)
    }
}

/// The list of refused rows, one JSON object a problem: line, field, code, reason. It holds no value of a row.
private final class RefusalList {
    private let path: String
    private var handle: FileHandle?

    /// - Parameter place: where an earlier run stopped; what it had not written yet is written now.
    init(path: String, place: BulkPlace?) throws(ImportError) {
        self.path = path
        guard let place else {
            try? FileManager.default.removeItem(atPath: path)
            return
        }
        guard place.reportBytes > 0 || !place.report.isEmpty else { return }
        try open()
        do {
            let end = try handle?.seekToEnd() ?? 0
            // A list that was taken away begins anew with what is still known.
            let kept = end >= UInt64(place.reportBytes) ? UInt64(place.reportBytes) : end
            try handle?.truncate(atOffset: kept)
            try handle?.seekToEnd()
        } catch {
            throw Self.fault
        }
        try append(place.report)
    }

    private static let fault = ImportError("the list of refused rows cannot be written")

    func append(_ bytes: [UInt8]) throws(ImportError) {
        guard !bytes.isEmpty else { return }
        if handle == nil { try open() }
        do { try handle?.write(contentsOf: Data(bytes)) } catch { throw Self.fault }
    }

    private func open() throws(ImportError) {
        if !FileManager.default.fileExists(atPath: path) {
            guard
                FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
            else { throw Self.fault }
        }
        guard let opened = FileHandle(forUpdatingAtPath: path) else { throw Self.fault }
        handle = opened
    }

    static func lines(_ row: RefusedRow) -> [UInt8] {
        row.problems.flatMap { problem in
            let line: JSONValue = [
                "line": .integer(row.line), "field": .string(problem.field), "code": .string(problem.code),
                "reason": .string(problem.reason),
            ]
            return line.serializedBytes() + [0x0A]
        }
    }
}
