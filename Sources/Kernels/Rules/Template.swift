/// Sentences with words in braces that are filled in: `You own {value} cars.`
enum Template {
    /// The words in braces, in their order.
    static func placeholders(in template: String) -> [String] {
        var names: [String] = []
        var name: String?
        for character in template {
            switch (character, name) {
            case ("{", _): name = ""
            case ("}", let found?):
                names.append(found)
                name = nil
            case (_, let found?): name = found + String(character)
            case (_, nil): break
            }
        }
        return names
    }

    /// Puts `values` in place of their names in one pass, so that a value with braces is not filled in again.
    static func filled(_ template: String, _ values: [String: String]) -> String {
        var text = ""
        var name: String?
        for character in template {
            switch (character, name) {
            case ("{", _): name = ""
            case ("}", let found?):
                text += values[found] ?? "{\(found)}"
                name = nil
            case (_, let found?): name = found + String(character)
            case (_, nil): text.append(character)
            }
        }
        return text
    }
}
