import CColumnRules
import Rules

/// A plan as instructions over buffers whose lanes are as narrow as the proved ranges allow.
struct ColumnProgram: Sendable {
    /// A buffer's content: of members or households, in lanes of 1, 2, 4 or 8 bytes.
    struct Register: Sendable {
        let ofMembers: Bool
        let width: Int
        /// Which buffer; several registers use one after the other.
        var buffer = -1
    }

    enum Action: Sendable {
        case kernel(cr_kernel)
        /// Widens or narrows a column of the frame.
        case load(Int)
        case dayNumber
        case rank([Int])
        /// The value of each member's household.
        case spread
    }

    struct Instruction: Sendable {
        let action: Action
        let out: Int
        var a = -1
        var b = -1
        var c = -1
        var k: Int64 = 0
        var k2: Int64 = 0
        /// Place in `tables` of what `c` points to; -1 for none.
        var table = -1
        /// Whether `c` is the first members.
        var isSegmented = false
        let ofMembers: Bool
    }

    private(set) var registers: [Register] = []
    private(set) var instructions: [Instruction] = []
    /// Of each buffer: whether it holds members, and bytes a row.
    private(set) var buffers: [(ofMembers: Bool, width: Int)] = []
    /// Registers of 64 bits, by place.
    private(set) var results: [LawPlan.Place: Int] = [:]
    private(set) var tables: [[UInt8]] = []

    let plan: LawPlan
    let ranges: [ClosedRange<Int64>]
    private var known: [LawPlan.Place: Int] = [:]
    private var converted: [Conversion: Int] = [:]
    private var firsts: [LawPlan.Place: Int] = [:]
    /// What a register is filled with.
    private var filled: [Int: Int64] = [:]
    private var uses: [Int]
    private var isResult: Set<LawPlan.Place>

    private struct Conversion: Hashable {
        let register: Int
        let width: Int
        let ofMembers: Bool
    }

    /// `ranges` has the proved range of every step that `results` need.
    init(_ plan: LawPlan, _ results: [LawPlan.Place], _ ranges: [ClosedRange<Int64>]) {
        self.plan = plan
        self.ranges = ranges
        isResult = Set(results)
        uses = Array(repeating: 0, count: plan.steps.count)
        for place in ColumnEvaluator.needed(results, plan) {
            for input in plan.steps[place].inputs { uses[input] += 1 }
        }
        for place in results where self.results[place] == nil {
            let register = plan.isOfMembers[place] ? self.register(place) : wide(self.register(place), false)
            self.results[place] = register
        }
        allocate()
    }

    static func width(_ range: ClosedRange<Int64>) -> Int { FrameGroup.width(range) }

    func constant(_ place: LawPlan.Place) -> Int64? {
        if case .constant(let value) = plan.steps[place] { return value }
        return ranges[place].lowerBound == ranges[place].upperBound ? ranges[place].lowerBound : nil
    }

    private mutating func new(_ ofMembers: Bool, _ width: Int) -> Int {
        registers.append(Register(ofMembers: ofMembers, width: width))
        return registers.count - 1
    }

    private mutating func emit(
        _ operation: cr_operation, _ width: Int, _ width2: Int = 0, into out: Int, a: Int = -1, b: Int = -1,
        c: Int = -1,
        k: Int64 = 0, k2: Int64 = 0, table: Int = -1, isSegmented: Bool = false
    ) -> Int {
        // Every operation and width that is asked for here has a kernel.
        let kernel = cr_find(operation, Int32(width), Int32(width2))!
        instructions.append(
            Instruction(
                action: .kernel(kernel), out: out, a: a, b: b, c: c, k: k, k2: k2, table: table,
                isSegmented: isSegmented, ofMembers: registers[out].ofMembers))
        return out
    }

    /// A register in another width, and spread over members where it is of households.
    private mutating func convert(_ register: Int, _ width: Int, _ ofMembers: Bool) -> Int {
        var source = register
        if let value = filled[register] {
            guard ofMembers != registers[register].ofMembers || width != registers[register].width else {
                return register
            }
            let key = Conversion(register: register, width: width, ofMembers: ofMembers)
            if let known = converted[key] { return known }
            let out = emit(CR_FILL, width, into: new(ofMembers, width), k: value)
            converted[key] = out
            return out
        }
        if ofMembers, !registers[source].ofMembers {
            let key = Conversion(register: source, width: registers[source].width, ofMembers: true)
            if let known = converted[key] {
                source = known
            } else {
                let out = new(true, registers[source].width)
                instructions.append(Instruction(action: .spread, out: out, a: source, ofMembers: true))
                converted[key] = out
                source = out
            }
        }
        guard registers[source].width != width else { return source }
        let key = Conversion(register: source, width: width, ofMembers: ofMembers)
        if let known = converted[key] { return known }
        let out = emit(CR_CONVERT, registers[source].width, width, into: new(ofMembers, width), a: source)
        converted[key] = out
        return out
    }

    private mutating func wide(_ register: Int, _ ofMembers: Bool) -> Int { convert(register, 8, ofMembers) }

    /// The step's register, in `width`, for rows of the kind that reads it.
    private mutating func input(_ place: LawPlan.Place, _ width: Int, _ ofMembers: Bool) -> Int {
        convert(register(place), width, ofMembers)
    }

    mutating func register(_ place: LawPlan.Place) -> Int {
        if let register = known[place] { return register }
        let register = compile(place)
        known[place] = register
        return register
    }

    private mutating func compile(_ place: LawPlan.Place) -> Int {
        let ofMembers = plan.isOfMembers[place]
        let width = Self.width(ranges[place])
        if let value = constant(place) { return fill(value, width, ofMembers) }
        if let register = tabulated(place) { return register }
        switch plan.steps[place] {
        case .constant(let value): return fill(value, width, ofMembers)
        case .household(let column), .member(let column):
            let out = new(ofMembers, width)
            instructions.append(Instruction(action: .load(column), out: out, ofMembers: ofMembers))
            return out
        case .add(let a, let b): return sum(place, a, b, width, ofMembers)
        case .subtract(let a, let b):
            if let k = constant(a), fits(k, width) {
                let x = input(b, width, ofMembers)
                return emit(CR_SUBTRACT_FROM_CONSTANT, width, into: new(ofMembers, width), a: x, k: k)
            }
            return binary(CR_SUBTRACT, a, b, max(width, operandWidth(a, b)), ofMembers, as: width)
        case .multiply(let a, let b):
            if let k = constant(a) { return scaled(b, k, width, ofMembers) }
            if let k = constant(b) { return scaled(a, k, width, ofMembers) }
            return binary(CR_MULTIPLY, a, b, max(width, operandWidth(a, b)), ofMembers, as: width)
        case .quotient(let a, let b):
            let (x, y) = (input(a, 8, ofMembers), input(b, 8, ofMembers))
            let isSmall =
                ranges[a].lowerBound > -(1 << 51) && ranges[a].upperBound < 1 << 51 && ranges[b].upperBound < 1 << 31
            return emit(isSmall ? CR_QUOTIENT : CR_QUOTIENT_WIDE, 8, into: new(ofMembers, 8), a: x, b: y)
        case .less(let a, let b):
            return compare(
                a, b, ofMembers, CR_LESS, withRight: CR_LESS_THAN_CONSTANT, withLeft: CR_GREATER_THAN_CONSTANT)
        case .lessOrEqual(let a, let b):
            return compare(
                a, b, ofMembers, CR_LESS_OR_EQUAL, withRight: CR_AT_MOST_CONSTANT, withLeft: CR_AT_LEAST_CONSTANT)
        case .equal(let a, let b):
            return compare(a, b, ofMembers, CR_EQUAL, withRight: CR_EQUAL_CONSTANT, withLeft: CR_EQUAL_CONSTANT)
        case .and(let a, let b): return binary(CR_AND, a, b, 1, ofMembers, as: 1)
        case .or(let a, let b): return binary(CR_OR, a, b, 1, ofMembers, as: 1)
        case .not(let a):
            let x = input(a, 1, ofMembers)
            return emit(CR_NOT, 1, into: new(ofMembers, 1), a: x)
        case .age(let a):
            let x = input(a, 4, ofMembers)
            let years = emit(CR_AGE, 4, into: new(ofMembers, 4), a: x, k: plan.packedDate + 100_000_000)
            return convert(years, width, ofMembers)
        case .dayNumber(let a):
            let x = input(a, 8, ofMembers)
            let out = new(ofMembers, 8)
            instructions.append(Instruction(action: .dayNumber, out: out, a: x, ofMembers: ofMembers))
            return convert(out, width, ofMembers)
        case .choose(let condition, let a, let b): return choice(condition, a, b, width, ofMembers)
        case .sum(let filter, let a): return total(filter, a, width)
        case .first(let filter, let a):
            let index = firstIndex(filter)
            let value = input(a, Self.width(ranges[a]), true)
            let out = new(false, registers[value].width)
            return convert(emit(CR_GATHER, registers[value].width, into: out, a: index, b: value), width, false)
        case .rank(let filter, let order):
            let holds = input(filter, 1, true)
            let keys = order.map { input($0, 4, true) }
            let out = new(true, 4)
            instructions.append(Instruction(action: .rank(keys), out: out, a: holds, ofMembers: true))
            return convert(out, width, true)
        }
    }

    private mutating func fill(_ value: Int64, _ width: Int, _ ofMembers: Bool) -> Int {
        let out = emit(CR_FILL, width, into: new(ofMembers, width), k: value)
        filled[out] = value
        return out
    }

    private func fits(_ value: Int64, _ width: Int) -> Bool { Self.width(value...value) <= width }

    private func operandWidth(_ a: LawPlan.Place, _ b: LawPlan.Place) -> Int {
        max(Self.width(ranges[a]), Self.width(ranges[b]))
    }

    private mutating func binary(
        _ operation: cr_operation, _ a: LawPlan.Place, _ b: LawPlan.Place, _ width: Int, _ ofMembers: Bool,
        as result: Int
    ) -> Int {
        let (x, y) = (input(a, width, ofMembers), input(b, width, ofMembers))
        return convert(emit(operation, width, into: new(ofMembers, width), a: x, b: y), result, ofMembers)
    }

    private mutating func sum(
        _ place: LawPlan.Place, _ a: LawPlan.Place, _ b: LawPlan.Place, _ width: Int, _ ofMembers: Bool
    ) -> Int {
        // A weighted variable that nobody else asks for is added in one go.
        if width == 8, uses[b] == 1, !isResult.contains(b), case .multiply(let first, let x) = plan.steps[b],
            let k = constant(first), Int32(exactly: k) != nil, constant(x) == nil, known[b] == nil,
            Self.width(ranges[x]) <= 4
        {
            let accumulated = input(a, 8, ofMembers)
            let small = Self.width(ranges[x])
            let value = input(x, small, ofMembers)
            return emit(CR_MULTIPLY_ADD, small, into: new(ofMembers, 8), a: accumulated, b: value, k: k)
        }
        let lanes = max(width, operandWidth(a, b))
        if let k = constant(b) {
            let x = input(a, lanes, ofMembers)
            return convert(emit(CR_ADD_CONSTANT, lanes, into: new(ofMembers, lanes), a: x, k: k), width, ofMembers)
        }
        if let k = constant(a) {
            let x = input(b, lanes, ofMembers)
            return convert(emit(CR_ADD_CONSTANT, lanes, into: new(ofMembers, lanes), a: x, k: k), width, ofMembers)
        }
        return binary(CR_ADD, a, b, lanes, ofMembers, as: width)
    }

    private mutating func scaled(_ place: LawPlan.Place, _ k: Int64, _ width: Int, _ ofMembers: Bool) -> Int {
        let lanes = max(width, Self.width(ranges[place]), Self.width(k...k))
        let x = input(place, lanes, ofMembers)
        return convert(emit(CR_MULTIPLY_CONSTANT, lanes, into: new(ofMembers, lanes), a: x, k: k), width, ofMembers)
    }

    private mutating func compare(
        _ a: LawPlan.Place, _ b: LawPlan.Place, _ ofMembers: Bool, _ operation: cr_operation,
        withRight: cr_operation, withLeft: cr_operation
    ) -> Int {
        let lanes = operandWidth(a, b)
        if let k = constant(b) {
            let x = input(a, lanes, ofMembers)
            return emit(withRight, lanes, into: new(ofMembers, 1), a: x, k: k)
        }
        if let k = constant(a) {
            let x = input(b, lanes, ofMembers)
            return emit(withLeft, lanes, into: new(ofMembers, 1), a: x, k: k)
        }
        let (x, y) = (input(a, lanes, ofMembers), input(b, lanes, ofMembers))
        return emit(operation, lanes, into: new(ofMembers, 1), a: x, b: y)
    }

    private mutating func choice(
        _ condition: LawPlan.Place, _ a: LawPlan.Place, _ b: LawPlan.Place, _ result: Int, _ ofMembers: Bool
    ) -> Int {
        if let holds = constant(condition) { return input(holds != 0 ? a : b, result, ofMembers) }
        let z = input(condition, 1, ofMembers)
        let width = max(result, operandWidth(a, b))
        let out: Int
        switch (constant(a), constant(b)) {
        case (let x?, let y?):
            out = emit(CR_CHOOSE_CONSTANTS, width, into: new(ofMembers, width), c: z, k: x, k2: y)
        case (let x?, nil):
            let y = input(b, width, ofMembers)
            out = emit(CR_CHOOSE_CONSTANT, width, into: new(ofMembers, width), b: y, c: z, k: x)
        case (nil, let y?):
            let x = input(a, width, ofMembers)
            out = emit(CR_CHOOSE_ELSE_CONSTANT, width, into: new(ofMembers, width), a: x, c: z, k2: y)
        case (nil, nil):
            let (x, y) = (input(a, width, ofMembers), input(b, width, ofMembers))
            out = emit(CR_CHOOSE, width, into: new(ofMembers, width), a: x, b: y, c: z)
        }
        return convert(out, result, ofMembers)
    }

    private mutating func total(_ filter: LawPlan.Place, _ a: LawPlan.Place, _ width: Int) -> Int {
        let holds = input(filter, 1, true)
        if constant(a) == 1 {
            let count = emit(CR_COUNT, 1, into: new(false, 4), a: holds, isSegmented: true)
            return convert(count, width, false)
        }
        let value = input(a, Self.width(ranges[a]), true)
        let sum = emit(CR_SUM, registers[value].width, into: new(false, 8), a: holds, b: value, isSegmented: true)
        return convert(sum, width, false)
    }

    private mutating func firstIndex(_ filter: LawPlan.Place) -> Int {
        if let register = firsts[filter] { return register }
        let holds = input(filter, 1, true)
        let register = emit(CR_FIRST, 1, into: new(false, 4), a: holds, isSegmented: true)
        firsts[filter] = register
        return register
    }

    /// A step over one column of few values, such as a region's term, is looked up instead of computed.
    private mutating func tabulated(_ place: LawPlan.Place) -> Int? {
        guard case .choose = plan.steps[place] else { return nil }
        let all = ColumnEvaluator.needed([place], plan)
        let leaves = all.filter {
            switch plan.steps[$0] {
            case .household, .member: true
            default: false
            }
        }
        let isPlain = all.allSatisfy {
            switch plan.steps[$0] {
            case .sum, .first, .rank: false
            default: true
            }
        }
        guard isPlain, leaves.count == 1, all.count > 10 else { return nil }
        let domain = ranges[leaves[0]]
        guard domain.upperBound - domain.lowerBound < 256 else { return nil }
        let width = Self.width(ranges[place])
        var bytes: [UInt8] = []
        for value in domain {
            let result = self.value(of: all, leaves[0], value)
            withUnsafeBytes(of: result.littleEndian) { bytes += $0.prefix(width) }
        }
        tables.append(bytes)
        let source = register(leaves[0])
        let ofMembers = plan.isOfMembers[place]
        return emit(
            CR_TABLE, registers[source].width, width, into: new(ofMembers, width), a: source, k: domain.lowerBound,
            k2: domain.upperBound - domain.lowerBound, table: tables.count - 1)
    }

    /// The last of `places` where the column at `leaf` has `value`.
    private func value(of places: [LawPlan.Place], _ leaf: LawPlan.Place, _ value: Int64) -> Int64 {
        var values: [LawPlan.Place: Int64] = [:]
        func at(_ place: LawPlan.Place) -> Int64 { values[place] ?? 0 }
        for place in places {
            switch plan.steps[place] {
            case .constant(let constant): values[place] = constant
            case .household, .member: values[place] = value
            case .add(let a, let b): values[place] = at(a) &+ at(b)
            case .subtract(let a, let b): values[place] = at(a) &- at(b)
            case .multiply(let a, let b): values[place] = at(a) &* at(b)
            case .quotient(let a, let b): values[place] = ColumnEvaluator.quotient(at(a), at(b))
            case .less(let a, let b): values[place] = at(a) < at(b) ? 1 : 0
            case .lessOrEqual(let a, let b): values[place] = at(a) <= at(b) ? 1 : 0
            case .equal(let a, let b): values[place] = at(a) == at(b) ? 1 : 0
            case .and(let a, let b): values[place] = at(a) & at(b)
            case .or(let a, let b): values[place] = at(a) | at(b)
            case .not(let a): values[place] = 1 - at(a)
            case .age(let a): values[place] = (plan.packedDate + 100_000_000 - at(a)) / 10_000 - 10_000
            case .dayNumber(let a): values[place] = LawPlan.dayNumber(at(a))
            case .choose(let condition, let a, let b): values[place] = at(condition) != 0 ? at(a) : at(b)
            case .sum, .first, .rank: break
            }
        }
        return at(places[places.count - 1])
    }

    /// Gives each register a buffer; one whose last reader is past is given again.
    private mutating func allocate() {
        var lastUse = Array(repeating: -1, count: registers.count)
        for (place, instruction) in instructions.enumerated() {
            for register in instruction.inputs where register >= 0 { lastUse[register] = place }
        }
        for register in results.values { lastUse[register] = Int.max }
        var free: [Int: [Int]] = [:]
        func size(_ register: Register) -> Int { register.width * 2 + (register.ofMembers ? 1 : 0) }
        for (place, instruction) in instructions.enumerated() {
            let register = registers[instruction.out]
            if let buffer = free[size(register)]?.popLast() {
                registers[instruction.out].buffer = buffer
            } else {
                registers[instruction.out].buffer = buffers.count
                buffers.append((register.ofMembers, register.width))
            }
            // Only now, so that no kernel reads what it writes.
            for input in Set(instruction.inputs + [instruction.out]) where input >= 0 && lastUse[input] <= place {
                free[size(registers[input]), default: []].append(registers[input].buffer)
            }
        }
    }
}

extension ColumnProgram.Instruction {
    var inputs: [Int] {
        if case .rank(let keys) = action { return [a] + keys }
        return [a, b, c]
    }
}
