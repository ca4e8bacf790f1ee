/// What stands at the end of a frame's file.
struct FrameIndex {
    struct Column {
        let name: String
        let ofMembers: Bool
        var range: ClosedRange<Int64>
    }

    var households = 0
    var members = 0
    var size = 0...0
    var columns: [Column] = []
    var groups: [Frame.Group] = []

    init(columns: [Column]) { self.columns = columns }

    /// Throws `FrameError` for bytes that are no frame, are cut off, or whose index was changed.
    init(_ bytes: UnsafeRawBufferPointer) throws(FrameError) {
        guard bytes.count >= 96, bytes[0..<8].elementsEqual(Frame.magic),
            bytes[(bytes.count - 8)...].elementsEqual(Frame.magic)
        else { throw FrameError("The file is no frame of columns, or is cut off; make it again.") }
        func word(_ offset: Int) -> Int64 {
            Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self))
        }
        guard word(8) == Frame.version else {
            throw FrameError("The file is a frame of version \(word(8)); make it again as version \(Frame.version).")
        }
        let tail = bytes.count - 32
        let (start, length) = (Int(word(tail)), Int(word(tail + 8)))
        guard start >= 64, length >= 0, start <= tail, length == tail - start,
            UInt64(bitPattern: word(tail + 16))
                == Frame.checksum(UnsafeRawBufferPointer(rebasing: bytes[start..<start + length]))
        else { throw FrameError("The index of the file was changed or damaged; make the file again.") }
        var reader = Reader(bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<tail]))
        households = try reader.count()
        members = try reader.count()
        let (fewest, most) = (try reader.count(), try reader.count())
        guard fewest <= most else { throw Reader.damage }
        size = fewest...most
        let (columns, groups) = (try reader.count(), try reader.count())
        for _ in 0..<columns { self.columns.append(try reader.column()) }
        var (firstHousehold, allMembers) = (0, 0)
        for _ in 0..<groups {
            let group = try reader.group(self.columns, after: firstHousehold, before: start)
            firstHousehold += group.households
            allMembers += group.members
            self.groups.append(group)
        }
        guard firstHousehold == households, allMembers == members else { throw Reader.damage }
    }

    /// The index and what follows it.
    func encoded(at offset: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        func put(_ value: Int) { withUnsafeBytes(of: Int64(value).littleEndian) { bytes.append(contentsOf: $0) } }
        put(households)
        put(members)
        put(size.lowerBound)
        put(size.upperBound)
        put(columns.count)
        put(groups.count)
        for column in columns {
            let name = Array(column.name.utf8)
            put(name.count)
            bytes += name
            bytes.append(contentsOf: repeatElement(0, count: (8 - name.count % 8) % 8))
            put(column.ofMembers ? 1 : 0)
            put(Int(column.range.lowerBound))
            put(Int(column.range.upperBound))
        }
        for group in groups {
            put(group.households)
            put(group.members)
            put(Int(bitPattern: UInt(group.checksum)))
            put(group.offset)
            put(group.length)
            for column in group.columns {
                put(column.offset)
                put(column.width)
            }
        }
        let sum = bytes.withUnsafeBytes { Frame.checksum($0) }
        let length = bytes.count
        put(offset)
        put(length)
        put(Int(bitPattern: UInt(sum)))
        return bytes + Frame.magic
    }

    private struct Reader {
        let bytes: UnsafeRawBufferPointer
        var place = 0

        static let damage = FrameError("The index of the file contradicts itself; make the file again.")

        mutating func word() throws(FrameError) -> Int64 {
            guard place + 8 <= bytes.count else { throw Self.damage }
            defer { place += 8 }
            return Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Int64.self))
        }

        mutating func count() throws(FrameError) -> Int {
            let value = try word()
            guard value >= 0, value < 1 << 48 else { throw Self.damage }
            return Int(value)
        }

        mutating func column() throws(FrameError) -> Column {
            let length = try count()
            guard (1...4096).contains(length), place + (length + 7) / 8 * 8 <= bytes.count else { throw Self.damage }
            let name = String(decoding: bytes[place..<place + length], as: UTF8.self)
            place += (length + 7) / 8 * 8
            let (ofMembers, least, greatest) = (try word(), try word(), try word())
            guard least <= greatest else { throw FrameError("The range of the column \(name) is upside down.") }
            return Column(name: name, ofMembers: ofMembers == 1, range: least...greatest)
        }

        mutating func group(_ columns: [Column], after household: Int, before end: Int) throws(FrameError)
            -> Frame.Group
        {
            let (households, members) = (try count(), try count())
            let checksum = UInt64(bitPattern: try word())
            let (offset, length) = (try count(), try count())
            guard offset >= 64, offset + length <= end, 4 * (households + 1) <= length else { throw Self.damage }
            var places: [(offset: Int, width: Int)] = []
            for column in columns {
                let (start, width) = (try count(), try count())
                guard [1, 2, 4, 8].contains(width), start >= offset,
                    start + width * (column.ofMembers ? members : households) <= offset + length
                else { throw Self.damage }
                places.append((start, width))
            }
            return Frame.Group(
                firstHousehold: household, households: households, members: members, offset: offset, length: length,
                checksum: checksum, columns: places)
        }
    }
}
