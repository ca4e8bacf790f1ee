extension IrisImageRecord {
    /// Reads a record; the edition is found from its version and header length.
    ///
    /// Memory grows with the bytes that are there, never with what a field promises. Throws `BiometricFormatError` with
    /// the field and its offset. Source: ISO/IEC 19794-6:2005 clause 6, :2011 clause 7.
    public init(reading bytes: [UInt8]) throws(BiometricFormatError) {
        var reader = ByteReader(bytes)
        guard try reader.take(4, "format identifier").elementsEqual(Self.identifier) else {
            throw BiometricFormatError(.signature, "format identifier", at: 0, "must be IIR; send an iris image record")
        }
        let version = Array(try reader.take(4, "version"))
        guard version == [0x30, 0x31, 0x30, 0] || version == [0x30, 0x32, 0x30, 0] else {
            throw BiometricFormatError(.signature, "version", at: 4, "must be 010 or 020; convert the record")
        }
        let isOld = version[1] == 0x31 && reader.peek(2, at: 15) == Self.headerLength2005
        self.init(edition: isOld ? .iso2005 : .iso2011, images: [])
        if version != edition.versionBytes { versionBytes = version }
        let stated = Int(try reader.u32("record length"))
        guard stated <= bytes.count else {
            throw BiometricFormatError(
                .truncated, "record length", at: 8,
                "promises \(stated) bytes and \(bytes.count) are there; send the whole record")
        }
        if isOld { try read2005(&reader) } else { try read2011(&reader) }
        if stated != reader.offset {
            statedLength = UInt32(stated)
            deviations.note(.statedLength, "record length", at: 8)
        }
        if reader.remaining > 0 {
            deviations.note(.padding, "bytes after the record", at: reader.offset)
            padding = Array(try reader.take(reader.remaining, "padding"))
        }
    }

    static let headerLength2005: UInt64 = 45

    private mutating func read2005(_ reader: inout ByteReader) throws(BiometricFormatError) {
        header2005.device = try reader.u16("capture device")
        let eyes = try reader.u8("number of eyes")
        try reader.skip(2, "header length")
        header2005.properties = try reader.u16("image properties")
        header2005.diameter = try reader.u16("iris diameter")
        let format = try readFormat(UInt16(reader.u16("image format")), at: reader.offset - 2)
        let width = Int(try reader.u16("image width"))
        let height = Int(try reader.u16("image height"))
        let depth = try reader.u8("intensity depth")
        header2005.transformation = try reader.u8("image transformation")
        header2005.deviceIdentifier = Array(try reader.take(16, "device identifier"))
        guard eyes > 0 else {
            throw BiometricFormatError(.range, "number of eyes", at: 14, "is 0; a record needs at least one image")
        }
        for _ in 0..<eyes {
            let start = reader.offset
            let eye = try readEye(&reader)
            if eye == images.last?.eye { deviations.note(.count, "eye", at: start) }
            let count = try reader.u16("number of images")
            guard count > 0 else {
                throw BiometricFormatError(.range, "number of images", at: start + 1, "is 0; leave the eye out")
            }
            for _ in 0..<count {
                let place = reader.offset
                var image = IrisImage(eye: eye, format: format, width: width, height: height, data: [])
                image.number = try reader.u16("image number")
                image.qualities = [QualityBlock(score: try reader.u8("image quality"))]
                image.rollAngle = try reader.u16("rotation angle")
                image.rollUncertainty = try reader.u16("rotation uncertainty")
                image.bitDepth = depth
                let length = Int(try reader.u32("image length"))
                image.data = Array(try reader.take(length, "image data"))
                try Self.check(image, at: place)
                images.append(image)
            }
        }
    }

    private mutating func read2011(_ reader: inout ByteReader) throws(BiometricFormatError) {
        let counts = try reader.representationCounts(subjects: "number of eyes")
        hasCertification = counts.hasCertification
        for _ in 0..<counts.representations { images.append(try readRepresentation(&reader)) }
        if counts.subjects != countedEyes {
            statedEyes = counts.subjects
            deviations.note(.count, "number of eyes", at: 15)
        }
    }

    private mutating func readRepresentation(_ reader: inout ByteReader) throws(BiometricFormatError) -> IrisImage {
        let start = reader.offset
        let length = Int(try reader.u32("representation length"))
        var image = IrisImage(eye: 0, format: .raw, width: 0, height: 0, data: [])
        image.head = try reader.representationHead(certified: hasCertification)
        image.number = try reader.u16("representation number")
        image.eye = try readEye(&reader)
        image.kind = try reader.u8("image type")
        image.format = try readFormat(UInt16(reader.u8("image format")), at: reader.offset - 1)
        image.properties = try reader.u8("image properties")
        image.width = Int(try reader.u16("image width"))
        image.height = Int(try reader.u16("image height"))
        image.bitDepth = try reader.u8("bit depth")
        image.range = try reader.u16("range")
        image.rollAngle = try reader.u16("roll angle")
        image.rollUncertainty = try reader.u16("roll angle uncertainty")
        for index in 0..<6 { image.bounds[index] = try reader.u16("bounds of the iris") }
        let count = Int(try reader.u32("image length"))
        image.data = Array(try reader.take(count, "image data"))
        guard reader.offset - start == length else {
            throw BiometricFormatError(
                .length, "representation length", at: start,
                "is \(length), the content takes \(reader.offset - start) bytes; write the record again")
        }
        try Self.check(image, at: start)
        return image
    }

    private mutating func readEye(_ reader: inout ByteReader) throws(BiometricFormatError) -> UInt8 {
        let eye = try reader.u8("eye")
        if eye > 2 { deviations.note(.code, "eye", at: reader.offset - 1) }
        return eye
    }

    private func readFormat(_ code: UInt16, at offset: Int) throws(BiometricFormatError) -> IrisImage.Format {
        guard let format = IrisImage.Format(code: code, in: edition) else {
            throw BiometricFormatError(.range, "image format", at: offset, "\(code) is not a code of the standard")
        }
        return format
    }

    static func check(_ image: IrisImage, at offset: Int?) throws(BiometricFormatError) {
        guard image.width > 0, image.height > 0 else {
            throw BiometricFormatError(.range, "image size", at: offset, "both sides must be at least one pixel")
        }
        guard (1...16).contains(image.bitDepth) else {
            throw BiometricFormatError(.range, "bit depth", at: offset, "must be from 1 to 16")
        }
        let bytesPerPixel = (image.bitDepth > 8 ? 2 : 1) * (image.format == .rawColour ? 3 : 1)
        if image.format == .raw || image.format == .rawColour,
            image.data.count != image.width * image.height * bytesPerPixel
        {
            throw BiometricFormatError(
                .length, "image data", at: offset, "raw pixels must be width times height; write the record again")
        }
    }
}
