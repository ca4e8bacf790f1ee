import Linkage
import RecordStore
import Storage

/// What a search for duplicates found.
struct DuplicateFinding {
    let path: DuplicatePath
    /// The likeliest first.
    let candidates: [DuplicateCandidate]
}

extension PopulationRegister {
    /// Files shown for one application.
    static let mostCandidates = 10

    /// Looks for files of the same person, and leads the application on: linked, to be decided on, or clear.
    ///
    /// The files are read in the transaction that then puts the application under the same keys: of two that are
    /// submitted at once, the second sees the first.
    ///
    /// - Parameter isNew: whether the application was never submitted before.
    func search(
        _ application: inout ApplicationFile, _ content: ApplicationContent, isNew: Bool,
        in transaction: RecordTransaction
    ) throws -> DuplicateFinding {
        let lists = CandidateLists(rules: rules.duplicates, transaction: transaction)
        let finding = try candidates(of: application.personID, content, lists, in: transaction)
        var settled: Set<String> = []
        if isNew {
            try keepPairs(finding.candidates, ofNew: application.personID, in: transaction)
        } else {
            try keepPairs(finding.candidates, of: application.personID, in: transaction)
            settled = try settledAsDifferent(application.personID, in: transaction)
        }
        let judged = finding.candidates.filter { !settled.contains($0.file) }
        let path = judged.map(\.path).max() ?? .clear
        if path == .automatic, let match = judged.first(where: { $0.path == .automatic }) {
            try application.append(.link, content: ActContent(duplicateOf: match.file), in: transaction)
            try lists.leave(application.personID, isNew: isNew)
        } else {
            try lists.enter(application.personID, content, isNew: isNew)
        }
        transaction.note("path", path.rawValue)
        return DuplicateFinding(path: path, candidates: finding.candidates)
    }

    /// The files that may be of the applicant, compared field by field; an act of its own, for its own purpose.
    func candidates(
        of personID: String, _ content: ApplicationContent, _ lists: CandidateLists, in transaction: RecordTransaction
    ) throws -> DuplicateFinding {
        try transaction.perform("duplicate.search", purpose: .duplicateSearch) { transaction in
            let found = try lists.find(content)
            let ranked = found.files.filter { $0.key != personID }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            let opened = try liveContents(of: ranked.map(\.key), in: transaction)
            if found.full > 0 { transaction.note("fullLists", String(found.full)) }
            if ranked.count > opened.count { transaction.note("notCompared", String(ranked.count - opened.count)) }
            let candidates = compare(content, with: opened)
            return DuplicateFinding(path: candidates.map(\.path).max() ?? .clear, candidates: candidates)
        }
    }

    /// The first files that did not end without a number, as many as one search compares.
    private func liveContents(
        of ids: [String], in transaction: RecordTransaction
    ) throws -> [(id: String, content: ApplicationContent)] {
        let most = rules.duplicates.mostCompared
        var opened: [(id: String, content: ApplicationContent)] = []
        var rest = ids[...]
        while opened.count < most, !rest.isEmpty {
            let page = Array(rest.prefix(most - opened.count))
            rest = rest.dropFirst(page.count)
            let keys = page.map { [SQLValue.text($0)] }
            let rows = try transaction.rows(PopulationTables.application, keys: keys)
            let states = rows.map { row in row.flatMap { try? $0.text("state") }.flatMap(ApplicationState.init) }
            let accepted = page.indices.filter { states[$0] == .accepted }
            let persons = try transaction.rows(PopulationTables.person, keys: accepted.map { keys[$0] })
            let rowOfPerson = Dictionary(zip(accepted, persons), uniquingKeysWith: { first, _ in first })
            for (index, id) in page.enumerated() {
                let content =
                    switch rowOfPerson[index] {
                    case let row??: try person(row, in: transaction).content
                    case .some(nil): nil as ApplicationContent?
                    case nil: try liveContent(of: id, state: states[index], in: transaction)
                    }
                if let content { opened.append((id, content)) }
            }
        }
        return opened
    }

    private func compare(
        _ content: ApplicationContent, with others: [(id: String, content: ApplicationContent)]
    ) -> [DuplicateCandidate] {
        // Numbers of documents say something only within one type, so files are compared by the type they share.
        var groups: [Int?: [(id: String, content: ApplicationContent)]] = [:]
        for other in others {
            let shared = content.documents.firstIndex { mine in
                other.content.documents.contains { $0.type == mine.type }
            }
            groups[shared, default: []].append(other)
        }
        var candidates: [DuplicateCandidate] = []
        for (shared, others) in groups {
            let document = shared.map { content.documents[$0] }
            let records = others.map { other in
                let same = other.content.documents.first { $0.type == document?.type }
                return other.content.compared(document: same.map(ApplicationContent.compared))
            }
            let mine = content.compared(document: document.map(ApplicationContent.compared))
            for (other, pair) in zip(others, rules.duplicates.comparer.compare(mine, with: records)) {
                if let candidate = DuplicateCandidate(other.id, pair, rules.duplicates) { candidates.append(candidate) }
            }
        }
        candidates.sort { ($1.path, $1.probability, $0.file) < ($0.path, $0.probability, $1.file) }
        return Array(candidates.prefix(Self.mostCandidates))
    }

    /// Nil for an application that ended without a number.
    func liveContent(of id: String, in transaction: RecordTransaction) throws -> ApplicationContent? {
        try liveContent(of: id, state: try ApplicationFile.state(of: id, in: transaction), in: transaction)
    }

    private func liveContent(
        of id: String, state: ApplicationState?, in transaction: RecordTransaction
    ) throws -> ApplicationContent? {
        switch state {
        case .accepted: return try person(id: id, in: transaction)?.content
        case .submitted, .inVerification, .correctionAsked:
            return try ApplicationFile.load(id, in: transaction).content(in: transaction)
        case .drafted, .refused, .withdrawn, .duplicate, .merged, nil: return nil
        }
    }
}

extension DuplicateCandidate {
    /// Nil for a pair that is not worth showing.
    init?(_ file: String, _ pair: ComparedPair, _ rules: DuplicateRules) {
        guard let (path, probability, veto) = rules.judge(pair) else { return nil }
        func rounded(_ value: Double, _ places: Double) -> Double { (value * places).rounded() / places }
        self.init(
            file: file, probability: rounded(probability, 1e6), path: path, veto: veto,
            reasons: pair.reasons.map {
                Reason(field: $0.field, level: $0.level?.rawValue, bits: $0.bits.map { rounded($0, 100) })
            })
    }
}
