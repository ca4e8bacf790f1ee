import ArgumentParser
import BiometricFormats
import Fingerprint
import Foundation

struct FingerprintCompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Compares minutiae records: all pairs of a list, or two.",
        discussion: """
            INDEX is a comma-separated file with a header line and at least the columns path and set. The record of an \
            image is found at its path below the templates' folder, with .iso for its extension. Every unordered pair of \
            the same set gives a line: probe, candidate, score. A score is minus ten times the decimal logarithm of the \
            false match rate: 40 is reached by one pair of different fingers in 10,000.

            With --one, two records are compared; the score goes to standard output and a drawing to a file.

            EXAMPLES
              sijill fingerprint compare images/index.csv --templates templates --pairs within-set --output scores.csv
              sijill fingerprint compare --one a.iso b.iso --draw both.svg
            """)

    enum Pairs: String, ExpressibleByArgument, CaseIterable {
        case withinSet = "within-set"
        case all
    }

    @Argument(help: "The list of images; with --one: the second record.") var index: String?
    @Option(help: "The folder of the records.") var templates: String?
    @Option(help: "Which pairs: within-set or all.") var pairs: Pairs = .withinSet
    @Option(help: "Where the scores go.") var output: String?
    @Option(help: "Where what each score rests on goes, for fitting the model of the score.") var evidence: String?
    @Option(help: "Where the share of minutiae goes that stand at the same place, as of one image saved twice.")
    var coincidence: String?
    @Flag(help: "Print comparisons a second by the processor's time: full ones and those of the reject stage.")
    var speed = false
    @Option(help: "The first of two records to compare.") var one: String?
    @Option(help: "With --one: where the drawing goes.") var draw: String?

    func validate() throws {
        if one == nil {
            guard index != nil else { throw ValidationError("give a list of images, or --one and two records") }
            guard templates != nil else { throw ValidationError("--templates: name the folder of the records") }
            guard output != nil else { throw ValidationError("--output: name the file of the scores") }
            guard draw == nil else { throw ValidationError("--draw: goes with --one") }
        } else {
            guard index != nil else { throw ValidationError("--one: give a second record to compare with") }
            guard templates == nil, output == nil else {
                throw ValidationError("--templates, --output: do not go with --one")
            }
        }
    }

    func run() async throws {
        guard let index else { return }
        if let one { return try compare(one, index) }
        guard let templates, let output else { return }
        let list = try FingerprintIndex(index, columns: ["path", "set"])
        let minutiae = try list.rows.map { row in
            let path = URL(fileURLWithPath: templates).appendingPathComponent(row.path(extension: "iso")).path
            do { return try Self.minutiae(path) } catch let error as Refused {
                throw Refused(error.reasons.map { "\(index): row \(row.line), field path: \($0)" })
            }
        }
        let prepared = minutiae.map(FingerTemplate.init)
        let sets = Dictionary(grouping: list.rows.indices) {
            pairs == .all ? "" : list.rows[$0].fields["set"] ?? ""
        }
        let progress = ProgressBar("comparing", total: list.rows.count)
        let matcher = FingerMatcher()
        var (text, rests, places) = ("", "", "")
        for members in sets.values.sorted(by: { $0[0] < $1[0] }) {
            for (place, probe) in members.enumerated() {
                progress.show(probe)
                for candidate in members[(place + 1)...] {
                    let score = matcher.score(prepared[probe], prepared[candidate])
                    let paths = [probe, candidate].map { FingerprintIndex.quoted(list.rows[$0].path) }
                    text += "\(paths[0]),\(paths[1]),\(score)\n"
                    if evidence != nil {
                        let features = matcher.features(prepared[probe], prepared[candidate])
                        rests += (paths + features.map { "\($0)" }).joined(separator: ",") + "\n"
                    }
                    if coincidence != nil {
                        let share = FingerMinutia.coincidence(minutiae[probe], minutiae[candidate])
                        places += "\(paths[0]),\(paths[1]),\(share)\n"
                    }
                }
            }
        }
        progress.finish()
        try Self.write(text, to: output, option: "output")
        if let evidence { try Self.write(rests, to: evidence, option: "evidence") }
        if let coincidence { try Self.write(places, to: coincidence, option: "coincidence") }
        if speed { measure(prepared, matcher) }
    }

    /// Every template against every other, in the processor's seconds of this process.
    private func measure(_ templates: [FingerTemplate], _ matcher: FingerMatcher) {
        var total: Float = 0
        func rate(_ compare: (FingerTemplate, FingerTemplate) -> Float) -> Int {
            let start = clock()
            for probe in templates { for candidate in templates { total += compare(probe, candidate) } }
            let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
            return Int(Double(templates.count * templates.count) / max(seconds, 1e-6))
        }
        let full = rate { matcher.score($0, $1) }
        let quick = rate { matcher.quickLikeness($0, $1) }
        Output.line("full comparisons a second, one core\t\(full)")
        Output.line("reject stage a second, one core\t\(quick)")
        // The sum keeps the work from being left out.
        if total < 0 { Output.complain("a score below zero") }
    }

    private static func write(_ text: String, to path: String, option: String) throws {
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw Refused("\(option): \(path) cannot be written; name a file in a folder that can be")
        }
    }

    private func compare(_ one: String, _ other: String) throws {
        let drawing = ComparisonDrawing(
            try Self.minutiae(one), try Self.minutiae(other), matcher: FingerMatcher())
        if let draw { try Self.write(drawing.svg, to: draw, option: "draw") }
        Output.line("\(drawing.score)")
    }

    private static func minutiae(_ path: String) throws -> [FingerMinutia] {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Refused("\(path): cannot be read; run `sijill fingerprint extract` first")
        }
        do {
            let record = try MinutiaeRecord(reading: [UInt8](bytes))
            guard let view = record.views.first else { throw Refused("\(path): holds no finger; send one") }
            return FingerMinutia.list(view, angleUnits: record.format.angleUnits)
        } catch let error as BiometricFormatError {
            throw Refused("\(path): \(error)")
        }
    }
}
