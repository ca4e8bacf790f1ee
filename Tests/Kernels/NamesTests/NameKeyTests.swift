import Names
import Testing

@Suite("Keys of names")
struct NameKeyTests {
    @Test(
        "spellings of one name share a key, in one script and across scripts",
        arguments: [
            ("Alaoui", "El Alaoui"), ("ALAOUI", "العلوي"), ("Mohamed", "محمد"), ("MOHAMMED", "Mohamed"),
            ("Youssef", "Youcef"),
            ("يوسف", "Youcef"), ("Abderrahim", "عبد الرحيم"), ("Noureddine", "نور الدين"), ("Chaimae", "Shaima"),
            ("Khadija", "خديجة"), ("Djamel", "Jamal"), ("Benali", "Ben Ali"), ("بن علي", "Benali"), ("ⵉⴷⵉⵔ", "Idir"),
            ("Essaidi", "Saidi"), ("Abdelkader", "عبد القادر"),
        ])
    func agree(one: String, other: String) {
        #expect(NameKeys.agree(one, other), "\(NameKeys.keys(one)) \(NameKeys.keys(other))")
    }

    @Test(
        "different names share none",
        arguments: [("Said", "Samira"), ("Hicham", "Driss"), ("خالد", "Karima"), ("Ali", "Amal")])
    func differ(one: String, other: String) { #expect(!NameKeys.agree(one, other)) }

    @Test("a text without letters has no key")
    func nothing() {
        #expect(NameKeys.keys("").isEmpty)
        #expect(NameKeys.keys(" -' ").isEmpty)
    }

    @Test("any text is answered with at most eight keys")
    func anyText() {
        var state: UInt64 = 20
        for _ in 0..<3000 {
            var text = ""
            for _ in 0..<Int(state >> 33 & 15) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let ranges: [UInt32] = [0x20, 0x60, 0x620, 0x2D30, 0xC0, 0xFE80]
                if let scalar = Unicode.Scalar(ranges[Int(state >> 40) % 6] + UInt32(state >> 50) % 40) {
                    text.unicodeScalars.append(scalar)
                }
            }
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let keys = NameKeys.keys(text)
            #expect(keys.count <= 8, "seed 20")
            #expect(
                NormalisedName(NormalisedName(text).text).text == NormalisedName(text).text,
                "seed 20: normalising twice changes nothing")
        }
    }
}

@Suite("Normal forms of names")
struct NormalisedNameTests {
    @Test(
        "letters that clerks interchange become one",
        arguments: [
            ("M'HAMED  El-Alaoui", "mhamed el alaoui"), ("أَحْمَد", "احمد"), ("فاطمة", "فاطمه"), ("ليلى", "ليلي"),
            ("مـحـمـد", "محمد"),
            ("Aït Saïd", "ait said"),
        ])
    func normalise(entered: String, expected: String) { #expect(NormalisedName(entered).text == expected) }

    @Test("a field with two scripts keeps the words of each")
    func mixed() {
        let name = NormalisedName("SAID سعيد")
        #expect(name.script == .mixed)
        #expect(name.words == ["said", "سعيد"])
    }

    @Test("Tifinagh goes to Latin and back")
    func tifinagh() {
        #expect(Tifinagh.fromLatin("Idir") == "ⵉⴷⵉⵔ")
        #expect(Tifinagh.toLatin("ⵉⴷⵉⵔ") == "idir")
    }

    @Test("a lexicon gives the usual spelling, rules the others")
    func transliterate() {
        let lexicon = NameLexicon("# source\nادريس\tDriss\t9\nادريس\tIdriss\t2\n")
        #expect(Transliteration.latin("إدريس", lexicon: lexicon) == "Driss")
        #expect(Transliteration.latin("سعيد") == "Said")
        #expect(Transliteration.latin("ALAOUI") == "ALAOUI")
    }

    @Test("names that sound alike are nearer than others, by what the pairs teach")
    func likeness() {
        let lexicon = NameLexicon(
            "يوسف\tYoussef\t9\nشريف\tCherif\t4\nسعيد\tSaid\t9\nخالد\tKhalid\t5\nهشام\tHicham\t5\n")
        let similarity = NameSimilarity(learning: lexicon)
        #expect(similarity.likeness("يوسف", "Youssef") > similarity.likeness("يوسف", "Khalid"))
        #expect(similarity.likeness("Said", "Said") == 1)
    }
}
