import Agency
import ArgumentParser
import Foundation
import Installation
import RecordStore
import StrictJSON

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes persons or households as `sijill import` reads them.",
        discussion: """
            A member of the staff answers for it: --staff names the sign-in name, the password is read from standard \
            input, and --purpose says what the data is for. Every person and household that is read has that in the \
            audit log, where the resident sees it. persons are written as JSON Lines or CSV, households as JSON Lines. The \
            lines go to standard output, or with --to into a new file that only its owner can read.

            EXAMPLES
              sijill export persons --staff driss --purpose administration --to persons.jsonl < password.txt
              sijill export persons --csv --staff driss --purpose administration < password.txt > persons.csv
            """)

    @Argument(help: "persons or households.", transform: bulkKind) var kind: BulkImport.Kind
    @Option(help: "The sign-in name of the member of the staff who answers for it.") var staff: String
    @Option(help: "What the data is for, such as administration.", transform: Self.purpose) var purpose: Purpose
    @Flag(help: "CSV instead of JSON Lines; persons only. A file whose name ends in .csv is one.") var csv = false
    @Option(help: "A file to make; default: standard output.") var to: String?
    @OptionGroup var options: StoreOptions

    private var isCSV: Bool { csv || to?.lowercased().hasSuffix(".csv") == true }

    func validate() throws {
        guard !isCSV || kind == .persons else {
            throw ValidationError("households are written as JSON Lines: a household has no fixed number of columns")
        }
    }

    func run() async throws {
        let bytes = try readInput("-", most: 1000)
        let password = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
        let file = try to.map(Self.make)
        let write: ([String]) throws -> Void = { lines in
            guard let file else { return lines.forEach(Output.line) }
            try file.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
        }
        let count = try await options.withInstallation { installation in
            let signedIn = try await installation.agency.signIn(name: staff, password: password, lifetimeSeconds: 60)
            try await installation.agency.closeSession(signedIn.secret)
            guard case .staff(let id, _) = signedIn.session.holder else { throw Refused("staff: sign in as staff") }
            let access = Access(
                actor: Actor(kind: .staff, id: id), purpose: purpose, legalBasis: .publicTask)
            let export = BulkExport(installation, access: access)
            return try await kind == .persons
                ? export.persons(isCSV ? .csv : .jsonl, write: write) : export.households(write: write)
        }
        Output.flush()
        if let to {
            try file?.synchronize()
            Output.line(
                JSONValue.object([
                    "file": .string(to), "kind": .string(kind.rawValue), "written": .integer(Int64(count)),
                ]).serialized())
            Output.flush()
        }
    }

    @Sendable private static func purpose(_ text: String) throws -> Purpose {
        guard let purpose = Purpose(rawValue: text) else {
            let known = Purpose.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--purpose must be one of: \(known)")
        }
        return purpose
    }

    private static func make(_ path: String) throws -> FileHandle {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Refused("\(path): the file is there already, or cannot be made") }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }
}
