/// Markers, tables and entropy-coded data of a WSQ file.
struct WSQStream {
    struct Frame {
        var width = 0
        var height = 0
        var shift: Float = 0
        var scale: Float = 1
    }

    struct Bin {
        var width: Float
        var zeroWidth: Float
    }

    enum Marker: UInt16 {
        case start = 0xFFA0
        case end = 0xFFA1
        case frame = 0xFFA2
        case block = 0xFFA3
        case filters = 0xFFA4
        case bins = 0xFFA5
        case huffman = 0xFFA6
        case restart = 0xFFA7
        case comment = 0xFFA8
    }

    private(set) var frame = Frame()
    private(set) var dpi: Double?
    private(set) var bins: [Bin] = []
    private(set) var binCentre: Float = 0
    /// Taps from the middle outwards, signs as the synthesis needs them.
    private(set) var synthesisLow: [Float] = []
    private(set) var synthesisHigh: [Float] = []
    private var tables: [WSQHuffmanTable?] = Array(repeating: nil, count: 8)
    private var reader: ByteReader
    private var current: Marker = .start

    init(_ bytes: [UInt8]) { reader = ByteReader(bytes) }

    /// Reads all up to the first block of data.
    mutating func readHeader(limit: Int) throws(BiometricFormatError) {
        guard try reader.u16("start of image") == Marker.start.rawValue else {
            throw BiometricFormatError(.signature, "start of image", at: 0, "must be FFA0; send a WSQ image")
        }
        while true {
            current = try nextMarker()
            switch current {
            case .frame:
                try readFrame(limit: limit)
            case .block:
                return try requireTables()
            case .end:
                throw BiometricFormatError(.truncated, "block", at: reader.offset, "the image ends before its data")
            default:
                try readTable(current)
            }
        }
    }

    private mutating func nextMarker() throws(BiometricFormatError) -> Marker {
        let code = try reader.u16("marker")
        guard let marker = Marker(rawValue: code), marker != .start else {
            throw BiometricFormatError(
                .range, "marker", at: reader.offset - 2, "is none of the specification's; the file is damaged")
        }
        return marker
    }

    private func requireTables() throws(BiometricFormatError) {
        let missing: String? =
            frame.width == 0
            ? "frame header" : synthesisLow.isEmpty ? "transform table" : bins.isEmpty ? "quantisation table" : nil
        if let missing {
            throw BiometricFormatError(.syntax, missing, at: reader.offset, "must come before the first block")
        }
    }

    private mutating func segment(_ field: String) throws(BiometricFormatError) -> ByteReader {
        let start = reader.offset
        let length = Int(try reader.u16("\(field) length"))
        guard length >= 2 else {
            throw BiometricFormatError(.length, "\(field) length", at: start, "must count its own two bytes")
        }
        return ByteReader(try reader.take(length - 2, field))
    }

    private mutating func readTable(_ marker: Marker) throws(BiometricFormatError) {
        switch marker {
        case .filters: try readFilters()
        case .bins: try readBins()
        case .huffman: try readHuffman()
        case .comment: try readComment()
        case .restart: _ = try segment("restart interval")
        case .start, .end, .frame, .block:
            throw BiometricFormatError(.syntax, "marker", at: reader.offset - 2, "is out of place; the file is damaged")
        }
    }

    private mutating func readFrame(limit: Int) throws(BiometricFormatError) {
        guard frame.width == 0 else {
            throw BiometricFormatError(.syntax, "frame header", at: reader.offset, "comes twice")
        }
        var part = try segment("frame header")
        try part.skip(2, "black and white")
        let start = part.offset
        let height = Int(try part.u16("image height"))
        let width = Int(try part.u16("image width"))
        _ = try GreyImage.check(width: width, height: height, limit: limit, at: start)
        frame.shift = Float(try Self.decimal(&part, wide: false, "shift"))
        frame.scale = Float(try Self.decimal(&part, wide: false, "scale"))
        frame.width = width
        frame.height = height
    }

    private mutating func readComment() throws(BiometricFormatError) {
        let part = try segment("comment")
        let text = String(decoding: part.bytes, as: UTF8.self)
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == "PPI", let value = Double(words[1]), value >= 1, value <= 100_000 {
                dpi = value
            }
        }
    }

    /// A decimal: exponent byte, then a whole number.
    private static func decimal(
        _ part: inout ByteReader, wide: Bool, _ field: String
    ) throws(BiometricFormatError) -> Double {
        var exponent = try part.u8("exponent of \(field)")
        var value = wide ? Double(try part.u32(field)) : Double(try part.u16(field))
        while exponent > 0, value != 0 {
            value /= 10
            exponent -= 1
        }
        return value
    }

    /// Analysis filters: the low one first, each as signed decimals from the middle outwards.
    private mutating func readFilters() throws(BiometricFormatError) {
        var part = try segment("transform table")
        let start = part.offset
        let counts = [Int(try part.u8("length of the low filter")), Int(try part.u8("length of the high filter"))]
        guard counts.allSatisfy({ $0 >= 3 && $0 <= 31 && $0 & 1 == 1 }) else {
            throw BiometricFormatError(
                .unsupported, "transform table", at: start, "only filters of odd length from 3 to 31 are read")
        }
        var filters: [[Float]] = []
        for count in counts {
            var taps: [Float] = []
            for distance in 0..<(count + 1) / 2 {
                let isNegative = try part.u8("sign of a tap") != 0
                let value = try Self.decimal(&part, wide: true, "tap")
                // Alternating signs turn an analysis filter into the synthesis filter of the other band.
                let sign: Double = isNegative != (distance & 1 == 1) ? -1 : 1
                taps.append(Float(sign * value))
            }
            filters.append(taps)
        }
        synthesisHigh = filters[0]
        synthesisLow = filters[1]
    }

    private mutating func readBins() throws(BiometricFormatError) {
        var part = try segment("quantisation table")
        binCentre = Float(try Self.decimal(&part, wide: false, "bin centre"))
        var found: [Bin] = []
        for _ in 0..<64 {
            found.append(
                try Bin(
                    width: Float(Self.decimal(&part, wide: false, "bin width")),
                    zeroWidth: Float(Self.decimal(&part, wide: false, "zero bin width"))))
        }
        bins = found
    }

    private mutating func readHuffman() throws(BiometricFormatError) {
        var part = try segment("Huffman table")
        repeat {
            let start = part.offset
            let number = Int(try part.u8("number of the Huffman table"))
            guard tables.indices.contains(number) else {
                throw BiometricFormatError(.range, "number of the Huffman table", at: start, "must be from 0 to 7")
            }
            tables[number] = try WSQHuffmanTable(reading: &part)
        } while part.remaining > 0
    }

    /// Decodes all blocks; one number a coefficient of the bands that are coded.
    mutating func readCoefficients(of tree: WSQTree) throws(BiometricFormatError) -> [Int32] {
        let total = zip(tree.bands, bins).reduce(0) { $1.1.width == 0 ? $0 : $0 + $1.0.width * $1.0.height }
        var found: [Int32] = []
        while current != .end {
            switch current {
            case .block: try readBlock(into: &found, total: total)
            case .bins, .filters, .frame:
                throw BiometricFormatError(
                    .syntax, "marker", at: reader.offset - 2, "is out of place; the file is damaged")
            default: try readTable(current)
            }
            current = try nextMarker()
        }
        guard found.count == total else {
            throw BiometricFormatError(
                .truncated, "coefficients", at: reader.offset,
                "\(found.count) of \(total) are there; send the whole file")
        }
        return found
    }

    private mutating func readBlock(into found: inout [Int32], total: Int) throws(BiometricFormatError) {
        var part = try segment("block header")
        let number = Int(try part.u8("number of the Huffman table"))
        guard tables.indices.contains(number), let table = tables[number] else {
            throw BiometricFormatError(
                .range, "number of the Huffman table", at: part.offset - 1, "names a table that was not given")
        }
        var bits = WSQBits(reader.bytes, at: reader.offset)
        while let symbol = table.next(&bits) {
            var run = 0
            var value: Int32?
            switch symbol {
            case 1...100: run = Int(symbol)
            case 101: value = bits.number(8).map { Int32($0) }
            case 102: value = bits.number(8).map { -Int32($0) }
            case 103: value = bits.number(16).map { Int32($0) }
            case 104: value = bits.number(16).map { -Int32($0) }
            case 105: run = bits.number(8) ?? -1
            case 106: run = bits.number(16) ?? -1
            case 107...254: value = Int32(symbol) - 180
            default: run = -1
            }
            guard value != nil || run >= 0 && (run > 0 || symbol >= 105) else {
                throw BiometricFormatError(
                    .range, "coefficient code", at: bits.place, "is none of the specification's; the file is damaged")
            }
            guard found.count + (value == nil ? run : 1) <= total else {
                throw BiometricFormatError(
                    .length, "coefficients", at: bits.place, "there are more than the image has; the file is damaged")
            }
            if let value {
                found.append(value)
            } else {
                found.append(contentsOf: repeatElement(0, count: run))
            }
        }
        try reader.skip(bits.place - reader.offset, "block")
    }
}
