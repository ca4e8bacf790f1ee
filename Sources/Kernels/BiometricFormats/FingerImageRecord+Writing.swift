extension FingerImageRecord {
    /// The record's bytes.
    ///
    /// Throws `BiometricFormatError` with the field that does not fit the edition.
    public func bytes() throws(BiometricFormatError) -> [UInt8] {
        guard let first = images.first else {
            throw BiometricFormatError(.range, "images", "a record needs at least one image")
        }
        var body = ByteWriter()
        switch edition {
        case .iso2005: try write2005(first, &body)
        case .iso2011: try write2011(&body)
        }
        let prefix = edition == .iso2005 ? 14 : 12
        guard let length = UInt32(exactly: prefix + body.bytes.count) else {
            throw BiometricFormatError(.length, "record length", "more than four gigabytes; split the record")
        }
        var writer = ByteWriter()
        writer.append(Self.identifier)
        writer.append(versionBytes ?? edition.versionBytes)
        if edition == .iso2005 { writer.u16(0) }
        writer.u32(statedLength ?? length)
        writer.append(body.bytes)
        writer.append(padding)
        return writer.bytes
    }

    private func write2005(_ first: FingerImage, _ writer: inout ByteWriter) throws(BiometricFormatError) {
        guard images.count <= 255 else { throw BiometricFormatError(.range, "images", "the edition holds at most 255") }
        writer.u16(first.device.equipmentWord)
        writer.u16(acquisitionLevel)
        writer.u8(statedFingers ?? countedFingers)
        writer.u8(first.scaleUnit)
        for rate in [first.captureRate, first.imageRate] {
            writer.u16(rate.x)
            writer.u16(rate.y)
        }
        writer.u8(first.bitDepth)
        writer.u8(try Self.code(first.compression, .iso2005))
        writer.u16(0)
        for image in images {
            guard
                image.compression == first.compression, image.bitDepth == first.bitDepth,
                image.scaleUnit == first.scaleUnit, image.imageRate == first.imageRate,
                image.captureRate == first.captureRate
            else {
                throw BiometricFormatError(
                    .range, "image format", "the edition has one for all images; write one record each")
            }
            try Self.check(image, at: nil)
            guard let length = UInt32(exactly: 14 + image.data.count) else {
                throw BiometricFormatError(.length, "image data", "more than four gigabytes")
            }
            writer.u32(length)
            writer.u8(image.position)
            writer.u8(image.viewCount)
            writer.u8(image.number)
            writer.u8(image.qualities.first?.score ?? 254)
            writer.u8(image.impression)
            try writer.word(image.width, "image width")
            try writer.word(image.height, "image height")
            writer.u8(0)
            writer.append(image.data)
        }
    }

    private func write2011(_ writer: inout ByteWriter) throws(BiometricFormatError) {
        try writer.word(images.count, "number of representations")
        writer.u8(hasCertification ? 1 : 0)
        writer.u8(statedFingers ?? countedFingers)
        for image in images {
            try Self.check(image, at: nil)
            let start = writer.bytes.count
            writer.u32(0)
            try writer.append(image.head, certified: hasCertification)
            writer.u8(image.position)
            writer.u8(image.number)
            writer.u8(image.scaleUnit)
            for rate in [image.captureRate, image.imageRate] {
                writer.u16(rate.x)
                writer.u16(rate.y)
            }
            writer.u8(image.bitDepth)
            writer.u8(try Self.code(image.compression, .iso2011))
            writer.u8(image.impression)
            try writer.word(image.width, "image width")
            try writer.word(image.height, "image height")
            guard let length = UInt32(exactly: image.data.count) else {
                throw BiometricFormatError(.length, "image data", "more than four gigabytes")
            }
            writer.u32(length)
            writer.append(image.data)
            writer.append(image.extendedData)
            writer.patch(UInt32(truncatingIfNeeded: writer.bytes.count - start), at: start)
        }
    }

    private static func code(
        _ compression: FingerImage.Compression, _ edition: ImageRecordEdition
    ) throws(BiometricFormatError) -> UInt8 {
        guard let code = compression.code(in: edition) else {
            throw BiometricFormatError(
                .range, "image compression", "the edition has no code for it; write the edition of 2011")
        }
        return code
    }
}
