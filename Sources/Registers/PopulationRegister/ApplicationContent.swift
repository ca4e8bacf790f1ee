public import Quantities

/// What a person states when applying for a number.
///
/// Names stand as they were given, in both scripts; nothing is transliterated or corrected.
public struct ApplicationContent: Hashable, Sendable, Codable {
    public struct Name: Hashable, Sendable, Codable {
        public let given: String
        public let family: String

        public init(given: String, family: String) {
            self.given = given
            self.family = family
        }
    }

    public struct Names: Hashable, Sendable, Codable {
        public let arabic: Name
        public let latin: Name
    }

    /// A parent's given name, in one script or both; what tells children without documents apart.
    public struct ParentName: Hashable, Sendable, Codable {
        public let arabic: String?
        public let latin: String?
    }

    public enum Sex: String, Sendable, Codable, CaseIterable {
        case female, male
    }

    public struct Place: Hashable, Sendable, Codable {
        /// ISO 3166-1 alpha-2.
        public let country: String
        /// A census code of the country, where the place is in it.
        public let commune: String?
        /// The place in words, where it has no code.
        public let text: String?
    }

    public struct Residence: Hashable, Sendable, Codable {
        public let commune: String
        /// Nil for a household without an address.
        public let address: String?
    }

    public struct Document: Hashable, Sendable, Codable {
        public let type: String
        /// As written on the document.
        public let number: String
    }

    public let names: Names
    public let sex: Sex
    public let birthDate: PartialDate
    public let birthPlace: Place
    /// ISO 3166-1 alpha-2.
    public let nationality: String
    public let residence: Residence
    public let father: ParentName?
    public let mother: ParentName?
    public let phone: String?
    public let documents: [Document]
    /// The civil numbers of the persons who testify, where no document is given.
    public let witnesses: [String]
}

extension ApplicationContent.Document {
    /// The number as it is compared: letters and digits only, capital letters, Western digits.
    public var normalisedNumber: String { Self.normalised(number) }

    public static func normalised(_ number: String) -> String {
        if number.utf8.allSatisfy({ $0 < 0x80 }) { return normalisedASCII(number) }
        var text = ""
        for scalar in number.uppercased().unicodeScalars {
            // Digits of any script, so that no other way of writing them makes another number.
            if scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue {
                text.unicodeScalars.append(Unicode.Scalar(UInt8(ascii: "0") + UInt8(value)))
            } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// The same for what nearly all numbers are written in.
    private static func normalisedASCII(_ number: String) -> String {
        let kept = number.utf8.compactMap { byte -> UInt8? in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: nil
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
