import Crypto
import RecordStore

/// The token in each form that shows that the form came from this door in this session.
enum FormToken {
    static let field = "formToken"

    static func make(secret: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("form token".utf8), using: SymmetricKey(data: Array(secret.utf8)))
        return Hexadecimal.encode(code)
    }

    /// Compares in constant time.
    static func isValid(_ token: String?, secret: String?) -> Bool {
        guard let token, let secret, let bytes = Hexadecimal.decode(token) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(
            bytes, authenticating: Array("form token".utf8), using: SymmetricKey(data: Array(secret.utf8)))
    }
}
