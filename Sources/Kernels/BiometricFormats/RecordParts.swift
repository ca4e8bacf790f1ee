/// A quality score and who computed it.
public struct QualityBlock: Equatable, Sendable {
    /// 0 to 100; 255 computation failed, 254 not told (2005 formats use only 0 to 100).
    public var score: UInt8
    /// Vendor of the algorithm.
    public var vendor: UInt16
    /// The algorithm.
    public var algorithm: UInt16

    /// A block; zeros mean not told.
    public init(score: UInt8, vendor: UInt16 = 0, algorithm: UInt16 = 0) {
        self.score = score
        self.vendor = vendor
        self.algorithm = algorithm
    }
}

/// The sensor that took the image.
public struct CaptureDevice: Equatable, Sendable {
    /// 2011: technology code.
    public var technology: UInt8
    /// 2011: vendor.
    public var vendor: UInt16
    /// Type of the device; 12 bits in the formats of 2004 and 2005.
    public var type: UInt16
    /// 2004 and 2005: four bits; ANSI 2009: a byte. The highest bit says that it complies with EFTS appendix F.
    public var compliance: UInt8

    /// A device; zeros mean not told.
    public init(technology: UInt8 = 0, vendor: UInt16 = 0, type: UInt16 = 0, compliance: UInt8 = 0) {
        self.technology = technology
        self.vendor = vendor
        self.type = type
        self.compliance = compliance
    }

    var equipmentWord: UInt16 { UInt16(compliance & 15) << 12 | (type & 0xFFF) }

    init(equipmentWord word: UInt16) {
        self.init(type: word & 0xFFF, compliance: UInt8(word >> 12))
    }
}

/// When an image was taken, in universal time, as nine bytes of the record; not checked against a calendar.
public struct CaptureTime: Equatable, Sendable {
    /// Year; 0xFFFF not told.
    public var year: UInt16
    /// Month from 1.
    public var month: UInt8
    /// Day from 1.
    public var day: UInt8
    /// Hour.
    public var hour: UInt8
    /// Minute.
    public var minute: UInt8
    /// Second.
    public var second: UInt8
    /// Millisecond.
    public var millisecond: UInt16

    /// A time; the default is "not told", all bits set.
    public init(
        year: UInt16 = 0xFFFF, month: UInt8 = 0xFF, day: UInt8 = 0xFF, hour: UInt8 = 0xFF, minute: UInt8 = 0xFF,
        second: UInt8 = 0xFF, millisecond: UInt16 = 0xFFFF
    ) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.millisecond = millisecond
    }
}

/// Which authority certified the sensor by which scheme.
public struct Certificate: Equatable, Sendable {
    /// The authority.
    public var authority: UInt16
    /// The scheme.
    public var scheme: UInt8

    /// A certificate.
    public init(authority: UInt16, scheme: UInt8) {
        self.authority = authority
        self.scheme = scheme
    }
}

extension ByteReader {
    mutating func captureTime() throws(BiometricFormatError) -> CaptureTime {
        try CaptureTime(
            year: u16("capture year"), month: u8("capture month"), day: u8("capture day"), hour: u8("capture hour"),
            minute: u8("capture minute"), second: u8("capture second"), millisecond: u16("capture millisecond"))
    }

    mutating func qualityBlocks() throws(BiometricFormatError) -> [QualityBlock] {
        let count = Int(try u8("number of quality blocks"))
        try require(count * 5, "quality blocks")
        var blocks: [QualityBlock] = []
        blocks.reserveCapacity(count)
        for _ in 0..<count {
            blocks.append(
                try QualityBlock(
                    score: u8("quality"), vendor: u16("quality vendor"), algorithm: u16("quality algorithm")))
        }
        return blocks
    }

    mutating func certificates() throws(BiometricFormatError) -> [Certificate] {
        let count = Int(try u8("number of certificates"))
        try require(count * 3, "certificates")
        var blocks: [Certificate] = []
        blocks.reserveCapacity(count)
        for _ in 0..<count {
            blocks.append(
                try Certificate(authority: u16("certification authority"), scheme: u8("certification scheme")))
        }
        return blocks
    }
}

extension ByteWriter {
    mutating func append(_ time: CaptureTime) {
        u16(time.year)
        for part in [time.month, time.day, time.hour, time.minute, time.second] { u8(part) }
        u16(time.millisecond)
    }

    mutating func append(_ blocks: [QualityBlock]) throws(BiometricFormatError) {
        guard blocks.count <= 255 else {
            throw BiometricFormatError(.range, "quality blocks", "at most 255 can be written; give fewer")
        }
        u8(UInt8(blocks.count))
        for block in blocks {
            u8(block.score)
            u16(block.vendor)
            u16(block.algorithm)
        }
    }

    mutating func append(_ blocks: [Certificate]) throws(BiometricFormatError) {
        guard blocks.count <= 255 else {
            throw BiometricFormatError(.range, "certificates", "at most 255 can be written; give fewer")
        }
        u8(UInt8(blocks.count))
        for block in blocks {
            u16(block.authority)
            u8(block.scheme)
        }
    }

    mutating func word(_ value: Int, _ field: String) throws(BiometricFormatError) {
        guard let word = UInt16(exactly: value) else {
            throw BiometricFormatError(.range, field, "must be from 0 to 65535 to be written")
        }
        u16(word)
    }
}
