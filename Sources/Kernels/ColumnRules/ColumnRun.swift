import CColumnRules
import Rules

/// A program with the memory of one thread.
final class ColumnRun {
    let program: ColumnProgram
    private let frame: Frame
    private let buffers: [UnsafeMutableRawPointer]
    private let tables: [UnsafeMutableRawPointer]
    /// The first member of each household within the block, one more than there are.
    private let firsts: UnsafeMutablePointer<Int32>
    private var households = 0
    private var members = 0
    /// Within the group.
    private var firstHousehold = 0
    private var firstMember = 0

    init(_ program: ColumnProgram, _ frame: Frame, households: Int, members: Int) {
        self.program = program
        self.frame = frame
        buffers = program.buffers.map { buffer in
            // Kernels that look at eight truths at a time read beyond the last one.
            .allocate(byteCount: (buffer.ofMembers ? members : households) * buffer.width + 64, alignment: 64)
        }
        tables = program.tables.map { bytes in
            let table = UnsafeMutableRawPointer.allocate(byteCount: bytes.count + 8, alignment: 64)
            bytes.withUnsafeBytes { table.copyMemory(from: $0.baseAddress!, byteCount: bytes.count) }
            return table
        }
        firsts = .allocate(capacity: households + 1)
    }

    deinit {
        for buffer in buffers { buffer.deallocate() }
        for table in tables { table.deallocate() }
        firsts.deallocate()
    }

    func pointer(_ register: Int) -> UnsafeMutableRawPointer { buffers[program.registers[register].buffer] }

    /// Takes as many households of `block` as the buffers have room for members, and says how many these are.
    func prepare(_ block: Range<Int>, _ group: Frame.Group, members most: Int) -> Int {
        firstHousehold = block.lowerBound - group.firstHousehold
        firstMember = frame.firstMember(group, firstHousehold)
        firsts[0] = 0
        households = 0
        var last = firstMember
        for household in 1...block.count {
            // A damaged file may have anything here; nothing is read beyond its group for it.
            let first = frame.firstMember(group, firstHousehold + household)
            let next = min(max(first, last), last + frame.size.upperBound)
            guard next - firstMember <= most else { break }
            last = next
            firsts[household] = Int32(truncatingIfNeeded: last - firstMember)
            households = household
        }
        members = last - firstMember
        return households
    }

    func execute(_ group: Frame.Group) {
        for instruction in program.instructions {
            let out = pointer(instruction.out)
            let rows = instruction.ofMembers ? members : households
            switch instruction.action {
            case .kernel(let kernel):
                let c: UnsafeRawPointer? =
                    instruction.isSegmented
                    ? UnsafeRawPointer(firsts)
                    : instruction.table >= 0 ? UnsafeRawPointer(tables[instruction.table]) : input(instruction.c)
                kernel(out, input(instruction.a), input(instruction.b), c, instruction.k, instruction.k2, rows)
            case .load(let column): load(column, group, into: out, instruction)
            case .dayNumber:
                let days = out.assumingMemoryBound(to: Int64.self)
                let packed = pointer(instruction.a).assumingMemoryBound(to: Int64.self)
                for row in 0..<rows { days[row] = LawPlan.dayNumber(packed[row]) }
            case .rank(let keys):
                let pointers = keys.map {
                    UnsafePointer(pointer($0).assumingMemoryBound(to: Int32.self)) as UnsafePointer<Int32>?
                }
                cr_rank(
                    out.assumingMemoryBound(to: Int32.self), pointer(instruction.a).assumingMemoryBound(to: Int8.self),
                    firsts, pointers, keys.count, households)
            case .spread: spread(pointer(instruction.a), out, program.registers[instruction.out].width)
            }
        }
    }

    private func input(_ register: Int) -> UnsafeRawPointer? {
        register < 0 ? nil : UnsafeRawPointer(pointer(register))
    }

    private func load(
        _ column: Int, _ group: Frame.Group, into out: UnsafeMutableRawPointer,
        _ instruction: ColumnProgram.Instruction
    ) {
        let (base, width) = frame.source(column, group)
        let first = instruction.ofMembers ? firstMember : firstHousehold
        let rows = instruction.ofMembers ? members : households
        // From and to each of 1, 2, 4 and 8 bytes there is a kernel.
        let kernel = cr_find(CR_CONVERT, Int32(width), Int32(program.registers[instruction.out].width))!
        kernel(out, base + first * width, nil, nil, 0, 0, rows)
    }

    private func spread(_ source: UnsafeMutableRawPointer, _ out: UnsafeMutableRawPointer, _ width: Int) {
        func copy<Value: FixedWidthInteger>(_ type: Value.Type) {
            let values = source.assumingMemoryBound(to: type)
            let target = out.assumingMemoryBound(to: type)
            for household in 0..<households {
                for member in Int(firsts[household])..<Int(firsts[household + 1]) { target[member] = values[household] }
            }
        }
        switch width {
        case 1: copy(Int8.self)
        case 2: copy(Int16.self)
        case 4: copy(Int32.self)
        default: copy(Int64.self)
        }
    }
}
