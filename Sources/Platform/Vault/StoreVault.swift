public import Crypto
import Foundation
import Synchronization

/// Where a sealed field belongs: sealing binds it to its place, so that it cannot be moved to another row or column.
public struct FieldIdentity: Hashable, Sendable {
    public let table: String
    public let row: String
    public let field: String

    public init(table: String, row: String, field: String) {
        self.table = table
        self.row = row
        self.field = field
    }

    /// Parts are prefixed with their lengths, so that no two identities share bytes.
    var authenticatedBytes: Data {
        var data = Data("sijill field 1".utf8)
        for part in [table, row, field] {
            withUnsafeBytes(of: UInt32(part.utf8.count).bigEndian) { data.append(contentsOf: $0) }
            data.append(contentsOf: part.utf8)
        }
        return data
    }
}

/// The keys of one store. Population, social and log have nothing in common but the master key they are derived from.
///
/// Derivation: HKDF-SHA-256 (RFC 5869) with the purpose as info. Sealing: AES-256-GCM (NIST SP 800-38D) with a random
/// nonce, a key per subject and the row's identity as additional data. Blind index: HMAC-SHA-256 (RFC 2104).
public struct StoreVault: Sendable {
    fileprivate static let sealVersion: UInt8 = 1
    /// What extraction (RFC 5869, 2.2) makes of the store's root: the same for every key, so done once.
    private let extracted: SymmetricKey
    private let known = KnownKeys()

    public init(_ master: MasterKey, store: String) {
        let root = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: master.key, info: Data("sijill 1 store \(store)".utf8), outputByteCount: 32)
        let code = HKDF<SHA256>.extract(inputKeyMaterial: root, salt: Data())
        extracted = code.withUnsafeBytes { SymmetricKey(data: $0) }
    }

    /// A key of this store for one purpose; the same purpose gives the same key.
    public func key(_ purpose: String) -> SymmetricKey {
        HKDF<SHA256>.expand(pseudoRandomKey: extracted, info: Data(purpose.utf8), outputByteCount: 32)
    }

    /// A keyed hash for one of the few purposes that every act needs; kept, unlike the keys of subjects.
    private func keyedHash(_ purpose: String) -> KeyedHash { known.hash(purpose) { KeyedHash(key: key(purpose)) } }

    /// Seals `plaintext` under the key of `subject`: version byte, 12 bytes nonce, ciphertext, 16 bytes tag.
    public func seal(_ plaintext: [UInt8], subject: String, identity: FieldIdentity) throws(VaultError) -> [UInt8] {
        try sealer(subject).seal(plaintext, identity: identity)
    }

    /// Seals several fields of one subject: its key is derived once.
    public func sealer(_ subject: String) -> Sealer { Sealer(key: key("subject \(subject)")) }

    /// Throws `VaultError` (`seal`) for anything but the untouched output of `seal` with the same subject and identity.
    public func open(_ sealed: [UInt8], subject: String, identity: FieldIdentity) throws(VaultError) -> [UInt8] {
        guard sealed.count >= 29, sealed[0] == Self.sealVersion else {
            throw VaultError(.seal, "a field of \(identity.table) is no sealed field")
        }
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: sealed[1..<13]), ciphertext: sealed[13..<(sealed.count - 16)],
                tag: sealed[(sealed.count - 16)...])
            return [UInt8](
                try AES.GCM.open(
                    box, using: key("subject \(subject)"), authenticating: identity.authenticatedBytes))
        } catch {
            throw VaultError(.seal, "a field of \(identity.table) does not open: it was changed or moved")
        }
    }

    /// Whether `open` would give something; what it gives is dropped unseen.
    public func isSealed(_ sealed: [UInt8], subject: String, identity: FieldIdentity) -> Bool {
        (try? open(sealed, subject: subject, identity: identity)) != nil
    }

    /// A keyed hash by which a value can be looked up without being stored: 32 bytes. `kind` keeps fields apart.
    public func blindIndex(_ kind: String, _ value: String) -> [UInt8] {
        keyedHash("blind index \(kind)").code(Array(value.utf8))
    }

    /// The same for many values of one kind: the key is derived once.
    public func blindIndexer(_ kind: String) -> BlindIndexer { BlindIndexer(hash: keyedHash("blind index \(kind)")) }

    /// The key of `authenticationCode` for one purpose, for whoever compares very many codes.
    public func authenticationKey(_ purpose: String) -> SymmetricKey { key("authentication \(purpose)") }

    /// A keyed checksum of what the program wrote: 32 bytes.
    public func authenticationCode(_ purpose: String, _ bytes: [UInt8]) -> [UInt8] {
        keyedHash("authentication \(purpose)").code(bytes)
    }

    /// Compares in a time that does not depend on where the codes differ.
    public func isAuthentic(_ purpose: String, _ bytes: [UInt8], code: [UInt8]) -> Bool {
        keyedHash("authentication \(purpose)").isCode(code, of: bytes)
    }

    /// The Ed25519 key with which the log signs its checkpoints.
    public func signingKey(_ purpose: String) throws(VaultError) -> Curve25519.Signing.PrivateKey {
        let seed = key("signing \(purpose)").withUnsafeBytes { Data($0) }
        do {
            return try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        } catch {
            throw VaultError(.seal, "the signing key cannot be derived")
        }
    }
}

/// Keyed hashes of one kind of value; see `StoreVault.blindIndex`.
public struct BlindIndexer: Sendable {
    fileprivate let hash: KeyedHash

    public func callAsFunction(_ value: String) -> [UInt8] { hash.code(Array(value.utf8)) }
}

/// Seals fields of one subject; see `StoreVault.seal`.
public struct Sealer: Sendable {
    fileprivate let key: SymmetricKey

    public func seal(_ plaintext: [UInt8], identity: FieldIdentity) throws(VaultError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(plaintext, using: key, authenticating: identity.authenticatedBytes)
            var sealed: [UInt8] = [StoreVault.sealVersion]
            sealed.reserveCapacity(plaintext.count + 29)
            sealed.append(contentsOf: box.nonce)
            sealed.append(contentsOf: box.ciphertext)
            sealed.append(contentsOf: box.tag)
            return sealed
        } catch {
            throw VaultError(.seal, "a field of \(identity.table) cannot be sealed")
        }
    }
}

/// HMAC-SHA-256 with the key already hashed: half of the work for a short value.
private struct KeyedHash: Sendable {
    private let begun: HMAC<SHA256>

    init(key: SymmetricKey) { begun = HMAC(key: key) }

    func code(_ bytes: [UInt8]) -> [UInt8] {
        var code = begun
        code.update(data: bytes)
        return [UInt8](code.finalize())
    }

    /// Compares in a time that does not depend on where the codes differ.
    func isCode(_ code: [UInt8], of bytes: [UInt8]) -> Bool {
        var computed = begun
        computed.update(data: bytes)
        return computed.finalize() == code
    }
}

/// Keyed hashes by purpose, as many as there are kinds of what is hashed.
private final class KnownKeys: Sendable {
    private let hashes = Mutex<[String: KeyedHash]>([:])

    func hash(_ purpose: String, _ derive: () -> KeyedHash) -> KeyedHash {
        hashes.withLock { hashes in
            if let hash = hashes[purpose] { return hash }
            let hash = derive()
            hashes[purpose] = hash
            return hash
        }
    }
}
