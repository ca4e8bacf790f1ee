extension IrisImageRecord {
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
        guard let length = UInt32(exactly: 12 + body.bytes.count) else {
            throw BiometricFormatError(.length, "record length", "more than four gigabytes; split the record")
        }
        var writer = ByteWriter()
        writer.append(Self.identifier)
        writer.append(versionBytes ?? edition.versionBytes)
        writer.u32(statedLength ?? length)
        writer.append(body.bytes)
        writer.append(padding)
        return writer.bytes
    }

    private func write2005(_ first: IrisImage, _ writer: inout ByteWriter) throws(BiometricFormatError) {
        var groups: [[IrisImage]] = []
        for image in images {
            if groups.last?.last?.eye == image.eye {
                groups[groups.count - 1].append(image)
            } else {
                groups.append([image])
            }
        }
        guard groups.count <= 255 else { throw BiometricFormatError(.range, "eyes", "the edition holds at most 255") }
        writer.u16(header2005.device)
        writer.u8(UInt8(groups.count))
        writer.u16(UInt16(Self.headerLength2005))
        writer.u16(header2005.properties)
        writer.u16(header2005.diameter)
        writer.u16(UInt16(try Self.code(first.format, .iso2005)))
        try writer.word(first.width, "image width")
        try writer.word(first.height, "image height")
        writer.u8(first.bitDepth)
        writer.u8(header2005.transformation)
        guard header2005.deviceIdentifier.count == 16 else {
            throw BiometricFormatError(.length, "device identifier", "must be 16 bytes")
        }
        writer.append(header2005.deviceIdentifier)
        for group in groups {
            writer.u8(group[0].eye)
            try writer.word(group.count, "number of images")
            for image in group {
                guard
                    image.format == first.format, image.width == first.width, image.height == first.height,
                    image.bitDepth == first.bitDepth
                else {
                    throw BiometricFormatError(
                        .range, "image format", "the edition has one for all images; write one record each")
                }
                try Self.check(image, at: nil)
                writer.u16(image.number)
                writer.u8(image.qualities.first?.score ?? 254)
                writer.u16(image.rollAngle)
                writer.u16(image.rollUncertainty)
                try Self.append(image.data, &writer)
            }
        }
    }

    private func write2011(_ writer: inout ByteWriter) throws(BiometricFormatError) {
        try writer.word(images.count, "number of representations")
        writer.u8(hasCertification ? 1 : 0)
        writer.u8(statedEyes ?? countedEyes)
        for image in images {
            try Self.check(image, at: nil)
            let start = writer.bytes.count
            writer.u32(0)
            try writer.append(image.head, certified: hasCertification)
            writer.u16(image.number)
            writer.u8(image.eye)
            writer.u8(image.kind)
            writer.u8(try Self.code(image.format, .iso2011))
            writer.u8(image.properties)
            try writer.word(image.width, "image width")
            try writer.word(image.height, "image height")
            writer.u8(image.bitDepth)
            guard image.bounds.count == 6 else {
                throw BiometricFormatError(.length, "bounds of the iris", "must be six numbers")
            }
            for word in [image.range, image.rollAngle, image.rollUncertainty] + image.bounds { writer.u16(word) }
            try Self.append(image.data, &writer)
            writer.patch(UInt32(truncatingIfNeeded: writer.bytes.count - start), at: start)
        }
    }

    private static func append(_ data: [UInt8], _ writer: inout ByteWriter) throws(BiometricFormatError) {
        guard let length = UInt32(exactly: data.count) else {
            throw BiometricFormatError(.length, "image data", "more than four gigabytes")
        }
        writer.u32(length)
        writer.append(data)
    }

    private static func code(
        _ format: IrisImage.Format, _ edition: ImageRecordEdition
    ) throws(BiometricFormatError) -> UInt8 {
        guard let code = format.code(in: edition) else {
            throw BiometricFormatError(.range, "image format", "the edition has no code for it; convert the image")
        }
        return code
    }
}
