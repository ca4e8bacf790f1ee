extension MinutiaeRecord {
    /// The record's bytes.
    ///
    /// Throws `BiometricFormatError` with the field that does not fit the layout: no view, more than 255 minutiae,
    /// a minutia outside the image, sizes that differ between the views of a layout that has one size for all.
    public func bytes() throws(BiometricFormatError) -> [UInt8] {
        guard let first = views.first else {
            throw BiometricFormatError(.range, "views", "a record needs at least one view")
        }
        var body = ByteWriter()
        if format.isANSI {
            body.u16(product.owner)
            body.u16(product.type)
        }
        let limit = format == .iso2011 ? 65535 : 255
        guard views.count <= limit else {
            throw BiometricFormatError(.range, "views", "the layout holds at most \(limit)")
        }
        switch format {
        case .iso2005, .ansi2004:
            try writeShared(first, &body)
        case .ansi2009, .ansi2009Amendment1:
            body.u8(first.device.compliance)
            body.u16(first.device.type)
            body.u8(UInt8(views.count))
            body.u8(0)
            for view in views { try writeANSI2009(view, sharing: first, &body) }
        case .iso2011:
            body.u16(UInt16(views.count))
            body.u8(hasCertification ? 1 : 0)
            for view in views { try writeISO2011(view, &body) }
        }
        return try framed(body.bytes)
    }

    private func framed(_ body: [UInt8]) throws(BiometricFormatError) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.identifier)
        writer.append(versionBytes ?? format.versionBytes)
        // The short length field of ANSI 2004 makes room for a long one by two zeros.
        let isShort = format == .ansi2004 && 10 + body.count <= 0xFFFF
        let prefix = format == .ansi2004 ? (isShort ? 10 : 14) : 12
        guard let length = UInt32(exactly: prefix + body.count) else {
            throw BiometricFormatError(.length, "record length", "more than four gigabytes; split the record")
        }
        if isShort {
            writer.u16(UInt16(truncatingIfNeeded: statedLength ?? length))
        } else {
            if format == .ansi2004 { writer.u16(0) }
            writer.u32(statedLength ?? length)
        }
        writer.append(body)
        writer.append(padding)
        return writer.bytes
    }

    private func writeShared(_ first: MinutiaeView, _ writer: inout ByteWriter) throws(BiometricFormatError) {
        writer.u16(first.device.equipmentWord)
        try writer.word(first.width, "image width")
        try writer.word(first.height, "image height")
        try writer.word(first.pixelsPerCmX, "horizontal resolution")
        try writer.word(first.pixelsPerCmY, "vertical resolution")
        writer.u8(UInt8(views.count))
        writer.u8(0)
        for view in views {
            guard
                view.width == first.width, view.height == first.height, view.pixelsPerCmX == first.pixelsPerCmX,
                view.pixelsPerCmY == first.pixelsPerCmY
            else {
                throw BiometricFormatError(
                    .range, "image size", "the layout has one size and resolution for all views; write one record each")
            }
            writer.u8(view.position)
            writer.u8(try Self.nibbles(view.number, view.impression, "view number and impression type"))
            writer.u8(view.qualities.first?.score ?? 255)
            try write(minutiae: view, &writer)
        }
    }

    private func writeANSI2009(
        _ view: MinutiaeView, sharing first: MinutiaeView, _ writer: inout ByteWriter
    ) throws(BiometricFormatError) {
        guard view.device == first.device else {
            throw BiometricFormatError(.range, "capture equipment", "the layout has one for all views")
        }
        writer.u8(view.position)
        writer.u8(view.number)
        writer.u8(view.impression)
        let quality = view.qualities.first ?? QualityBlock(score: 255)
        writer.u8(quality.score)
        writer.u16(quality.vendor)
        writer.u16(quality.algorithm)
        try writer.word(view.width, "image width")
        try writer.word(view.height, "image height")
        try writer.word(view.pixelsPerCmX, "horizontal resolution")
        try writer.word(view.pixelsPerCmY, "vertical resolution")
        try write(minutiae: view, &writer)
    }

    private func writeISO2011(_ view: MinutiaeView, _ writer: inout ByteWriter) throws(BiometricFormatError) {
        let start = writer.bytes.count
        writer.u32(0)
        writer.append(view.captured)
        writer.u8(view.device.technology)
        writer.u16(view.device.vendor)
        writer.u16(view.device.type)
        try writer.append(view.qualities)
        if hasCertification { try writer.append(view.certificates) }
        writer.u8(view.position)
        writer.u8(view.number)
        try writer.word(view.pixelsPerCmX, "horizontal resolution")
        try writer.word(view.pixelsPerCmY, "vertical resolution")
        writer.u8(view.impression)
        try writer.word(view.width, "image width")
        try writer.word(view.height, "image height")
        writer.u8(try Self.nibbles(view.storesQuality ? 6 : 5, view.endingPlacement, "ending placement"))
        try write(minutiae: view, &writer)
        writer.patch(UInt32(writer.bytes.count - start), at: start)
    }

    private func write(minutiae view: MinutiaeView, _ writer: inout ByteWriter) throws(BiometricFormatError) {
        guard view.minutiae.count <= 255 else {
            throw BiometricFormatError(.range, "minutiae", "at most 255 fit a view; keep those of best quality")
        }
        writer.u8(UInt8(view.minutiae.count))
        for (index, minutia) in view.minutiae.enumerated() {
            try Self.check(minutia, index, in: view, at: nil)
            writer.u16(UInt16(minutia.kind.rawValue) << 14 | UInt16(minutia.x))
            writer.u16(UInt16(minutia.y))
            writer.u8(minutia.angle)
            if format != .iso2011 || view.storesQuality { writer.u8(minutia.quality) }
        }
        try writer.append(view.extensions)
    }

    private static func nibbles(_ high: UInt8, _ low: UInt8, _ field: String) throws(BiometricFormatError) -> UInt8 {
        guard high < 16, low < 16 else {
            throw BiometricFormatError(.range, field, "each must be below 16 in this layout")
        }
        return high << 4 | low
    }
}

extension MinutiaeFormat {
    /// What follows the identifier in a record that this library composes.
    var versionBytes: [UInt8] {
        switch self {
        case .iso2005, .ansi2004: [0x20, 0x32, 0x30, 0]
        case .iso2011, .ansi2009: [0x30, 0x33, 0x30, 0]
        case .ansi2009Amendment1: [0x30, 0x33, 0x35, 0]
        }
    }
}

extension MinutiaeRecord {
    /// The same minutiae in another layout, with angles in its units, rounded to the nearest.
    ///
    /// Extended data is dropped, because its blocks differ between the standards; so are padding and a wrong length.
    public func converted(to target: MinutiaeFormat) -> MinutiaeRecord {
        guard target != format else { return self }
        var result = MinutiaeRecord(format: target, product: product, views: views)
        for index in result.views.indices {
            result.views[index].extensions = ExtendedData()
            result.views[index].storesQuality = true
            result.views[index].certificates = []
            for place in result.views[index].minutiae.indices {
                let angle = Int(result.views[index].minutiae[place].angle)
                let turned = (angle * target.angleUnits * 2 + format.angleUnits) / (format.angleUnits * 2)
                result.views[index].minutiae[place].angle = UInt8(turned % target.angleUnits)
            }
        }
        return result
    }
}
