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
        for enrolment in enrolments { plain.append(try Self.record(enrolment)) }
        return try commit(plain)
    }

    /// Adds what another list of enrolments and removals, numbered from 1 without gaps, has behind `after`.
    ///
    /// The order numbers are that list's. Throws `order`, without having added anything, when the gallery does not end
    /// at `after`: another process has added them, and the caller looks again. What removals leave is overwritten.
    public func append(_ events: [GalleryEvent], after: UInt64) throws(GalleryShardsError) {
        guard !events.isEmpty else { return }
        var plain: [(kind: GalleryFrame.Kind, bytes: [UInt8])] = []
        var removed: Set<UInt64> = []
        for event in events {
            switch event {
            case .enrolment(let enrolment): plain.append(try Self.record(enrolment))
            case .removal(let order):
                plain.append(Self.record(removal: order))
                removed.insert(order)
            }
        }
        try commit(plain, after: after)
        guard !removed.isEmpty else { return }
        let file = try records(O_RDONLY)
        let mapping = try Mapping(file, length: try GalleryHead.read(file).length)
        var offset = GalleryHead.bytes
        for due in 1...(removed.max() ?? 1) {
            let frame = try GalleryFrame(mapping.bytes, at: offset, due: due)
            if removed.contains(due), frame.kind == .enrolment { try erase(frame, at: offset) }
            offset += frame.length
        }
    }

    private static func record(
        _ enrolment: Enrolment
    ) throws(GalleryShardsError) -> (kind: GalleryFrame.Kind, bytes: [UInt8]) {
        let name = Array(enrolment.identifier.utf8)
        guard name.count <= mostIdentifierBytes else {
            throw GalleryShardsError(
                .order, "identifier: has more than \(mostIdentifierBytes) bytes; give a shorter one")
        }
        var bytes = [UInt8(name.count & 255), UInt8(name.count >> 8)] + name
        bytes += [UInt8](repeating: 0, count: -bytes.count & 7)
        return (.enrolment, bytes + enrolment.templates.bytes())
    }

    private static func record(removal order: UInt64) -> (kind: GalleryFrame.Kind, bytes: [UInt8]) {
        (.removal, withUnsafeBytes(of: order.littleEndian) { [UInt8]($0) })
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
        let own = try commit([Self.record(removal: order)])
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
    @discardableResult
    private func commit(
        _ plain: [(kind: GalleryFrame.Kind, bytes: [UInt8])], after: UInt64? = nil
    ) throws(GalleryShardsError) -> ClosedRange<UInt64>? {
        let lock = try Descriptor(opening: "\(path)/lock", O_RDWR | O_CREAT)
        while flock(lock.number, LOCK_EX) != 0 {
            guard errno == EINTR else { throw GalleryShardsError(.failed, "the lock of the gallery cannot be taken") }
        }
        let file = try records(O_RDWR)
        var head = try GalleryHead.read(file)
        guard after == nil || after == head.lastOrder else {
            throw GalleryShardsError(.order, "the gallery ends at another order number: look again where it ends")
        }
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
