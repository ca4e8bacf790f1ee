/// Latin letters without their marks.
enum LatinLetters {
    /// The lower-case ASCII spelling of a Latin letter, or nil for anything else.
    static func folded(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x61...0x7A: return String(scalar)
        case 0x41...0x5A: return Unicode.Scalar(scalar.value + 32).map { String($0) }
        case 0xC0...0x24F, 0x1E00...0x1EFF: return marked[scalar.value]
        default: return nil
        }
    }

    private static let marked: [UInt32: String] = {
        let rows = [
            ("a", "àáâãäåāăąǎạảấầẩẫậắằẳẵặÀÁÂÃÄÅĀĂĄǍẠẢẤẦẨẪẬẮẰẲẴẶ"), ("ae", "æÆ"), ("b", "ḅḄḇḆ"), ("c", "ćĉċčĆĈĊČ"),
            ("s", "çÇśŝşšșṣṢŚŜŞŠȘ"), ("d", "ďđðḍḏĎĐÐḌḎ"), ("e", "èéêëēĕėęěẹẻẽếềểễệÈÉÊËĒĔĖĘĚẸẺẼẾỀỂỄỆ"),
            ("g", "ĝğġģǧĜĞĠĢǦ"), ("h", "ĥħḥḫẖĤĦḤḪ"), ("i", "ìíîïĩīĭįıỉịÌÍÎÏĨĪĬĮİỈỊ"), ("j", "ĵǰĴ"), ("k", "ķḳḵĶḲḴ"),
            ("l", "ĺļľŀłḷĹĻĽĿŁḶ"), ("n", "ñńņňṇÑŃŅŇṆ"), ("o", "òóôõöøōŏőọỏốồổỗộớờởỡợÒÓÔÕÖØŌŎŐỌỎỐỒỔỖỘ"), ("oe", "œŒ"),
            ("r", "ŕŗřṛŔŖŘṚ"), ("ss", "ß"), ("t", "ţťŧțṭṯŢŤŦȚṬṮ"), ("th", "þÞ"),
            ("u", "ùúûüũūŭůűųụủÙÚÛÜŨŪŬŮŰŲỤỦ"), ("w", "ŵŴ"), ("y", "ýÿŷỳÝŸŶ"), ("z", "źżžẓẕŹŻŽẒ"), ("gh", "ɣƔ"),
        ]
        var table: [UInt32: String] = [:]
        for (plain, letters) in rows {
            for scalar in letters.unicodeScalars { table[scalar.value] = plain }
        }
        return table
    }()
}
