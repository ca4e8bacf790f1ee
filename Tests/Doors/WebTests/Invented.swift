import StrictJSON

/// Invented people for the households of the shared data.
struct InventedPerson: Sendable {
    let arabicGiven: String
    let arabicFamily: String
    let latinGiven: String
    let latinFamily: String
    let document: String
    let phone: String

    private static let women = [("خديجة", "Khadija"), ("فاطمة", "Fatima"), ("أمينة", "Amina"), ("نزهة", "Nezha")]
    private static let men = [("يوسف", "Youssef"), ("إدريس", "Idriss"), ("عمر", "Omar"), ("حسن", "Hassan")]
    private static let families = [
        ("بنزاكور", "Benzakour"), ("التازي", "Tazi"), ("أيت واعراب", "Ait Ouaarab"), ("الشرقاوي", "Cherkaoui"),
        ("لمرابط", "Lamrabet"),
    ]

    init(_ index: Int, isFemale: Bool) {
        let given = (isFemale ? Self.women : Self.men)[index % 4]
        let family = Self.families[index % 5]
        arabicGiven = given.0
        arabicFamily = family.0
        latinGiven = given.1
        latinFamily = family.1
        document = "QZ\(700_000 + index)"
        phone = "+212 6 55 01 \(10 + index / 90) \(10 + index % 90)"
    }

    /// What must appear in no log.
    var personal: [String] { [arabicGiven, arabicFamily, latinGiven, latinFamily, document, phone] }

    func application(sex: String, birthDate: String, commune: String) -> JSONValue {
        [
            "names": [
                "arabic": ["given": .string(arabicGiven), "family": .string(arabicFamily)],
                "latin": ["given": .string(latinGiven), "family": .string(latinFamily)],
            ],
            "sex": .string(sex), "birth": ["date": .string(birthDate)],
            "birthPlace": ["country": "MA", "commune": .string(commune)], "nationality": "MA",
            "residence": ["commune": .string(commune), "address": "12"], "phone": .string(phone),
            "documents": [["type": "nationalCard", "number": .string(document)]],
        ]
    }
}
