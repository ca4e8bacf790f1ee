/// What makes it impossible that two records are one person, however alike the rest.
extension PairComparer {
    /// The field that forbids a link of the pair compared last, or nil.
    ///
    /// Two different valid codes in a field of the veto list; or dates of the two records that cannot belong to one
    /// life. Dates are compared by the coarser precision of the two, and a record whose own dates are out of order
    /// says nothing.
    func veto(_ one: Int, _ other: Int) -> String? {
        for index in records.vetoFields where levels[index] == Level.differs {
            let field = records.fields[index]
            if isValid(field, one), isValid(field, other) { return field.name }
        }
        for (first, last) in records.order {
            if isOutOfOrder(first, one, last, one) || isOutOfOrder(first, other, last, other) { continue }
            if isOutOfOrder(first, one, last, other) || isOutOfOrder(first, other, last, one) {
                return records.fields[first].name
            }
        }
        return nil
    }

    private func isOutOfOrder(_ first: Int, _ one: Int, _ last: Int, _ other: Int) -> Bool {
        let (a, b) = (records.fields[first], records.fields[last])
        return a.spaces[0].dates[Int(records.number(one, a.first))]
            .isSurelyAfter(b.spaces[0].dates[Int(records.number(other, b.first))])
    }

    /// Whether a value has one of the shapes that its field declares.
    private func isValid(_ field: PreparedRecords.Field, _ record: Int) -> Bool {
        guard !field.shapes.isEmpty else { return true }
        let space = field.spaces[0]
        let range = space.range(records.number(record, field.first))
        return field.shapes.contains { shape in
            shape.count == range.count
                && zip(shape, range).allSatisfy { symbol, place in
                    let byte = space.forms[place]
                    let isDigit = byte >= 0x30 && byte <= 0x39
                    return symbol == UInt8(ascii: "9") ? isDigit : !isDigit
                }
        }
    }
}

extension PartialDate {
    /// Whether this date is later than another at the precision that both have.
    func isSurelyAfter(_ other: PartialDate) -> Bool {
        if isEmpty || other.isEmpty { return false }
        if year != other.year || isYear || other.isYear { return year > other.year }
        guard (1...12).contains(month), (1...12).contains(other.month) else { return false }
        if month != other.month || day == 0 || other.day == 0 { return month > other.month }
        return day > other.day
    }
}
