import Names

/// The level of two different values of a space, by the kind of field.
enum ValueComparison {
    static func names(_ space: PreparedSpace, _ one: UInt32, _ other: UInt32) -> UInt8 {
        space.forms.withUnsafeBufferPointer { all in
            let a = UnsafeBufferPointer(rebasing: all[space.range(one)])
            let b = UnsafeBufferPointer(rebasing: all[space.range(other)])
            if a.isEmpty || b.isEmpty { return Level.missing }
            if a.elementsEqual(b) { return Level.exact }
            if space.shareKey(one, space, other) { return Level.variant }
            let longest = max(a.count, b.count)
            let distance = TextComparison.distance(a, b, limit: 2)
            if distance == 1, longest > 2 { return Level.oneEdit }
            let likeness = TextComparison.jaroWinkler(a, b)
            if distance == 2 && longest > 5 || likeness >= 0.9 { return Level.near }
            let words = TextComparison.shareWords(a, b)
            if words.shared > 0, words.shared == words.fewer { return Level.near }
            if likeness >= 0.8 || TextComparison.isShortForm(a, b) || words.shared > 0 { return Level.partly }
            return Level.differs
        }
    }

    /// Names of two scripts: by a key they share, else by how alike they sound.
    static func across(
        _ latin: PreparedSpace, _ one: UInt32, _ arabic: PreparedSpace, _ other: UInt32, _ similarity: NameSimilarity?
    ) -> UInt8 {
        if latin.shareKey(one, arabic, other) { return Level.across }
        guard let similarity else { return Level.acrossDiffers }
        let likeness = similarity.likeness(latin.name(one), arabic.name(other))
        return likeness >= alike ? Level.across : likeness >= partlyAlike ? Level.partly : Level.acrossDiffers
    }

    /// From here on names of two scripts are held to be one; measured on `Benchmarks/linkage-ablation`.
    static let alike = 0.85
    static let partlyAlike = 0.7

    static func texts(_ space: PreparedSpace, _ one: UInt32, _ other: UInt32) -> UInt8 {
        space.forms.withUnsafeBufferPointer { all in
            let a = UnsafeBufferPointer(rebasing: all[space.range(one)])
            let b = UnsafeBufferPointer(rebasing: all[space.range(other)])
            if a.isEmpty || b.isEmpty { return Level.missing }
            if a.elementsEqual(b) { return Level.exact }
            let longest = max(a.count, b.count)
            let distance = TextComparison.distance(a, b, limit: 3)
            if distance == 1 || distance == 2 && longest > 9 { return Level.oneEdit }
            if distance <= 3, longest > 7 { return Level.near }
            let dice = TextComparison.dice(a, b)
            let words = TextComparison.shareWords(a, b)
            if dice >= 0.7 || words.shared > 0 && words.shared == words.fewer { return Level.near }
            if dice >= 0.45 { return Level.partly }
            return Level.differs
        }
    }

    static func codes(_ space: PreparedSpace, _ one: UInt32, _ other: UInt32) -> UInt8 {
        space.forms.withUnsafeBufferPointer { all in
            let a = UnsafeBufferPointer(rebasing: all[space.range(one)])
            let b = UnsafeBufferPointer(rebasing: all[space.range(other)])
            if a.isEmpty || b.isEmpty { return Level.missing }
            if a.elementsEqual(b) { return Level.exact }
            let distance = TextComparison.distance(a, b, limit: 2)
            if distance == 1 { return Level.oneEdit }
            if distance == 2, max(a.count, b.count) > 5 { return Level.near }
            let half = max(3, (max(a.count, b.count) + 1) / 2)
            if a.count >= half, b.count >= half, a.prefix(half).elementsEqual(b.prefix(half)) { return Level.partly }
            return Level.differs
        }
    }

    static func dates(_ a: PartialDate, _ b: PartialDate) -> UInt8 {
        if a.isEmpty || b.isEmpty { return Level.missing }
        if a.isYear || b.isYear {
            if a.year == b.year { return a.isYear && b.isYear ? Level.across : Level.variant }
            return digits(Int(a.year), Int(b.year)) <= 1 ? Level.partly : Level.acrossDiffers
        }
        if a == b { return Level.exact }
        let changed = digits(a.number, b.number)
        if changed == 1 || a.year == b.year && a.month == b.day && a.day == b.month { return Level.oneEdit }
        let same = (a.year == b.year ? 1 : 0) + (a.month == b.month ? 1 : 0) + (a.day == b.day ? 1 : 0)
        if same == 2 { return Level.near }
        if changed == 2 || a.year == b.year { return Level.partly }
        return Level.differs
    }

    /// How many decimal digits differ at their places.
    private static func digits(_ one: Int, _ other: Int) -> Int {
        var (one, other, changed) = (one, other, 0)
        while one != 0 || other != 0 {
            if one % 10 != other % 10 { changed += 1 }
            one /= 10
            other /= 10
        }
        return changed
    }
}
