import Quantities

/// Reads the bytes of a declaration by the law's schema straight into whole numbers, without values in between.
///
/// Takes what is plainly good: ASCII without escapes, every field once and within its bounds. What it does not take is not
/// necessarily wrong; `LawBook.facts(from:)` says.
public struct DeclarationScanner: Sendable {
    /// What a field becomes.
    indirect enum Shape: Sendable {
        case number(ClosedRange<Int64>)
        case yesNo
        case date(ClosedRange<Int64>)
        case choice([[UInt8]])
        case text(FactsSchema.TextRule)
        case record(Record)
        /// Two slots: sum and count.
        case numbers(ClosedRange<Int64>, count: ClosedRange<Int>)
        case members(Record, count: ClosedRange<Int>, unique: Int?)
    }

    struct Record: Sendable {
        let fields: [Field]
    }

    struct Field: Sendable {
        let name: [UInt8]
        let shape: Shape
        let isNullable: Bool
        /// The first of its slots, of the household or of each member.
        let slot: Int
    }

    let root: Record
    /// Slots by path: `assets.cars`, `spending.bills#sum`.
    let householdSlots: [String: Int]
    let memberSlots: [String: Int]
    let slotCount: Int
    let memberSlotCount: Int
    let referenceSlot: Int
    let dateSlot: Int
    private let choices: [String: [[UInt8]]]

    /// nil for a schema of another form than records of plain fields and one list of members.
    public init?(_ law: LawBook) {
        var builder = Builder()
        let schema = law.parts.schema
        guard let root = builder.record(schema.fields, path: "", isMember: false),
            let reference = builder.household[schema.reference], let date = builder.household[schema.date]
        else { return nil }
        self.root = root
        householdSlots = builder.household
        memberSlots = builder.member
        slotCount = builder.household.count
        memberSlotCount = builder.member.count
        referenceSlot = reference
        dateSlot = date
        choices = builder.choices
    }

    private struct Builder {
        var household: [String: Int] = [:]
        var member: [String: Int] = [:]
        var choices: [String: [[UInt8]]] = [:]
        var hasMembers = false

        mutating func slot(_ path: String, _ isMember: Bool) -> Int {
            if isMember {
                member[path] = member.count
                return member.count - 1
            }
            household[path] = household.count
            return household.count - 1
        }

        mutating func record(_ fields: [FactsSchema.Field], path: String, isMember: Bool) -> Record? {
            var result: [Field] = []
            for field in fields {
                let path = path.isEmpty ? field.name : "\(path).\(field.name)"
                guard let shape = shape(field.type, path, isMember) else { return nil }
                if field.isNullable, case .choice = shape {} else if field.isNullable { return nil }
                let slot: Int
                switch shape {
                case .record, .members: slot = 0
                case .numbers:
                    slot = self.slot("\(path)#sum", isMember)
                    _ = self.slot("\(path)#count", isMember)
                default: slot = self.slot(path, isMember)
                }
                result.append(
                    Field(name: Array(field.name.utf8), shape: shape, isNullable: field.isNullable, slot: slot))
            }
            return Record(fields: result)
        }

        private mutating func shape(_ type: FactsSchema.FieldType, _ path: String, _ isMember: Bool) -> Shape? {
            switch type {
            case .wholeNumber(let range): return .number(range)
            case .boolean: return .yesNo
            case .date(let range): return .date(LawPlan.packed(range.lowerBound)...LawPlan.packed(range.upperBound))
            case .choice(let options):
                let codes = options.map { Array($0.code.utf8) }
                if !isMember { choices[path] = codes }
                return .choice(codes)
            case .text(let rule): return .text(rule)
            case .record(let fields) where !isMember:
                return record(fields, path: path, isMember: false).map { .record($0) }
            case .list(.wholeNumber(let range), let count, nil) where !isMember: return .numbers(range, count: count)
            case .list(.record(let fields), let count, let unique) where !isMember && !hasMembers:
                hasMembers = true
                guard let record = record(fields, path: "", isMember: true) else { return nil }
                return .members(record, count: count, unique: unique.flatMap { member[$0] })
            default: return nil
            }
        }
    }
}

extension DeclarationScanner {
    /// Whether the texts begin as the checks of the facts demand.
    func holds(_ prefixes: [LawPlan.Prefix], _ declaration: ScannedDeclaration, _ bytes: UnsafeBufferPointer<UInt8>)
        -> Bool
    {
        prefixes.allSatisfy { prefix in
            guard let text = householdSlots[prefix.text], let choice = householdSlots[prefix.choice],
                let codes = choices[prefix.choice], codes.indices.contains(Int(declaration.household[choice]))
            else { return false }
            let expected = codes[Int(declaration.household[choice])] + Array(prefix.suffix.utf8)
            let given = declaration.range(declaration.household[text])
            return given.count >= expected.count && bytes[given].starts(with: expected)
        }
    }
}

/// A declaration as whole numbers, by the slots of its scanner; used again for the next one.
public struct ScannedDeclaration: Sendable {
    var household: [Int64]
    /// Row after row.
    var members: [Int64] = []
    public internal(set) var memberCount = 0
    private let referenceSlot: Int
    private let dateSlot: Int

    public init(_ scanner: DeclarationScanner) {
        household = Array(repeating: 0, count: scanner.slotCount)
        referenceSlot = scanner.referenceSlot
        dateSlot = scanner.dateSlot
    }

    /// Where the reference stands in the declaration's bytes.
    public var reference: Range<Int> { range(household[referenceSlot]) }

    /// Year × 10,000 + month × 100 + day.
    public var packedDate: Int64 { household[dateSlot] }

    func range(_ text: Int64) -> Range<Int> { Int(text >> 32)..<Int(text >> 32) + Int(text & 0xFFFF_FFFF) }
}

/// How a scanned declaration fills the columns of a plan.
public struct ColumnMapping: Sendable {
    private enum Source: Sendable {
        case household(Int)
        case member(Int)
        /// The place of a text among those of its household.
        case order(Int)
    }

    private let sources: [Source]
    private let prefixes: [LawPlan.Prefix]
    private let scanner: DeclarationScanner

    /// nil where the plan has a column that the scanner does not read.
    public init?(_ plan: LawPlan, _ scanner: DeclarationScanner) {
        var sources: [Source] = []
        for column in plan.columns {
            guard let slot = (column.ofMembers ? scanner.memberSlots : scanner.householdSlots)[column.name] else {
                return nil
            }
            if column.kind == .textOrder {
                sources.append(.order(slot))
            } else {
                sources.append(column.ofMembers ? .member(slot) : .household(slot))
            }
        }
        self.sources = sources
        self.scanner = scanner
        prefixes = plan.prefixes
    }

    /// Appends the declaration's values; false, and nothing is appended, where its texts do not begin as they must.
    public func append(
        _ declaration: ScannedDeclaration, _ bytes: UnsafeBufferPointer<UInt8>, to columns: inout [[Int64]]
    ) -> Bool {
        guard scanner.holds(prefixes, declaration, bytes) else { return false }
        let (width, count) = (scanner.memberSlotCount, declaration.memberCount)
        for (place, source) in sources.enumerated() {
            switch source {
            case .household(let slot): columns[place].append(declaration.household[slot])
            case .member(let slot):
                for row in 0..<count { columns[place].append(declaration.members[row * width + slot]) }
            case .order(let slot):
                for row in 0..<count {
                    let text = bytes[declaration.range(declaration.members[row * width + slot])]
                    var before: Int64 = 0
                    for other in 0..<count where other != row {
                        let range = declaration.range(declaration.members[other * width + slot])
                        if bytes[range].lexicographicallyPrecedes(text) { before += 1 }
                    }
                    columns[place].append(before)
                }
            }
        }
        return true
    }
}
