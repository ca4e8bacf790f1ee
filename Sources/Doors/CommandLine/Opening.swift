import Configuration
import Foundation
import Installation
import RecordStore
import StrictJSON

extension CountryOptions {
    func settings() async throws -> Settings { try await Settings(file: config) }

    func load() async throws -> Jurisdiction {
        try Jurisdiction(folder: try Jurisdiction.find(try await settings().text(jurisdiction, "jurisdiction")))
    }
}

extension StoreOptions {
    func directory() async throws -> String {
        try await country.settings().text(store, "store", default: "store")
    }

    /// Opens the store, does `work`, sequences what it logged and closes.
    func withInstallation<Result>(_ work: (Installation) async throws -> Result) async throws -> Result {
        let installation = try await Installation.open(
            directory: try await directory(), jurisdiction: try await country.load())
        do {
            let result = try await work(installation)
            try await installation.close()
            return result
        } catch {
            try? await installation.close()
            throw error
        }
    }
}

/// Whoever runs the command on this machine.
func operatorAccess(_ purpose: Purpose) -> Access {
    Access(actor: Actor(kind: .operator, id: NSUserName()), purpose: purpose, legalBasis: .publicTask)
}

/// The bytes of a file, or of standard input for `-`. Throws `Refused`.
func readInput(_ path: String, most: Int) throws -> [UInt8] {
    let handle: FileHandle
    if path == "-" {
        handle = .standardInput
    } else {
        guard let opened = FileHandle(forReadingAtPath: path) else { throw Refused("\(path): the file cannot be read") }
        handle = opened
    }
    var bytes: [UInt8] = []
    while let chunk = try? handle.read(upToCount: 1 << 20), !chunk.isEmpty {
        bytes += chunk
        guard bytes.count <= most else { throw Refused("\(path): it has more than \(most) bytes") }
    }
    return bytes
}

/// One JSON document of at most a megabyte. Throws `Refused` or `JSONError`.
func readDocument(_ path: String) throws -> JSONValue {
    try JSONValue(parsing: try readInput(path, most: 1 << 20))
}
