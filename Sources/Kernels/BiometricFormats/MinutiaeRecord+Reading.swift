extension MinutiaeRecord {
    /// Reads a record; the layout is found from its first bytes and lengths unless `format` is given.
    ///
    /// Small departures of products in the field are tolerated and listed in `deviations`; a caller that wants none
    /// checks that the list is empty. Memory grows with the bytes that are there, never with what a field promises.
    /// Throws `BiometricFormatError` with the field and its offset: `signature`, `truncated`, `length`, `range`.
    /// Source: ISO/IEC 19794-2:2005 clause 7, :2011 clause 8; ANSI/INCITS 378-2004 clause 6, 378-2009 clause 6.
    public init(reading bytes: [UInt8], as format: MinutiaeFormat? = nil) throws(BiometricFormatError) {
        var reader = ByteReader(bytes)
        guard try reader.take(4, "format identifier").elementsEqual(Self.identifier) else {
            throw BiometricFormatError(.signature, "format identifier", at: 0, "must be FMR; send a minutiae record")
        }
        let version = Array(try reader.take(4, "version"))
        guard let found = Self.detect(version, in: reader, among: format) else {
            throw BiometricFormatError(
                .signature, "version", at: 4, "is none of ISO 2005, ISO 2011, ANSI 2004, ANSI 2009; convert the record")
        }
        self.init(format: found, views: [])
        if version != found.versionBytes { versionBytes = version }
        let stated = try readLength(&reader)
        switch found {
        case .iso2005, .ansi2004: try readShared(&reader)
        case .ansi2009, .ansi2009Amendment1: try readANSI2009(&reader)
        case .iso2011: try readISO2011(&reader)
        }
        if stated != reader.offset {
            guard stated <= bytes.count else {
                throw BiometricFormatError(
                    .truncated, "record length", at: 8,
                    "promises \(stated) bytes and \(bytes.count) are there; send the whole record")
            }
            statedLength = UInt32(stated)
            deviations.note(.statedLength, "record length", at: 8)
        }
        if reader.remaining > 0 {
            deviations.note(.padding, "bytes after the record", at: reader.offset)
            padding = Array(try reader.take(reader.remaining, "padding"))
        }
    }

    static let identifier: [UInt8] = [0x46, 0x4D, 0x52, 0]

    private static func detect(
        _ version: [UInt8], in reader: ByteReader, among format: MinutiaeFormat?
    ) -> MinutiaeFormat? {
        let candidates: [MinutiaeFormat]
        switch version {
        case [0x20, 0x32, 0x30, 0], [0x30, 0x32, 0x30, 0]:
            let short = reader.peek(2, at: 8) ?? 0
            let long = reader.peek(4, at: 8) ?? 0
            let late = reader.peek(4, at: 10) ?? 0
            let count = UInt64(reader.bytes.count)
            // A length of four bytes below 64 k starts with two zeros; one of two bytes never does.
            let isANSI = short != 0 && long > count || short == 0 && long > count && late <= count
            candidates = isANSI ? [.ansi2004, .iso2005] : [.iso2005, .ansi2004]
        case [0x30, 0x33, 0x30, 0]:
            candidates = isChainOfRepresentations(reader) ? [.iso2011, .ansi2009] : [.ansi2009, .iso2011]
        case [0x30, 0x33, 0x35, 0]:
            candidates = [.ansi2009Amendment1]
        default:
            candidates = []
        }
        guard let format else { return candidates.first }
        return candidates.contains(format) ? format : nil
    }

    /// ISO 2011 says the length of each representation; the two standards share their first eight bytes.
    private static func isChainOfRepresentations(_ reader: ByteReader) -> Bool {
        guard let count = reader.peek(2, at: 12), count > 0, let flag = reader.peek(1, at: 14), flag <= 1 else {
            return false
        }
        guard let first = reader.peek(4, at: 15) else { return false }
        return first >= 38 && 15 + first <= UInt64(reader.bytes.count)
    }

    private mutating func readLength(_ reader: inout ByteReader) throws(BiometricFormatError) -> Int {
        guard format == .ansi2004 else { return Int(try reader.u32("record length")) }
        let short = Int(try reader.u16("record length"))
        return short == 0 ? Int(try reader.u32("record length")) : short
    }

    /// ISO 2005 and ANSI 2004: size, resolution and sensor once for all views.
    private mutating func readShared(_ reader: inout ByteReader) throws(BiometricFormatError) {
        if format.isANSI { product = try Product(owner: reader.u16("product owner"), type: reader.u16("product type")) }
        let device = CaptureDevice(equipmentWord: try reader.u16("capture equipment"))
        let start = reader.offset
        let width = Int(try reader.u16("image width"))
        let height = Int(try reader.u16("image height"))
        let pixelsPerCmX = Int(try reader.u16("horizontal resolution"))
        let pixelsPerCmY = Int(try reader.u16("vertical resolution"))
        let count = Int(try reader.u8("number of views"))
        try Self.requireViews(count, at: reader.offset - 1)
        try readReserved(&reader)
        for _ in 0..<count {
            var view = MinutiaeView(
                width: width, height: height, pixelsPerCmX: pixelsPerCmX, pixelsPerCmY: pixelsPerCmY, device: device,
                minutiae: [])
            try readFinger(&view, &reader)
            let quality = try reader.u8("finger quality")
            check(quality: quality, at: reader.offset - 1)
            view.qualities = [QualityBlock(score: quality)]
            try readMinutiae(&view, &reader, geometryAt: start)
            views.append(view)
        }
    }

    private mutating func readANSI2009(_ reader: inout ByteReader) throws(BiometricFormatError) {
        product = try Product(owner: reader.u16("product owner"), type: reader.u16("product type"))
        let compliance = try reader.u8("capture equipment compliance")
        let device = CaptureDevice(type: try reader.u16("capture equipment"), compliance: compliance)
        let count = Int(try reader.u8("number of views"))
        try Self.requireViews(count, at: reader.offset - 1)
        try readReserved(&reader)
        for _ in 0..<count {
            var view = MinutiaeView(width: 0, height: 0, device: device, minutiae: [])
            view.position = try reader.u8("finger position")
            view.number = try reader.u8("view number")
            view.impression = try reader.u8("impression type")
            check(position: view.position, at: reader.offset - 3)
            check(impression: view.impression, at: reader.offset - 1)
            let quality = try reader.u8("finger quality")
            check(quality: quality, at: reader.offset - 1)
            view.qualities = [
                try QualityBlock(
                    score: quality, vendor: reader.u16("quality vendor"), algorithm: reader.u16("quality algorithm"))
            ]
            let start = reader.offset
            view.width = Int(try reader.u16("image width"))
            view.height = Int(try reader.u16("image height"))
            view.pixelsPerCmX = Int(try reader.u16("horizontal resolution"))
            view.pixelsPerCmY = Int(try reader.u16("vertical resolution"))
            try readMinutiae(&view, &reader, geometryAt: start)
            views.append(view)
        }
    }

    private mutating func readISO2011(_ reader: inout ByteReader) throws(BiometricFormatError) {
        let count = Int(try reader.u16("number of representations"))
        try Self.requireViews(count, at: reader.offset - 2)
        let flag = try reader.u8("certification flag")
        guard flag <= 1 else {
            throw BiometricFormatError(.range, "certification flag", at: reader.offset - 1, "must be 0 or 1")
        }
        hasCertification = flag == 1
        for _ in 0..<count {
            let start = reader.offset
            let length = Int(try reader.u32("representation length"))
            var view = MinutiaeView(width: 0, height: 0, minutiae: [])
            view.captured = try reader.captureTime()
            view.device = try CaptureDevice(
                technology: reader.u8("capture device technology"), vendor: reader.u16("capture device vendor"),
                type: reader.u16("capture device type"))
            view.qualities = try reader.qualityBlocks()
            if hasCertification { view.certificates = try reader.certificates() }
            view.position = try reader.u8("finger position")
            check(position: view.position, at: reader.offset - 1)
            view.number = try reader.u8("representation number")
            let geometry = reader.offset
            view.pixelsPerCmX = Int(try reader.u16("horizontal resolution"))
            view.pixelsPerCmY = Int(try reader.u16("vertical resolution"))
            view.impression = try reader.u8("impression type")
            check(impression: view.impression, at: reader.offset - 1)
            view.width = Int(try reader.u16("image width"))
            view.height = Int(try reader.u16("image height"))
            let flags = try reader.u8("minutia length and ending placement")
            guard flags >> 4 == 5 || flags >> 4 == 6 else {
                throw BiometricFormatError(
                    .range, "minutia length", at: reader.offset - 1, "must be 5 or 6 bytes; write the record again")
            }
            view.storesQuality = flags >> 4 == 6
            view.endingPlacement = flags & 15
            try readMinutiae(&view, &reader, geometryAt: geometry)
            guard reader.offset - start == length else {
                throw BiometricFormatError(
                    .length, "representation length", at: start,
                    "is \(length), the content takes \(reader.offset - start) bytes; write the record again")
            }
            views.append(view)
        }
    }

    private static func requireViews(_ count: Int, at offset: Int) throws(BiometricFormatError) {
        guard count > 0 else {
            throw BiometricFormatError(.range, "number of views", at: offset, "is 0; a record needs at least one view")
        }
    }

    private mutating func readReserved(_ reader: inout ByteReader) throws(BiometricFormatError) {
        if try reader.u8("reserved byte") != 0 { deviations.note(.reserved, "reserved byte", at: reader.offset - 1) }
    }

    private mutating func readFinger(
        _ view: inout MinutiaeView, _ reader: inout ByteReader
    ) throws(BiometricFormatError) {
        view.position = try reader.u8("finger position")
        check(position: view.position, at: reader.offset - 1)
        let mixed = try reader.u8("view number and impression type")
        view.number = mixed >> 4
        view.impression = mixed & 15
        check(impression: view.impression, at: reader.offset - 1)
    }

    private mutating func check(position: UInt8, at offset: Int) {
        if position > 10 { deviations.note(.code, "finger position", at: offset) }
    }

    private mutating func check(impression: UInt8, at offset: Int) {
        if impression > 11, impression != 24, impression != 28, impression != 29 {
            deviations.note(.code, "impression type", at: offset)
        }
    }

    private mutating func check(quality: UInt8, at offset: Int) {
        if quality > 100, quality < 254 { deviations.note(.quality, "finger quality", at: offset) }
    }

    private mutating func readMinutiae(
        _ view: inout MinutiaeView, _ reader: inout ByteReader, geometryAt geometry: Int
    ) throws(BiometricFormatError) {
        guard view.width > 0, view.height > 0 else {
            throw BiometricFormatError(.range, "image size", at: geometry, "both sides must be at least one pixel")
        }
        guard view.pixelsPerCmX > 0, view.pixelsPerCmY > 0 else {
            throw BiometricFormatError(.range, "resolution", at: geometry, "must be positive; 197 per cm is 500 dpi")
        }
        let count = Int(try reader.u8("number of minutiae"))
        try reader.require(count * (view.storesQuality ? 6 : 5), "minutiae")
        view.minutiae.reserveCapacity(count)
        for index in 0..<count {
            let start = reader.offset
            let first = try reader.u16("minutia type and x")
            let second = try reader.u16("minutia y")
            guard let kind = Minutia.Kind(rawValue: UInt8(first >> 14)) else {
                throw BiometricFormatError(.range, "type of minutia \(index)", at: start, "must be 0, 1 or 2")
            }
            if second >> 14 != 0 { deviations.note(.reserved, "reserved bits of a minutia", at: start + 2) }
            let minutia = Minutia(
                kind: kind, x: Int(first & 0x3FFF), y: Int(second & 0x3FFF), angle: try reader.u8("minutia angle"),
                quality: view.storesQuality ? try reader.u8("minutia quality") : 0)
            try Self.check(minutia, index, in: view, at: start)
            if Int(minutia.angle) >= format.angleUnits { deviations.note(.angle, "minutia angle", at: start + 4) }
            view.minutiae.append(minutia)
        }
        view.extensions = try reader.extendedData()
    }

    static func check(
        _ minutia: Minutia, _ index: Int, in view: MinutiaeView, at offset: Int?
    ) throws(BiometricFormatError) {
        guard (0..<min(view.width, 1 << 14)).contains(minutia.x) else {
            throw BiometricFormatError(
                .range, "x of minutia \(index)", at: offset, "must be below the image's width, \(view.width)")
        }
        guard (0..<min(view.height, 1 << 14)).contains(minutia.y) else {
            throw BiometricFormatError(
                .range, "y of minutia \(index)", at: offset, "must be below the image's height, \(view.height)")
        }
    }
}
