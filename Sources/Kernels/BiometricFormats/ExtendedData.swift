/// The blocks of extended data that follow a view's minutiae.
///
/// Products disagree whether a block's length counts its own four bytes: the standards' editions read differently, and
/// samples of both kinds are in the field. The way that was read is kept and written again.
public struct ExtendedData: Equatable, Sendable {
    /// One block.
    public struct Block: Equatable, Sendable {
        /// 1 ridge counts, 2 cores and deltas, 3 zonal quality; from 0x100 the vendor's own.
        public var type: UInt16
        /// What follows type and length.
        public var data: [UInt8]

        /// A block.
        public init(type: UInt16, data: [UInt8]) {
            self.type = type
            self.data = data
        }
    }

    /// Number of ridges between two minutiae.
    public struct RidgeCount: Equatable, Sendable {
        /// Index of a minutia, in the numbering of the record's writer.
        public let from: UInt8
        /// Index of another.
        public let to: UInt8
        /// Ridges between them.
        public let count: UInt8
    }

    /// The blocks in their order.
    public var blocks: [Block]

    /// A block's length counts the four bytes of type and length.
    public var lengthsCountHeader: Bool

    /// Blocks, by default with lengths that count the header.
    public init(blocks: [Block] = [], lengthsCountHeader: Bool = true) {
        self.blocks = blocks
        self.lengthsCountHeader = lengthsCountHeader
    }

    /// Ridge counts of the first block of type 1, `nil` without one.
    ///
    /// `method` is the way of counting (0 not specified, 1 four neighbours by quadrants, 2 eight neighbours by octants);
    /// an incomplete triple at the end is passed over.
    public var ridgeCounts: (method: UInt8, edges: [RidgeCount])? {
        guard let data = blocks.first(where: { $0.type == 1 })?.data, let method = data.first else { return nil }
        let edges = stride(from: 1, to: data.count - 2, by: 3).map {
            RidgeCount(from: data[$0], to: data[$0 + 1], count: data[$0 + 2])
        }
        return (method, edges)
    }
}

extension ByteReader {
    mutating func extendedData() throws(BiometricFormatError) -> ExtendedData {
        let start = offset
        let area = try take(Int(u16("extended data length")), "extended data")
        for countsHeader in [true, false] {
            if let blocks = Self.blocks(area, countsHeader: countsHeader) {
                return ExtendedData(blocks: blocks, lengthsCountHeader: countsHeader)
            }
        }
        throw BiometricFormatError(
            .length, "extended data", at: start, "the lengths of the blocks do not fill the area; write them again")
    }

    private static func blocks(_ area: ArraySlice<UInt8>, countsHeader: Bool) -> [ExtendedData.Block]? {
        var blocks: [ExtendedData.Block] = []
        var place = area.startIndex
        while place < area.endIndex {
            guard area.endIndex - place >= 4 else { return nil }
            let type = UInt16(area[place]) << 8 | UInt16(area[place + 1])
            let length = Int(area[place + 2]) << 8 | Int(area[place + 3])
            let count = countsHeader ? length - 4 : length
            guard count >= 0, count <= area.endIndex - place - 4 else { return nil }
            blocks.append(ExtendedData.Block(type: type, data: Array(area[place + 4..<place + 4 + count])))
            place += 4 + count
        }
        return blocks
    }
}

extension ByteWriter {
    mutating func append(_ extended: ExtendedData) throws(BiometricFormatError) {
        let total = extended.blocks.reduce(0) { $0 + 4 + $1.data.count }
        try word(total, "extended data length")
        for block in extended.blocks {
            u16(block.type)
            u16(UInt16(block.data.count + (extended.lengthsCountHeader ? 4 : 0)))
            append(block.data)
        }
    }
}
