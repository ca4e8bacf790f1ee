public import Logging

/// What whoever runs the server decides about it.
public struct WebConfiguration: Sendable {
    public var host: String
    /// 0 lets the machine choose a free one; `buildApplication` tells which.
    public var port: Int
    public var staffSessionSeconds: Int64
    public var residentSessionSeconds: Int64
    /// Whether cookies travel over TLS only; false on a machine of one's own without TLS.
    public var isSecureCookie: Bool
    /// The longest body of a request.
    public var bodyLimitBytes: Int
    /// The longest body of a request that brings a picture.
    public var imageLimitBytes: Int
    /// Failed sign-ins that one name or number may have within the window.
    public var signInAttempts: Int
    public var signInWindowSeconds: Int64
    /// How long the transactions of one request may take together before it is refused (503).
    public var storePatienceSeconds: Double
    /// Whether other machines may read the metrics.
    public var areMetricsPublic: Bool
    public var logger: Logger

    public init(
        host: String = "127.0.0.1", port: Int = 8080, staffSessionSeconds: Int64 = 8 * 3600,
        residentSessionSeconds: Int64 = 3600, isSecureCookie: Bool = true, bodyLimitBytes: Int = 1 << 20,
        imageLimitBytes: Int = 16 << 20,
        signInAttempts: Int = 10, signInWindowSeconds: Int64 = 900,
        storePatienceSeconds: Double = 5, areMetricsPublic: Bool = false, logger: Logger = Logger(label: "sijill.web")
    ) {
        self.host = host
        self.port = port
        self.staffSessionSeconds = staffSessionSeconds
        self.residentSessionSeconds = residentSessionSeconds
        self.isSecureCookie = isSecureCookie
        self.bodyLimitBytes = bodyLimitBytes
        self.imageLimitBytes = imageLimitBytes
        self.signInAttempts = signInAttempts
        self.signInWindowSeconds = signInWindowSeconds
        self.storePatienceSeconds = storePatienceSeconds
        self.areMetricsPublic = areMetricsPublic
        self.logger = logger
    }
}
