public import Rules

extension Frame {
    /// The frame of `LawPlan.overHouseholds`: the columns of households, and what was drawn from their members.
    ///
    /// Throws `FrameError` where a step could leave 64 bits.
    public func overHouseholds(
        _ plan: LawPlan, _ flat: LawPlan, _ drawn: [(column: String, place: LawPlan.Place)],
        write: (([UInt8]) throws -> Void)? = nil
    ) throws -> [UInt8] {
        let evaluator = try ColumnEvaluator(plan, self)
        var writer = FrameWriter(flat)
        var bytes: [UInt8] = []
        func put(_ part: [UInt8]) throws { if let write { try write(part) } else { bytes += part } }
        try put(writer.start)
        for group in groups {
            var part = FrameGroup(flat)
            for (place, column) in flat.columns.enumerated() {
                guard let stored = plan.columns.firstIndex(where: { !$0.ofMembers && $0.name == column.name }) else {
                    continue
                }
                part.columns[place] = values(stored, group, group.households)
            }
            let range = group.firstHousehold..<group.firstHousehold + group.households
            evaluator.evaluate(households: range, only: drawn.map(\.place)) { block in
                for (column, place) in drawn {
                    // Every drawn step became a column of the flat plan.
                    let target = flat.columns.firstIndex { $0.name == column }!
                    part.columns[target] += block.values(place)
                }
            }
            for _ in 0..<group.households { part.endHousehold(members: 0) }
            try put(writer.add(try part.encoded()))
        }
        try put(writer.end)
        return bytes
    }
}

extension Frame {
    /// Where the values of one of the plan's columns stand in the file: offset, width in bytes and rows of each group.
    public func parts(ofColumn column: Int) -> [(offset: Int, width: Int, rows: Int)] {
        groups.map { group in
            let stored = group.columns[places[column]]
            return (stored.offset, stored.width, group.households)
        }
    }
}
