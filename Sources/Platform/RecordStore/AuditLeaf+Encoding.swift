import Quantities
import StrictJSON

extension AuditLeaf {
    /// JSON with sorted keys, as `JSONEncoder` writes it.
    ///
    /// Written here because a leaf is made for every act: Foundation's encoder took most of the time of an import.
    func encoded() -> [UInt8] {
        var text = JSONWriter()
        text.open()
        text.member("act", act)
        text.key("actor")
        text.open()
        text.member("id", actor.id)
        text.member("kind", actor.kind.rawValue)
        text.close()
        text.member("at", at.description)
        text.key("details")
        text.open()
        for (name, value) in details.sorted(by: { $0.key < $1.key }) { text.member(name, value) }
        text.close()
        text.member("id", id)
        text.member("legalBasis", legalBasis.rawValue)
        text.member("purpose", purpose.rawValue)
        text.key("rows")
        text.openList()
        for row in rows {
            text.open()
            if let after = row.after { text.member("after", after) }
            if let before = row.before { text.member("before", before) }
            text.member("key", row.key)
            text.member("table", row.table)
            text.close()
        }
        text.closeList()
        text.member("store", store)
        text.key("subjects")
        text.openList()
        for subject in subjects {
            text.open()
            text.member("id", subject.id)
            text.member("reach", subject.reach.rawValue)
            text.close()
        }
        text.closeList()
        text.close()
        return text.bytes
    }
}
