import Linkage
import Testing
import Yams

@Suite("Stories of the register's counter")
struct StoryTests {
    static let yaml = """
        id: id
        fields:
          - { name: given, kind: name, columns: [given, given_ar] }
          - { name: surname, kind: name, columns: [surname, surname_ar] }
          - { name: sex, kind: category, columns: [sex] }
          - { name: birth, kind: date, columns: [dob], firstOfJanuaryIsYear: true }
          - { name: death, kind: date, columns: [died] }
          - { name: motherBirth, kind: date, columns: [mother_dob] }
          - { name: father, kind: name, columns: [father] }
          - { name: mother, kind: name, columns: [mother] }
          - { name: place, kind: category, columns: [place] }
          - { name: document, kind: code, columns: [card], shapes: [AA99999, AA999999] }
        swappable: [given, surname]
        household: [surname, father, mother, place, motherBirth]
        veto: [document]
        order: [[birth, death], [motherBirth, birth]]
        householdColumn: home
        keys:
          - document.value
          - given.key birth.year
          - surname.key birth.year
          - surname.key birth.date
          - both(given,surname) birth.year
          - given.key surname.key place.value
        householdKeys: [surname.key place.value]
        refinements: [birth.date, father.key]
        """
    static let header = "id,given,given_ar,surname,surname_ar,sex,dob,died,mother_dob,father,mother,place,card,home\n"
    static let names = [
        ("SAID", "سعيد", "M"), ("KARIMA", "كريمة", "F"), ("HICHAM", "هشام", "M"), ("DRISS", "ادريس", "M"),
        ("SAMIRA", "سميرة", "F"), ("FATIMA", "فاطمة", "F"), ("YOUSSEF", "يوسف", "M"), ("NADIA", "نادية", "F"),
        ("OMAR", "عمر", "M"), ("RACHID", "رشيد", "M"),
    ]
    static let surnames = [
        ("ALAOUI", "العلوي"), ("BENNANI", "بناني"), ("TAZI", "التازي"), ("FASSI", "الفاسي"), ("BERRADA", "برادة"),
        ("CHRAIBI", "الشرايبي"), ("SEBTI", "السبتي"), ("LAHLOU", "لحلو"), ("KETTANI", "الكتاني"), ("TOUNSI", "التونسي"),
    ]

    /// Families of three children, every fourth child entered twice, in another spelling or script.
    static func town() -> String {
        var text = header
        for index in 0..<900 {
            let home = index / 3
            let (given, arabic, sex) = names[(index * 7 + index / 30) % 10]
            let (surname, surnameArabic) = surnames[home % 10]
            let (father, mother) = (names[home / 10 % 10].0, names[(home / 7 + 3) % 10].0)
            let dob = "\(1930 + (index * 37) % 80)-\(two(1 + index * 5 % 12))-\(two(2 + index * 11 % 27))"
            let card = index % 3 == 0 ? "AB\(100_000 + index * 37)" : ""
            let family = "\(father),\(mother),PLACE \(home % 23)"
            text +=
                "a\(index),\(given),\(arabic),\(surname),\(surnameArabic),\(sex),\(dob),,,\(family),\(card),h\(home)\n"
            if index % 4 == 0 {
                text +=
                    index % 8 == 0
                    ? "b\(index),\(given),,EL \(surname),,\(sex),\(dob),,,\(family),,h\(home)\n"
                    : "b\(index),,\(arabic),,\(surnameArabic),\(sex),\(dob),,,\(family),\(card),h\(home)\n"
            }
        }
        return text
    }

    static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// What the stories tell of, in one file with the town, so that weights are learned once.
    static func told() -> String {
        var text = """
            m1,,محمد,,العلوي,M,1961-05-12,,,DRISS,FATIMA,PLACE 3,,x1
            m2,Mohamed,,El Alaoui,,M,1961-01-01,,,DRISS,FATIMA,PLACE 3,,x2
            m3,M'hamed,,Alaoui,,M,1961,,,DRISS,FATIMA,PLACE 3,,x3
            s1,HASSAN,حسن,ALAOUI,العلوي,M,1990-03-04,,,OMAR,NADIA,PLACE 5,,x1
            s2,HOUSSINE,حسين,ALAOUI,العلوي,M,1992-07-19,,,OMAR,NADIA,PLACE 5,,x1
            t1,SALMA,سلمى,BENNANI,بناني,F,2015-03-04,,,OMAR,NADIA,PLACE 5,,x1
            t2,MERYEM,مريم,BENNANI,بناني,F,2015-03-04,,,OMAR,NADIA,PLACE 5,,x1
            p1,RACHID,,SEBTI,,M,1955-09-12,,,DRISS,KARIMA,PLACE 9,,x1
            p2,RACHID,,SEBTI,,M,1955-01-01,,,DRISS,KARIMA,PLACE 9,,x2
            p3,RACHID,,SEBTI,,M,1957-09-12,,,DRISS,KARIMA,PLACE 9,,x3
            d1,RACHID,,SEBTI,,M,1920,1950-02-03,,DRISS,KARIMA,PLACE 9,,x1
            d2,RACHID,,SEBTI,,M,1951-09-12,,,DRISS,KARIMA,PLACE 9,,x2
            d3,NADIA,,TAZI,,F,1960-01-05,,1975,DRISS,KARIMA,PLACE 9,,x3
            d4,NADIA,,TAZI,,F,1980-01-05,,1955,DRISS,KARIMA,PLACE 9,,x3
            d5,NADIA,,TAZI,,F,1970-01-05,,,DRISS,KARIMA,PLACE 9,,x3
            d6,NADIA,,TAZI,,F,,,1971,DRISS,KARIMA,PLACE 9,,x3
            d7,OMAR,,TAZI,,M,1951,1950,,DRISS,KARIMA,PLACE 9,,x3
            v1,RACHID,,SEBTI,,M,1955-09-12,,,DRISS,KARIMA,PLACE 9,ZZ918273,x1
            v2,RACHID,,SEBTI,,M,1955-09-12,,,DRISS,KARIMA,PLACE 9,QW445566,x2
            v3,RACHID,,SEBTI,,M,1955-09-12,,,DRISS,KARIMA,PLACE 9,NONE,x3
            q1,RACHID,,SEBTI,,M,1955-09-12,,,,,,,x1
            q2,RACHID,,SEBTI,,M,1955-01-01,,,,,,,x2

            """
        for index in 0..<4 {
            text +=
                "k\(index),NADIA,نادية,KETTANI,الكتاني,F,1971-02-0\(3 + index / 3)"
                + ",,,OMAR,SAMIRA,PLACE 2,LL44556\(index / 3),x1\n"
            text +=
                "l\(index),NADIA,نادية,KETTANI,الكتاني,F,1988-11-2\(3 + index / 3)"
                + ",,,SAID,FATIMA,PLACE 7,MM77889\(index / 3),x2\n"
        }
        text += "between,NADIA,نادية,KETTANI,الكتاني,F,,,,OMAR,FATIMA,PLACE 2,,x3\n"
        for (home, card) in [("z1", "TR10010"), ("z2", "")] {
            text +=
                "\(home)a,RACHID,رشيد,SEBTI,السبتي,M,1955-09-12"
                + ",,,DRISS,KARIMA,PLACE 9,\(card.isEmpty ? "" : card + "1"),\(home)\n"
            text += "\(home)b,NADIA,نادية,SEBTI,السبتي,F,1985-03-17,,,RACHID,SAMIRA,PLACE 9,,\(home)\n"
            text += "\(home)c,OMAR,عمر,SEBTI,السبتي,M,1988-04-21,,,RACHID,SAMIRA,PLACE 9,,\(home)\n"
        }
        text += "z3d,OMAR,عمر,SEBTI,السبتي,M,1988-04-21,,,RACHID,SAMIRA,PLACE 9,,z3\n"
        text += "z3e,KARIMA,كريمة,TOUNSI,التونسي,F,1991-06-30,,,SAID,NADIA,PLACE 9,,z3\n"
        return text
    }

    private static let learned = Result { try learn() }

    static func linker() throws -> Linker { try learned.get() }

    private static func learn() throws -> Linker {
        let configuration = try YAMLDecoder().decode(LinkageConfiguration.self, from: yaml)
        let bytes = Array((town() + told()).utf8)
        let table = try bytes.withUnsafeBufferPointer { try RecordTable(csv: $0, configuration: configuration) }
        return try Linker(table, configuration: configuration)
    }

    @Test("محمد العلوي, Mohamed El Alaoui and M'hamed Alaoui of 1961 are candidates for one person")
    func threeSpellings() throws {
        let linker = try Self.linker()
        for (one, other) in [("m1", "m2"), ("m1", "m3"), ("m2", "m3")] {
            let explanation = try linker.explain(one, other)
            #expect(explanation.probability > 0.5, "\(one) \(other): \(explanation.text)")
        }
        let answer = try Probe(linker).candidates(
            ["given_ar": "محمد", "surname": "ALAOUI", "dob": "1961", "father": "DRISS"], least: 0.01)
        #expect(Set(["m1", "m2", "m3"]).isSubset(of: Set(answer.candidates.map(\.identifier))))
    }

    @Test("siblings share family, place and surname, and stay two persons")
    func siblings() throws {
        let linker = try Self.linker()
        #expect(try linker.explain("s1", "s2").probability < 0.3)
        let result = linker.run()
        #expect(result.clusters[linker.table.record("s1")!] != result.clusters[linker.table.record("s2")!])
    }

    @Test("twins share even the day, and stay two persons")
    func twins() throws {
        let linker = try Self.linker()
        #expect(try linker.explain("t1", "t2").probability < 0.95)
        let result = linker.run()
        #expect(result.clusters[linker.table.record("t1")!] != result.clusters[linker.table.record("t2")!])
    }

    @Test("a year alone is compared as a year: it never contradicts a day of that year")
    func partialDates() throws {
        let linker = try Self.linker()
        let (year, other) = (try linker.explain("p1", "p2").probability, try linker.explain("p2", "p3").probability)
        #expect(year > 0.9)
        #expect(year > other)
    }

    @Test("who died before the other was born, or was born before the other's mother, is another person")
    func impossibleDates() throws {
        let linker = try Self.linker()
        #expect(try linker.explain("d1", "d2").veto == "birth")
        #expect(try linker.explain("d5", "d6").veto == "motherBirth")
        #expect(try linker.explain("d4", "d5").veto == nil)
        // Its own dates are out of order, so they say nothing about others.
        #expect(try linker.explain("d7", "d2").veto == nil)
    }

    @Test("only a document of a valid shape forbids a link")
    func invalidDocument() throws {
        let linker = try Self.linker()
        #expect(try linker.explain("v1", "v2").veto == "document")
        #expect(try linker.explain("v1", "v3").veto == nil)
    }

    @Test("one bad link does not chain: two persons, each entered often, stay apart beside a record between them")
    func chain() throws {
        let linker = try Self.linker()
        let clusters = linker.run().clusters
        func cluster(_ name: String) -> Int { clusters[linker.table.record(name)!] }
        #expect(Set((0..<3).map { cluster("k\($0)") }).count == 1)
        #expect(cluster("k0") != cluster("l0"))
    }

    @Test("a family entered twice, and a person in two households, are told apart")
    func households() throws {
        let linker = try Self.linker()
        let found = try HouseholdDuplicates(linker, linker.run()).findings
        #expect(found.contains { $0.kind == .family && Set([$0.one, $0.other]) == ["z1", "z2"] })
        #expect(found.contains { $0.kind == .member && $0.one != $0.other && [$0.one, $0.other].contains("z3") })
        #expect(!found.contains { $0.kind == .family && [$0.one, $0.other].contains("z3") })
    }

    @Test("a doubtful pair says what would settle it")
    func settles() throws {
        let linker = try Self.linker()
        let explanation = try linker.explain("q1", "q2")
        let document = try #require(explanation.wouldSettle.first { $0.field == "document" })
        #expect(document.ifEqual > explanation.probability)
        #expect(document.ifDifferent == 0)
        #expect(explanation.svg.contains("<svg") && explanation.svg.hasSuffix("</svg>"))
        #expect(!explanation.text.joined().contains("SEBTI"), "an explanation shows no value")
    }
}
