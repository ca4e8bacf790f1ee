import ExpressionLanguage
import Quantities
import StrictJSON

/// Reads a declaration by a schema, collecting every problem and every good value.
struct FactsReader {
    let schema: FactsSchema
    let messages: FactMessages
    private(set) var problems: [FactProblem] = []

    init(schema: FactsSchema, messages: FactMessages) {
        self.schema = schema
        self.messages = messages
    }

    /// The good top-level values by name; `problems` tells what is wrong.
    mutating func read(_ json: JSONValue) -> [String: Value] {
        guard let object = json.object else {
            problems.append(messages.problem(.notAnObject, at: ""))
            return [:]
        }
        let values = record(object, schema.fields, at: "")
        var byName: [String: Value] = [:]
        for (name, value) in values { byName[name] = value }
        check(byName)
        return byName
    }

    /// Checks run over the good values only: one that needs a damaged field is left out, for its fault is listed anyway.
    private mutating func check(_ values: [String: Value]) {
        let isWhole = problems.isEmpty
        for check in schema.checks {
            guard let list = check.each else {
                if fails(check, values, isWhole) { refuse(check, at: check.path) }
                continue
            }
            var values = values
            for (place, element) in (values[list]?.list ?? []).enumerated() {
                values["item"] = element
                if fails(check, values, isWhole) { refuse(check, at: "\(list)[\(place)].\(check.path)") }
            }
        }
    }

    private func fails(_ check: FactsSchema.Check, _ values: [String: Value], _ isWhole: Bool) -> Bool {
        do throws(LawError) {
            return try check.require.evaluate(values).bool != true
        } catch {
            return isWhole
        }
    }

    private mutating func refuse(_ check: FactsSchema.Check, at path: String) {
        problems.append(FactProblem(path: path, code: check.code, messages: check.messages))
    }

    private mutating func record(
        _ object: JSONObject, _ fields: [FactsSchema.Field], at path: String
    ) -> [(key: String, value: Value)] {
        var values: [(key: String, value: Value)] = []
        values.reserveCapacity(fields.count)
        var known = 0
        for field in fields {
            let fieldPath = path.isEmpty ? field.name : "\(path).\(field.name)"
            guard let json = object[field.name] else {
                problems.append(messages.problem(.missingField, at: fieldPath))
                continue
            }
            known += 1
            if json == .null, field.isNullable {
                values.append((field.name, .null))
            } else if let value = value(json, field.type, at: fieldPath) {
                values.append((field.name, value))
            }
        }
        if known < object.count {
            for key in object.keys where !fields.contains(where: { $0.name == key }) {
                problems.append(messages.problem(.unknownField, at: JSONPathStep.member(key).appended(to: path)))
            }
        }
        return values
    }

    private mutating func value(_ json: JSONValue, _ type: FactsSchema.FieldType, at path: String) -> Value? {
        switch (type, json) {
        case (.record(let fields), .object(let object)):
            return .map(ValueMap(fields: record(object, fields, at: path)))
        case (.list(let element, let count, let unique), .array(let elements)):
            return list(elements, element, count, unique, at: path)
        case (.text(let rule), .string(let text)):
            return self.text(text, rule, at: path)
        case (.wholeNumber(let range), .integer(let number)):
            return wholeNumber(number, range, at: path)
        case (.wholeNumber(let range), .double(let number)) where number.magnitude >= 0x1p63:
            return number > 0
                ? refuse(.tooLarge, at: path, ["max": "\(range.upperBound)"])
                : refuse(.tooSmall, at: path, ["min": "\(range.lowerBound)"])
        case (.boolean, .bool(let flag)):
            return .bool(flag)
        case (.date(let range), .string(let text)):
            return date(text, range, at: path)
        case (.choice(let options), .string(let code)):
            guard options.contains(where: { $0.code == code }) else {
                return refuse(.notOnList, at: path, ["options": options.map(\.code).joined(separator: ", ")])
            }
            return .string(code)
        default:
            problems.append(messages.wrongType(type, at: path))
            return nil
        }
    }

    private mutating func list(
        _ elements: [JSONValue], _ type: FactsSchema.FieldType, _ count: ClosedRange<Int>, _ unique: String?,
        at path: String
    ) -> Value? {
        if elements.count > count.upperBound {
            return refuse(.tooMany, at: path, ["max": "\(count.upperBound)"])
        }
        if elements.count < count.lowerBound {
            return refuse(.tooFew, at: path, ["min": "\(count.lowerBound)"])
        }
        var values: [Value] = []
        values.reserveCapacity(elements.count)
        var seen: Set<String> = []
        for (place, element) in elements.enumerated() {
            // A damaged element keeps its place as an empty record, so that paths of later ones stay right.
            let value = value(element, type, at: "\(path)[\(place)]")
            values.append(value ?? .map(.empty))
            if let unique, let key = value?.map?[.string(unique)]?.string, !seen.insert(key).inserted {
                problems.append(messages.problem(.duplicateEntry, at: "\(path)[\(place)].\(unique)"))
            }
        }
        return .list(values)
    }

    private mutating func text(_ text: String, _ rule: FactsSchema.TextRule, at path: String) -> Value? {
        if text.isEmpty { return refuse(.emptyText, at: path) }
        if text.unicodeScalars.count > rule.maxLength {
            return refuse(.textTooLong, at: path, ["max": "\(rule.maxLength)"])
        }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }) {
            return refuse(.forbiddenCharacter, at: path)
        }
        if !rule.shapes.isEmpty, !rule.shapes.contains(where: { Self.has(text, shape: $0) }) {
            return refuse(.malformedCode, at: path, ["example": rule.example])
        }
        return .string(text)
    }

    private mutating func wholeNumber(_ number: Int64, _ range: ClosedRange<Int64>, at path: String) -> Value? {
        if number < range.lowerBound { return refuse(.tooSmall, at: path, ["min": "\(range.lowerBound)"]) }
        if number > range.upperBound { return refuse(.tooLarge, at: path, ["max": "\(range.upperBound)"]) }
        return .int(number)
    }

    private mutating func date(_ text: String, _ range: ClosedRange<CivilDate>, at path: String) -> Value? {
        guard let date = try? CivilDate(iso8601: text) else { return refuse(.malformedDate, at: path) }
        if date < range.lowerBound { return refuse(.tooSmall, at: path, ["min": "\(range.lowerBound)"]) }
        if date > range.upperBound { return refuse(.tooLarge, at: path, ["max": "\(range.upperBound)"]) }
        return .date(date)
    }

    private mutating func refuse(
        _ code: FactMessages.Code, at path: String, _ values: [String: String] = [:]
    ) -> Value? {
        problems.append(messages.problem(code, at: path, values))
        return nil
    }

    private static func has(_ text: String, shape: String) -> Bool {
        let text = text.utf8
        let shape = shape.utf8
        guard text.count == shape.count else { return false }
        return zip(text, shape).allSatisfy { byte, mask in
            switch mask {
            case UInt8(ascii: "9"): (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            case UInt8(ascii: "A"): (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            default: byte == mask
            }
        }
    }
}
