extension FingerImageRecord {
    /// Reads a record; the edition is found from its version and lengths.
    ///
    /// Memory grows with the bytes that are there, never with what a field promises. Throws `BiometricFormatError` with
    /// the field and its offset. Source: ISO/IEC 19794-4:2005 clause 7, :2011 clause 8.
    public init(reading bytes: [UInt8]) throws(BiometricFormatError) {
        var reader = ByteReader(bytes)
        guard try reader.take(4, "format identifier").elementsEqual(Self.identifier) else {
            throw BiometricFormatError(
                .signature, "format identifier", at: 0, "must be FIR; send a finger image record")
        }
        let version = Array(try reader.take(4, "version"))
        guard version == [0x30, 0x31, 0x30, 0] || version == [0x30, 0x32, 0x30, 0] else {
            throw BiometricFormatError(.signature, "version", at: 4, "must be 010 or 020; convert the record")
        }
        let long = reader.peek(6, at: 8) ?? 0
        let isOld = version[1] == 0x31 && long >= 46 && long <= UInt64(bytes.count)
        self.init(edition: isOld ? .iso2005 : .iso2011, images: [])
        if version != edition.versionBytes { versionBytes = version }
        let stated = isOld ? try reader.u48("record length") : UInt64(try reader.u32("record length"))
        guard stated <= UInt64(bytes.count) else {
            throw BiometricFormatError(
                .truncated, "record length", at: 8,
                "promises \(stated) bytes and \(bytes.count) are there; send the whole record")
        }
        let fingers = isOld ? try read2005(&reader) : try read2011(&reader)
        if fingers != countedFingers {
            statedFingers = fingers
            deviations.note(.count, "number of fingers", at: isOld ? 18 : 15)
        }
        if stated != UInt64(reader.offset) {
            statedLength = UInt32(stated)
            deviations.note(.statedLength, "record length", at: 8)
        }
        if reader.remaining > 0 {
            deviations.note(.padding, "bytes after the record", at: reader.offset)
            padding = Array(try reader.take(reader.remaining, "padding"))
        }
    }

    private mutating func read2005(_ reader: inout ByteReader) throws(BiometricFormatError) -> UInt8 {
        let device = CaptureDevice(equipmentWord: try reader.u16("capture device"))
        acquisitionLevel = try reader.u16("image acquisition level")
        let fingers = try reader.u8("number of fingers")
        let scaleUnit = try readScaleUnit(&reader)
        let captureRate = try (x: reader.u16("horizontal scan resolution"), y: reader.u16("vertical scan resolution"))
        let imageRate = try (x: reader.u16("horizontal image resolution"), y: reader.u16("vertical image resolution"))
        let depth = try reader.u8("pixel depth")
        let compression = try readCompression(&reader)
        if try reader.u16("reserved bytes") != 0 { deviations.note(.reserved, "reserved bytes", at: reader.offset - 2) }
        guard fingers > 0 else {
            throw BiometricFormatError(.range, "number of fingers", at: 18, "is 0; a record needs at least one image")
        }
        // A finger may have several views, each a block; the count of fingers is of blocks in the field's samples.
        var expected = Int(fingers)
        while expected > 0 {
            let start = reader.offset
            let length = Int(try reader.u32("image block length"))
            var image = FingerImage(
                position: try reader.u8("finger position"), compression: compression, width: 0, height: 0, data: [])
            image.viewCount = try reader.u8("count of views")
            image.number = try reader.u8("view number")
            image.qualities = [QualityBlock(score: try reader.u8("image quality"))]
            image.impression = try reader.u8("impression type")
            image.width = Int(try reader.u16("image width"))
            image.height = Int(try reader.u16("image height"))
            if try reader.u8("reserved byte") != 0 {
                deviations.note(.reserved, "reserved byte", at: reader.offset - 1)
            }
            guard length >= 14 else {
                throw BiometricFormatError(
                    .length, "image block length", at: start, "must be at least its header's 14 bytes")
            }
            image.data = Array(try reader.take(length - 14, "image data"))
            image.device = device
            image.scaleUnit = scaleUnit
            image.captureRate = captureRate
            image.imageRate = imageRate
            image.bitDepth = depth
            try Self.check(image, at: start)
            images.append(image)
            expected -= 1
        }
        return fingers
    }

    private mutating func read2011(_ reader: inout ByteReader) throws(BiometricFormatError) -> UInt8 {
        let counts = try reader.representationCounts(subjects: "number of fingers")
        hasCertification = counts.hasCertification
        for _ in 0..<counts.representations { images.append(try readRepresentation(&reader)) }
        return counts.subjects
    }

    private mutating func readRepresentation(_ reader: inout ByteReader) throws(BiometricFormatError) -> FingerImage {
        let start = reader.offset
        let length = Int(try reader.u32("representation length"))
        guard length >= 4, length - 4 <= reader.remaining else {
            throw BiometricFormatError(
                .truncated, "representation length", at: start,
                "promises \(length) bytes and \(reader.remaining + 4) are left; send the whole record")
        }
        var image = FingerImage(position: 0, compression: .raw, width: 0, height: 0, data: [])
        image.head = try reader.representationHead(certified: hasCertification)
        image.position = try reader.u8("finger position")
        image.number = try reader.u8("representation number")
        image.scaleUnit = try readScaleUnit(&reader)
        image.captureRate = try (x: reader.u16("horizontal capture rate"), y: reader.u16("vertical capture rate"))
        image.imageRate = try (x: reader.u16("horizontal image rate"), y: reader.u16("vertical image rate"))
        image.bitDepth = try reader.u8("bit depth")
        image.compression = try readCompression(&reader)
        image.impression = try reader.u8("impression type")
        image.width = Int(try reader.u16("image width"))
        image.height = Int(try reader.u16("image height"))
        let count = Int(try reader.u32("image length"))
        image.data = Array(try reader.take(count, "image data"))
        let used = reader.offset - start
        guard used <= length else {
            throw BiometricFormatError(
                .length, "representation length", at: start, "is \(length), the content takes \(used) bytes")
        }
        image.extendedData = Array(try reader.take(length - used, "extended data"))
        try Self.check(image, at: start)
        return image
    }

    private mutating func readScaleUnit(_ reader: inout ByteReader) throws(BiometricFormatError) -> UInt8 {
        let unit = try reader.u8("scale unit")
        if unit != 1, unit != 2 { deviations.note(.code, "scale unit", at: reader.offset - 1) }
        return unit
    }

    private func readCompression(_ reader: inout ByteReader) throws(BiometricFormatError) -> FingerImage.Compression {
        let code = try reader.u8("image compression")
        guard let compression = FingerImage.Compression(code: code, in: edition) else {
            throw BiometricFormatError(
                .range, "image compression", at: reader.offset - 1, "\(code) is not a code of the standard")
        }
        return compression
    }

    static func check(_ image: FingerImage, at offset: Int?) throws(BiometricFormatError) {
        guard image.width > 0, image.height > 0 else {
            throw BiometricFormatError(.range, "image size", at: offset, "both sides must be at least one pixel")
        }
        guard (1...16).contains(image.bitDepth) else {
            throw BiometricFormatError(.range, "bit depth", at: offset, "must be from 1 to 16")
        }
        let bytesPerPixel = image.bitDepth > 8 ? 2 : 1
        if image.compression == .raw, image.data.count != image.width * image.height * bytesPerPixel {
            throw BiometricFormatError(
                .length, "image data", at: offset, "raw pixels must be width times height; write the record again")
        }
    }
}
