import Crypto
import Foundation

/// AES-256-GCM (NIST SP 800-38D) with a random nonce; what is sealed is bound to its place by additional data.
struct GallerySeal: Sendable {
    static let overhead = 12 + 16
    private let key: SymmetricKey

    init(_ key: SymmetricKey, purpose: String) {
        self.key = HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Data(purpose.utf8), outputByteCount: 32)
    }

    /// Nonce, ciphertext, tag.
    func seal(_ plaintext: [UInt8], _ place: [UInt8]) throws(GalleryShardsError) -> [UInt8] {
        guard let box = try? AES.GCM.seal(plaintext, using: key, authenticating: place), let all = box.combined else {
            throw GalleryShardsError(.failed, "a record cannot be sealed")
        }
        return [UInt8](all)
    }

    /// Nil for anything but the untouched output of `seal` with the same place.
    func open(_ sealed: UnsafeRawBufferPointer, _ place: [UInt8]) -> Data? {
        guard sealed.count >= Self.overhead, let start = UnsafeMutableRawPointer(mutating: sealed.baseAddress) else {
            return nil
        }
        let bytes = Data(bytesNoCopy: start, count: sealed.count, deallocator: .none)
        guard let box = try? AES.GCM.SealedBox(combined: bytes) else { return nil }
        return try? AES.GCM.open(box, using: key, authenticating: place)
    }

    /// Says whether a key is the one without saying anything about it.
    func check() -> String {
        HMAC<SHA256>.authenticationCode(for: Data("which key".utf8), using: key).prefix(8)
            .map { String(format: "%02x", $0) }.joined()
    }
}
