/// The head of a record in the file: length of the whole, kind, order number, and then what is sealed.
struct GalleryFrame {
    enum Kind: UInt8 {
        /// Name and templates.
        case enrolment = 1
        /// The order number of an enrolment that no longer counts.
        case removal = 2
        /// An enrolment whose sealed bytes were overwritten.
        case erased = 3
    }

    static let head = 16
    /// Nothing longer is a record.
    static let most = 1 << 20

    /// Of the whole frame, a multiple of eight.
    let length: Int
    let sealedCount: Int
    let kind: Kind
    let order: UInt64

    /// Reads a frame's head. Throws `damaged` for what is none, with the order number that was due.
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int, due: UInt64) throws(GalleryShardsError) {
        guard offset + Self.head <= bytes.count else { throw Self.damaged(due) }
        let count = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        let length = (Self.head + count + 7) & ~7
        guard count <= Self.most, offset + length <= bytes.count, let kind = Kind(rawValue: bytes[offset + 4]) else {
            throw Self.damaged(due)
        }
        order = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
        guard order == due else { throw Self.damaged(due) }
        (self.length, self.kind, sealedCount) = (length, kind, count)
    }

    static func bytes(_ kind: Kind, order: UInt64, sealed: [UInt8]) -> [UInt8] {
        var bytes = withUnsafeBytes(of: UInt32(sealed.count).littleEndian) { [UInt8]($0) }
        bytes += [kind.rawValue, 0, 0, 0]
        withUnsafeBytes(of: order.littleEndian) { bytes.append(contentsOf: $0) }
        bytes += sealed
        return bytes + [UInt8](repeating: 0, count: -bytes.count & 7)
    }

    static func damaged(_ order: UInt64) -> GalleryShardsError {
        GalleryShardsError(.damaged, "the record with order number \(order) is not what was written: restore the file")
    }
}
