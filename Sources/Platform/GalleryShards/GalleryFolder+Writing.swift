import Foundation
import Gallery

extension GalleryFolder {
    /// Adds persons and gives their order numbers, one after another as they were given.
    ///
    /// Returns when the records are on the medium. Throws `failed` without having added anything, and `order` for an
    /// identifier that is too long.
    public func append(_ enrolments: [Enrolment]) throws(GalleryShardsError) -> ClosedRange<UInt64>? {
        guard !enrolments.isEmpty else { return nil }
        var plain: [(kind: GalleryFrame.Kind, bytes: [UInt8])] = []
        for enrolment in enrolments {
            let name = Array(enrolment.identifier.utf8)
            guard name.count <= Self.mostIdentifierBytes else {
                throw GalleryShardsError(
                    .order, "identifier: has more than \(Self.mostIdentifierBytes) bytes; give a shorter one")
            }
            var bytes = [UInt8(name.count & 255), UInt8(name.count >> 8)] + name
            bytes += [UInt8](repeating: 0, count: -bytes.count & 7)
            plain.append((.enrolment, bytes + enrolment.templates.bytes()))
        }
        return try commit(plain)
    }

    /// Ends an enrolment: the person was deleted, or the file merged with another.
    ///
    /// Gives the removal's own order number. The sealed templates are then overwritten. Throws `order` when no
    /// enrolment has the number, or it was removed before.
    @discardableResult
    public func remove(_ order: UInt64) throws(GalleryShardsError) -> UInt64 {
        let file = try records(O_RDONLY)
        let head = try GalleryHead.read(file)
        let unknown = GalleryShardsError(.order, "no enrolment has order number \(order): see the search that gave it")
        guard order >= 1, order <= head.lastOrder else { throw unknown }
        let mapping = try Mapping(file, length: head.length)
        var offset = GalleryHead.bytes
        for due in 1..<order { offset += try GalleryFrame(mapping.bytes, at: offset, due: due).length }
        let frame = try GalleryFrame(mapping.bytes, at: offset, due: order)
        guard frame.kind == .enrolment else { throw unknown }
        let own = try commit([(.removal, withUnsafeBytes(of: order.littleEndian) { [UInt8]($0) })])
        try erase(frame, at: offset)
        return own?.lowerBound ?? 0
    }

    /// Overwrites what a removal left; a removal whose process died in between is repeated by removing once more.
    func erase(_ frame: GalleryFrame, at offset: Int) throws(GalleryShardsError) {
        let file = try records(O_RDWR)
        try file.write([GalleryFrame.Kind.erased.rawValue], at: offset + 4)
        try file.write([UInt8](repeating: 0, count: frame.sealedCount), at: offset + GalleryFrame.head)
        try file.synchronise()
    }

    /// Allots order numbers, writes behind the last record that counts, and lets the new ones count.
    private func commit(
        _ plain: [(kind: GalleryFrame.Kind, bytes: [UInt8])]
    ) throws(GalleryShardsError) -> ClosedRange<UInt64>? {
        let lock = try Descriptor(opening: "\(path)/lock", O_RDWR | O_CREAT)
        while flock(lock.number, LOCK_EX) != 0 {
            guard errno == EINTR else { throw GalleryShardsError(.failed, "the lock of the gallery cannot be taken") }
        }
        let file = try records(O_RDWR)
        var head = try GalleryHead.read(file)
        let first = head.lastOrder + 1
        // What an append that died left behind its commit.
        try file.cut(to: head.length)
        var bytes: [UInt8] = []
        for record in plain {
            head.lastOrder += 1
            let sealed = try seal.seal(record.bytes, place(record.kind, head.lastOrder))
            bytes += GalleryFrame.bytes(record.kind, order: head.lastOrder, sealed: sealed)
        }
        try file.write(bytes, at: head.length)
        try file.synchronise()
        head.length += bytes.count
        head.generation += 1
        try head.write(file)
        try file.synchronise()
        return first...head.lastOrder
    }
}
