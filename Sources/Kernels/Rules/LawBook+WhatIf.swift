import Quantities
public import StrictJSON

/// One fact whose change alone would flip a decision.
public struct DecidingFact: Hashable, Sendable {
    public let programme: String
    /// Like `assets.cars` or `members[1].healthCover`.
    public let path: String
    /// The fact's name by language.
    public let labels: [String: String]
    public let before: JSONValue
    public let after: JSONValue
    /// Whether the household would be entitled with the change.
    public let eligible: Bool
}

extension LawBook {
    /// The smallest single changes of one fact that flip a decision, in the order of the facts.
    ///
    /// Every yes or no, every other code of a choice, and for a number the nearest value on either side that flips it;
    /// a number whose effect turns back and forth may have a nearer one. Dates, texts and the list of members itself are
    /// left as they are. A change that the facts' checks refuse is not offered. Assesses the household some hundred times.
    public func decidingFacts(_ facts: Facts) throws(LawError) -> [DecidingFact] {
        let now = try assess(facts)
        guard let object = facts.json.object else { return [] }
        var search = WhatIfSearch(law: self, now: now, json: .object(object))
        search.visit(parts.schema.fields, [], "", [:])
        return search.found
    }
}

private struct WhatIfSearch {
    enum Step {
        case member(String)
        case element(Int)
    }

    let law: LawBook
    let now: Assessment
    let json: JSONValue
    var found: [DecidingFact] = []

    mutating func visit(_ fields: [FactsSchema.Field], _ way: [Step], _ path: String, _ outer: [String: String]) {
        for field in fields where !field.isSettled {
            let fieldPath = path.isEmpty ? field.name : "\(path).\(field.name)"
            visit(field.type, field.isNullable, way + [.member(field.name)], fieldPath, field.labels)
        }
    }

    private mutating func visit(
        _ type: FactsSchema.FieldType, _ isNullable: Bool, _ way: [Step], _ path: String, _ labels: [String: String]
    ) {
        guard let value = Self.find(json, way[...]) else { return }
        switch type {
        case .record(let fields): visit(fields, way, path, labels)
        case .list(let element, _, _):
            for index in (value.array ?? []).indices {
                visit(element, false, way + [.element(index)], "\(path)[\(index)]", labels)
            }
        case .boolean:
            if let flag = value.bool { offer(.bool(!flag), for: value, way, path, labels) }
        case .choice(let options):
            for option in options where value.string != option.code {
                offer(.string(option.code), for: value, way, path, labels)
            }
            if isNullable, value != .null { offer(.null, for: value, way, path, labels) }
        case .wholeNumber(let range):
            guard let number = value.integer else { return }
            nearest(number, to: range.upperBound, value, way, path, labels)
            nearest(number, to: range.lowerBound, value, way, path, labels)
        case .text, .date: break
        }
    }

    /// Doubles the distance until a decision flips, then halves the interval.
    private mutating func nearest(
        _ number: Int64, to end: Int64, _ value: JSONValue, _ way: [Step], _ path: String, _ labels: [String: String]
    ) {
        let direction: Int64 = end > number ? 1 : -1
        let most = (end - number) * direction
        guard most > 0 else { return }
        for place in now.decisions.indices {
            func flips(_ distance: Int64) -> Bool {
                assessed(.integer(number + direction * distance), way).map {
                    $0.decisions[place].eligible != now.decisions[place].eligible
                } ?? false
            }
            var (low, high) = (Int64(0), min(1, most))
            while !flips(high), high < most { (low, high) = (high, min(high * 2, most)) }
            guard flips(high) else { continue }
            while high - low > 1 {
                let middle = low + (high - low) / 2
                if flips(middle) { high = middle } else { low = middle }
            }
            add(place, value, .integer(number + direction * high), path, labels)
        }
    }

    private mutating func offer(
        _ changed: JSONValue, for value: JSONValue, _ way: [Step], _ path: String, _ labels: [String: String]
    ) {
        guard let other = assessed(changed, way) else { return }
        for place in now.decisions.indices where other.decisions[place].eligible != now.decisions[place].eligible {
            add(place, value, changed, path, labels)
        }
    }

    private mutating func add(
        _ place: Int, _ before: JSONValue, _ after: JSONValue, _ path: String, _ labels: [String: String]
    ) {
        found.append(
            DecidingFact(
                programme: now.decisions[place].programme, path: path, labels: labels, before: before, after: after,
                eligible: !now.decisions[place].eligible))
    }

    private func assessed(_ value: JSONValue, _ way: [Step]) -> Assessment? {
        guard let facts = try? law.facts(from: Self.changed(json, way[...], value)),
            let assessment = try? law.assess(facts), assessment.decisions.count == now.decisions.count
        else { return nil }
        return assessment
    }

    private static func find(_ json: JSONValue, _ way: ArraySlice<Step>) -> JSONValue? {
        guard let first = way.first else { return json }
        switch first {
        case .member(let name): return json[name].flatMap { find($0, way.dropFirst()) }
        case .element(let index): return json.array.flatMap { find($0[index], way.dropFirst()) }
        }
    }

    private static func changed(_ json: JSONValue, _ way: ArraySlice<Step>, _ value: JSONValue) -> JSONValue {
        guard let first = way.first else { return value }
        switch first {
        case .member(let name):
            guard var object = json.object, let inner = object[name] else { return json }
            object[name] = changed(inner, way.dropFirst(), value)
            return .object(object)
        case .element(let index):
            guard var list = json.array, list.indices.contains(index) else { return json }
            list[index] = changed(list[index], way.dropFirst(), value)
            return .array(list)
        }
    }
}
