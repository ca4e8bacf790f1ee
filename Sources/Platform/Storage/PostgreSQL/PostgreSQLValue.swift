import CLibPQ
import Foundation

/// How values travel: arguments as text or bytes, answers in PostgreSQL's binary form.
enum PostgreSQLValue {
    /// What `?` stands for is numbered from 1 in PostgreSQL; texts in quotes stay as they are.
    static func numbered(_ sql: String) -> String {
        var numbered = ""
        var count = 0
        var inText = false
        for character in sql {
            if character == "'" { inText.toggle() }
            if character == "?", !inText {
                count += 1
                numbered += "$\(count)"
            } else {
                numbered.append(character)
            }
        }
        return numbered
    }

    /// Throws `StorageError` (`statement`) for U+0000, which no engine keeps.
    static func confirm(_ arguments: [SQLValue]) throws(StorageError) {
        for case .text(let text) in arguments where text.utf8.contains(0) {
            throw StorageError(.statement, "a text holds the character U+0000, which no engine keeps")
        }
    }

    /// The bytes of an argument and libpq's format of them: 0 text, 1 binary; nil is NULL.
    ///
    /// Throws `StorageError` (`statement`) for U+0000, which no engine keeps.
    static func encoded(_ value: SQLValue) throws(StorageError) -> (bytes: [UInt8], format: Int32)? {
        switch value {
        case .null: return nil
        case .integer(let number): return (Array(String(number).utf8) + [0], 0)
        case .blob(let bytes): return (bytes, 1)
        case .text(let text):
            let bytes = Array(text.utf8)
            guard !bytes.contains(0) else {
                throw StorageError(.statement, "a text holds the character U+0000, which no engine keeps")
            }
            return (bytes + [0], 0)
        }
    }

    /// Reads one field of a binary answer by its type's number in `pg_type`.
    static func decoded(_ bytes: UnsafeRawBufferPointer, type: Oid) throws(StorageError) -> SQLValue {
        switch (type, bytes.count) {
        case (17, _): return .blob([UInt8](bytes))
        case (20, 8): return .integer(Int64(bitPattern: whole(bytes)))
        case (23, 4): return .integer(Int64(Int32(truncatingIfNeeded: whole(bytes))))
        case (21, 2): return .integer(Int64(Int16(truncatingIfNeeded: whole(bytes))))
        case (16, 1): return .integer(Int64(bytes[0]))
        case (25, _), (1043, _), (19, _), (705, _), (1042, _): return .text(String(decoding: bytes, as: UTF8.self))
        case (1700, _): return try numeric(bytes)
        case (701, 8): return .text(String(Double(bitPattern: whole(bytes))))
        default: throw StorageError(.columnType, "the database answered with the unknown type \(type)")
        }
    }

    private static func whole(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A sum of whole numbers comes as `numeric`: digits to the base 10,000 after four 16-bit words (numeric_send).
    private static func numeric(_ bytes: UnsafeRawBufferPointer) throws(StorageError) -> SQLValue {
        let words = stride(from: 0, to: bytes.count - 1, by: 2).map { Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]) }
        guard words.count >= 4, words[2] == 0 || words[2] == 0x4000, words.count == 4 + words[0],
            Int16(truncatingIfNeeded: words[1]) < 5, words[0] <= Int(Int16(truncatingIfNeeded: words[1])) + 1
        else { throw StorageError(.columnType, "a sum is not a whole number of 64 bits") }
        var number: Int64 = 0
        let weight = Int(Int16(truncatingIfNeeded: words[1]))
        for place in 0...max(weight, 0) where weight >= 0 {
            let digit = place < words[0] ? Int64(words[4 + place]) : 0
            let (product, overflow) = number.multipliedReportingOverflow(by: 10_000)
            let (sum, carry) = product.addingReportingOverflow(words[2] == 0 ? digit : -digit)
            guard !overflow, !carry else { throw StorageError(.columnType, "a sum is not a whole number of 64 bits") }
            number = sum
        }
        return .integer(number)
    }
}
