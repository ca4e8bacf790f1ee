import ColumnRules
import Quantities
import Rules
import StrictJSON

/// Reads declarations of one day into the columns of a plan.
struct DayReader {
    private let law: LawBook
    private let plan: LawPlan
    private let date: CivilDate
    private let fast: (scanner: DeclarationScanner, mapping: ColumnMapping)?
    /// How many lines were not of the day, or are no declaration that the law accepts.
    private(set) var others = 0

    init(_ law: LawBook, _ plan: LawPlan, _ date: CivilDate) {
        self.law = law
        self.plan = plan
        self.date = date
        fast = DeclarationScanner(law).flatMap { scanner in ColumnMapping(plan, scanner).map { (scanner, $0) } }
    }

    mutating func group(_ chunk: LineChunks.Chunk) throws -> FrameGroup {
        var group = FrameGroup(plan)
        var declaration = fast.map { ScannedDeclaration($0.scanner) }
        try chunk.bytes.withUnsafeBufferPointer { bytes in
            for range in chunk.lines {
                let line = UnsafeBufferPointer(rebasing: bytes[range])
                if let fast, var scanned = declaration.take() {
                    let isTaken =
                        fast.scanner.scan(line, into: &scanned) && scanned.packedDate == LawPlan.packed(date)
                        && fast.mapping.append(scanned, line, to: &group.columns)
                    declaration = scanned
                    if isTaken {
                        group.endHousehold(members: scanned.memberCount)
                        continue
                    }
                }
                guard let json = try? JSONValue(parsing: line), let facts = try? law.facts(from: json),
                    facts.asOf == date
                else {
                    others += 1
                    continue
                }
                try group.append(facts.json)
            }
        }
        return group
    }
}
