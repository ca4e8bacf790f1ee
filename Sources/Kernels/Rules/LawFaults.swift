import Quantities

/// Faults collected while a law is read on, so that a check names all of them and not just the first.
///
/// Only while checking: a law that is to be applied is refused at its first fault.
final class LawFaults {
    private(set) var all: [LawError] = []
    /// Files with a fault; what else is found in them may only follow from it.
    var files: Set<String> { Set(all.compactMap(\.file)) }

    func note(_ error: LawError) {
        if !all.contains(error) { all.append(error) }
    }
}

extension LawNode {
    /// Notes the fault where faults are collected, throws it where they are not.
    func tolerate(_ error: LawError) throws(LawError) {
        guard let faults else { throw error }
        faults.note(error)
    }
}

extension LawBook {
    /// Everything that is wrong with a law, also one that cannot be read: faults of the files, then what `findings` adds.
    ///
    /// Empty for a clean law. After a fault, reading goes on as if the damaged part held nothing, and what would only
    /// follow from that is left out.
    public static func faults(in files: [LawFile]) -> [LawError] {
        let faults = LawFaults()
        do throws(LawError) {
            let book = try LawBook(files: files, faults: faults)
            guard !faults.all.isEmpty else { return book.findings }
            let damaged = faults.files
            return faults.all + book.findings(of: .partly).filter { !damaged.contains($0.file ?? "") }
        } catch {
            faults.note(error)
            return faults.all
        }
    }
}

extension Parameter {
    /// Stands in for a parameter that could not be read.
    init(placeholder id: String, file: String, languages: [String]) {
        self.id = id
        self.file = file
        labels = Dictionary(uniqueKeysWithValues: languages.map { ($0, id) })
        unit = ""
        isPlaceholder = true
        let entry = Entry(value: .zero, text: "0", source: "", status: .provisional, line: nil)
        let day = try? CivilDate(year: 1, month: 1, day: 1)
        versions = day.map { [Version(from: $0, until: nil, line: nil, content: .number(entry))] } ?? []
    }
}
