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

    enum Pairs: String, ExpressibleByArgument, CaseIterable { case withinSet = "within-set" }

    @Argument(help: "The list of images; with --one: the second record.") var index: String?
    @Option(help: "The folder of the records.") var templates: String?
    @Option(help: "Which pairs: within-set.") var pairs: Pairs = .withinSet
    @Option(help: "Where the scores go.") var output: String?
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
        let prepared = try list.rows.map { row in
            let path = URL(fileURLWithPath: templates).appendingPathComponent(row.path(extension: "iso")).path
            do { return FingerTemplate(try Self.minutiae(path)) } catch let error as Refused {
                throw Refused(error.reasons.map { "\(index): row \(row.line), field path: \($0)" })
            }
        }
        let sets = Dictionary(grouping: list.rows.indices) { list.rows[$0].fields["set"] ?? "" }
        let progress = ProgressBar("comparing", total: list.rows.count)
        let matcher = FingerMatcher()
        var text = ""
        for probe in list.rows.indices {
            progress.show(probe)
            for candidate in sets[list.rows[probe].fields["set"] ?? ""] ?? [] where candidate > probe {
                let score = matcher.score(prepared[probe], prepared[candidate])
                text += FingerprintIndex.quoted(list.rows[probe].path) + ","
                text += FingerprintIndex.quoted(list.rows[candidate].path) + ",\(score)\n"
            }
        }
        progress.finish()
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic) } catch {
            throw Refused("output: \(output) cannot be written; name a file in a folder that can be")
        }
    }

    private func compare(_ one: String, _ other: String) throws {
        let drawing = ComparisonDrawing(
            try Self.minutiae(one), try Self.minutiae(other), matcher: FingerMatcher())
        if let draw {
            do { try Data(drawing.svg.utf8).write(to: URL(fileURLWithPath: draw), options: .atomic) } catch {
                throw Refused("draw: \(draw) cannot be written; name a file in a folder that can be")
            }
        }
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
