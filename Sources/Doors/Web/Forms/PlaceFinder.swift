import Installation

/// Finds the commune that somebody typed or chose, and lists all of them for choosing.
struct PlaceFinder: Sendable {
    private let labels: [String: [String: String]]
    private let codesByName: [String: String]
    private let lists: [String: String]
    static let listID = "places"

    init(_ jurisdiction: Jurisdiction) {
        let provinces = Dictionary(
            jurisdiction.provinces.map { ($0.code, $0.names) }, uniquingKeysWith: { first, _ in first })
        var labels: [String: [String: String]] = [:]
        var codes: [String: Set<String>] = [:]
        var lists: [String: String] = [:]
        for language in jurisdiction.languages {
            var list = ""
            for commune in jurisdiction.communes {
                let name = commune.names[language] ?? commune.code
                let province = provinces[Self.province(commune.code)]?[language] ?? ""
                let label = "\(name) – \(province) (\(commune.code))"
                labels[commune.code, default: [:]][language] = label
                codes[Self.key(name), default: []].insert(commune.code)
                list += "<option value=\"\(Self.escaped(label))\"></option>"
            }
            lists[language] = list
        }
        self.labels = labels
        self.lists = lists
        codesByName = codes.compactMapValues { $0.count == 1 ? $0.first : nil }
    }

    /// The code of a place given by code, by the list's entry, or by a name that only one place has.
    func code(_ typed: String) -> String? {
        if labels[typed] != nil { return typed }
        if typed.last == ")", let open = typed.lastIndex(of: "(") {
            let code = String(typed[typed.index(after: open)...].dropLast())
            if labels[code] != nil { return code }
        }
        return codesByName[Self.key(typed)]
    }

    func label(_ code: String, language: String) -> String { labels[code]?[language] ?? code }

    /// The options of a datalist, as HTML.
    func list(language: String) -> String { lists[language] ?? "" }

    private static func province(_ code: String) -> String {
        code.split(separator: ".").prefix(2).joined(separator: ".")
    }

    private static func key(_ name: String) -> String { name.lowercased().filter { !$0.isWhitespace } }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
    }
}
