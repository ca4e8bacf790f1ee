/// A biometric information record (BIR) of CBEFF in XML, with the records it contains.
///
/// Source: ISO/IEC 19785-3, patron format of XML as the open identity platforms use it, and the schema of OASIS BIAS.
/// Dates are texts as they stand. Elements may come in any order and are written in the schema's.
public struct BiometricInformationRecord: Equatable, Sendable {
    /// Version of the record's content.
    public var version: Version?
    /// Version of CBEFF.
    public var cbeffVersion: Version?
    /// Who made the record and whether it is protected.
    public var info: Info
    /// What the block of biometric data is.
    public var block: BlockInfo?
    /// Format of the security block.
    public var securityFormat: RegisteredType?
    /// Records within this one.
    public var records: [BiometricInformationRecord] = []
    /// The block of biometric data: a record of ISO/IEC 19794, for instance.
    public var data: [UInt8]?
    /// The security block: a signature, for instance.
    public var security: [UInt8]?
    /// Further pairs of key and value.
    public var others: [Entry] = []

    /// A pair of numbers.
    public struct Version: Equatable, Sendable {
        /// Major.
        public var major: Int
        /// Minor.
        public var minor: Int

        /// A version.
        public init(major: Int, minor: Int) {
            self.major = major
            self.minor = minor
        }
    }

    /// What a registered organisation calls something.
    public struct RegisteredType: Equatable, Sendable {
        /// The organisation, 257 for ISO/IEC JTC 1/SC 37.
        public var organization: String
        /// Its type: 7 finger image, 8 face, 9 iris, 2 finger minutiae.
        public var type: String

        /// A registered type.
        public init(organization: String, type: String) {
            self.organization = organization
            self.type = type
        }
    }

    /// General information.
    public struct Info: Equatable, Sendable {
        /// Who made the record.
        public var creator: String?
        /// Its identifier, a UUID.
        public var index: String?
        /// What the application wants to keep.
        public var payload: [UInt8]?
        /// Whether the record's integrity is protected.
        public var integrity: Bool
        /// When it was made.
        public var creationDate: String?
        /// From when it is valid.
        public var notValidBefore: String?
        /// Until when it is valid.
        public var notValidAfter: String?

        /// Information that says only this.
        public init(integrity: Bool = false) { self.integrity = integrity }
    }

    /// Information about the block of biometric data.
    public struct BlockInfo: Equatable, Sendable {
        /// Response to a challenge.
        public var challengeResponse: [UInt8]?
        /// Identifier of the block, a UUID.
        public var index: String?
        /// The block's format.
        public var format: RegisteredType?
        /// The format and the product are written as owner and type side by side, as the schema of OASIS does.
        public var isFlat = false
        /// Whether the block is encrypted.
        public var encryption: Bool?
        /// When the sample was taken.
        public var creationDate: String?
        /// From when it is valid.
        public var notValidBefore: String?
        /// Until when it is valid.
        public var notValidAfter: String?
        /// Finger, Iris, Face; several are separated by a space.
        public var type: String?
        /// Right IndexFinger, Left and so on.
        public var subtype: String?
        /// Raw, Intermediate, Processed.
        public var level: String?
        /// The product that made the block.
        public var product: RegisteredType?
        /// Enroll, Verify, Identify and so on.
        public var purpose: String?
        /// Quality.
        public var quality: Quality?

        /// Information that says nothing yet.
        public init() {}
    }

    /// Quality of the sample.
    public struct Quality: Equatable, Sendable {
        /// How it was computed; `nil` where only the number is given.
        public var algorithm: RegisteredType?
        /// 0 to 100; -1 failed, -2 not told; `nil` when absent.
        public var score: Int?

        /// A quality.
        public init(algorithm: RegisteredType? = nil, score: Int?) {
            self.algorithm = algorithm
            self.score = score
        }
    }

    /// A key and its value.
    public struct Entry: Equatable, Sendable {
        /// The key.
        public var key: String
        /// Its value.
        public var value: String

        /// An entry.
        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// A record that holds nothing yet.
    public init(info: Info = Info()) { self.info = info }

    /// The namespace of the elements.
    public static let namespace = "http://standards.iso.org/iso-iec/19785/-3/ed-2/"

    /// Finger position of ISO/IEC 19794 (1 to 10) for a subtype, `nil` for anything else.
    ///
    /// The words may stand in either order.
    public static func fingerPosition(subtype: String) -> UInt8? {
        let words = Set(subtype.split(separator: " ").map(String.init))
        let fingers = ["Thumb", "IndexFinger", "MiddleFinger", "RingFinger", "LittleFinger"]
        guard words.count == 2, let finger = fingers.firstIndex(where: words.contains) else { return nil }
        if words.contains("Right") { return UInt8(finger + 1) }
        return words.contains("Left") ? UInt8(finger + 6) : nil
    }
}
