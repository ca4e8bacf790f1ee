import CArgon2
import Crypto
import Dispatch
import Foundation

/// A password kept as argon2id (RFC 9106) in its standard text form, salt and cost included.
public struct PasswordHash: Sendable {
    /// `$argon2id$v=19$m=…,t=…,p=…$salt$hash`
    public let encoded: String

    public init(encoded: String) { self.encoded = encoded }

    /// The second recommended option of RFC 9106, section 4: 64 MiB, three passes, four lanes.
    static let memoryKibibytes: UInt32 = 65_536
    static let passes: UInt32 = 3
    static let lanes: UInt32 = 4

    private static let queue = DispatchQueue(label: "sijill.argon2", attributes: .concurrent)

    /// Hashes on a thread of its own: it takes tens of milliseconds. Throws `VaultError` (`password`).
    public static func make(_ password: String) async throws -> PasswordHash {
        try await onQueue {
            let salt = SymmetricKey(size: .bits128).withUnsafeBytes { [UInt8]($0) }
            var encoded = [CChar](repeating: 0, count: 256)
            let secret = Array(password.utf8)
            let status = argon2id_hash_encoded(
                passes, memoryKibibytes, lanes, secret, secret.count, salt, salt.count, 32, &encoded, encoded.count)
            guard status == ARGON2_OK.rawValue else { throw VaultError(.password, "the password cannot be hashed") }
            let bytes = encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            return PasswordHash(encoded: String(decoding: bytes, as: UTF8.self))
        }
    }

    /// True for the password that was hashed. Runs on a thread of its own.
    public func matches(_ password: String) async throws -> Bool {
        let encoded = encoded
        return try await Self.onQueue {
            let secret = Array(password.utf8)
            return argon2id_verify(encoded, secret, secret.count) == ARGON2_OK.rawValue
        }
    }

    private static func onQueue<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try work() }) }
        }
    }
}
