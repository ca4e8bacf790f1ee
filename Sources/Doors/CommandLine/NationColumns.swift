import ColumnRules
import Foundation
import Rules
import SyntheticPopulation

/// The columns that the law reads, from those of a synthetic nation.
final class NationColumns: @unchecked Sendable {
    private enum Source {
        case household(Int)
        case member(Int)
        case householdCodes(Int, [Int32])
        case memberCodes(Int, [Int32])
        case sum([Int])
        case constant(Int32, ofMembers: Bool)
        /// The place of the members' references among each other.
        case references
    }

    let plan: LawPlan
    /// Names of the columns that no rule reads.
    let further: [String]
    private let sources: [Source]
    private let scratch: [UnsafeMutablePointer<Int32>?]
    private let referenceOrders: [[Int32]]

    /// Throws `Refused` where the law reads a fact that the nation does not have.
    init(_ plan: LawPlan, _ nation: SyntheticNation, capacity: Int) throws {
        self.plan = plan
        let (households, members) = (nation.householdFields, nation.memberFields)
        var sources: [Source] = []
        for column in plan.columns {
            guard let source = Self.source(column, plan, households, members) else {
                throw Refused(
                    "The law of \(plan.date) reads \(column.ofMembers ? "a member's " : "")\(column.name), "
                        + "which synthetic households do not have; add it to the nation or leave it out of the law.")
            }
            sources.append(source)
        }
        let unread = households.indices.filter { !households[$0].isFact }
        further = unread.map { households[$0].name }
        sources += unread.map { .household($0) }
        self.sources = sources
        scratch = sources.map { source in
            switch source {
            case .household, .member: nil
            case .householdCodes, .sum, .constant(_, ofMembers: false): .allocate(capacity: capacity)
            default: .allocate(capacity: capacity * SyntheticNation.mostMembers)
            }
        }
        referenceOrders = (0...SyntheticNation.mostMembers).map { count in
            let references = (0..<count).map { "M\($0 + 1)" }
            return references.map { own in
                Int32(references.count { $0.unicodeScalars.lexicographicallyPrecedes(own.unicodeScalars) })
            }
        }
    }

    deinit { for buffer in scratch { buffer?.deallocate() } }

    private static func source(
        _ column: LawPlan.Column, _ plan: LawPlan, _ households: [NationField], _ members: [NationField]
    ) -> Source? {
        if column.ofMembers {
            if column.kind == .textOrder { return .references }
            guard let place = members.firstIndex(where: { $0.name == column.name }) else { return nil }
            guard case .choice(let codes) = column.kind else { return .member(place) }
            return translation(members[place], to: codes).map { $0.isEmpty ? .member(place) : .memberCodes(place, $0) }
        }
        if column.name == "asOf" { return .constant(Int32(plan.packedDate), ofMembers: false) }
        let name = String(column.name.split(separator: "#")[0])
        let parts = households.indices.filter { households[$0].name.hasPrefix("\(name)[") }
        switch column.kind {
        case .sumOfList where !parts.isEmpty: return .sum(parts)
        case .countOfList where !parts.isEmpty: return .constant(Int32(parts.count), ofMembers: false)
        default: break
        }
        guard let place = households.firstIndex(where: { $0.name == name }) else { return nil }
        guard case .choice(let codes) = column.kind else { return .household(place) }
        return translation(households[place], to: codes).map {
            $0.isEmpty ? .household(place) : .householdCodes(place, $0)
        }
    }

    /// The law's places of the nation's codes; empty where they are the same, nil where one is missing.
    private static func translation(_ field: NationField, to codes: [String]) -> [Int32]? {
        guard case .choice(let own) = field.kind else { return nil }
        let places = own.map { codes.firstIndex(of: $0) }
        guard places.allSatisfy({ $0 != nil }) else { return nil }
        let numbers = places.map { Int32($0 ?? 0) }
        return numbers == (0..<Int32(own.count)).map { $0 } ? [] : numbers
    }

    /// The group of a frame; uses both cores.
    func encoded(_ batch: NationBatch) throws -> FrameGroup.Encoded {
        var columns: [UnsafeBufferPointer<Int32>] = []
        for (place, source) in sources.enumerated() { columns.append(values(source, scratch[place], batch)) }
        return try FrameGroup.Encoded(plan, firstMembers: batch.firstMembers, columns: columns) { count, body in
            DispatchQueue.concurrentPerform(iterations: count, execute: body)
        }
    }

    private func values(
        _ source: Source, _ scratch: UnsafeMutablePointer<Int32>?, _ batch: NationBatch
    ) -> UnsafeBufferPointer<Int32> {
        func filled(_ count: Int, _ value: (Int) -> Int32) -> UnsafeBufferPointer<Int32> {
            guard let scratch else { return UnsafeBufferPointer(start: nil, count: 0) }
            for row in 0..<count { scratch[row] = value(row) }
            return UnsafeBufferPointer(start: scratch, count: count)
        }
        switch source {
        case .household(let place): return batch.householdValues(place)
        case .member(let place): return batch.memberValues(place)
        case .householdCodes(let place, let codes):
            let values = batch.householdValues(place)
            return filled(values.count) { values[$0] < 0 ? -1 : codes[Int(values[$0])] }
        case .memberCodes(let place, let codes):
            let values = batch.memberValues(place)
            return filled(values.count) { values[$0] < 0 ? -1 : codes[Int(values[$0])] }
        case .constant(let value, let ofMembers): return filled(ofMembers ? batch.members : batch.count) { _ in value }
        case .sum(let places):
            let parts = places.map { batch.householdValues($0) }
            return filled(batch.count) { row in parts.reduce(0) { $0 &+ $1[row] } }
        case .references:
            guard let scratch else { return UnsafeBufferPointer(start: nil, count: 0) }
            let firsts = batch.firstMembers
            for household in 0..<batch.count {
                let (first, end) = (Int(firsts[household]), Int(firsts[household + 1]))
                let order = referenceOrders[end - first]
                for member in first..<end { scratch[member] = order[member - first] }
            }
            return UnsafeBufferPointer(start: scratch, count: batch.members)
        }
    }
}
