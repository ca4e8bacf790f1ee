import ArgumentParser
import BiometricFormats
import Foundation
import ImageDecoding
import Iris

struct IrisCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "iris", abstract: "Extracts codes from images of eyes and compares them.",
        subcommands: [Extract.self, Compare.self])

    struct Extract: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes an iris code for every image of a list.",
            discussion: """
                INDEX is a comma-separated file with a header line and at least the column path, relative to it. An image \
                is a picture in near infrared (PNG, JPEG, JPEG 2000, TIFF, BMP, PGM) or an iris image record of ISO/IEC \
                19794-6, of which the first image is taken. The code goes to the same path below the output folder, with \
                .iris for its extension.

                Standard output has a line for each image: path, share of the iris that counts. An image without a code \
                is named with its reason, the others are done all the same, and the exit status is 1.

                EXAMPLES
                  sijill iris extract eyes/index.csv --output codes
                """)
        @Argument(help: "The list of images.") var index: String
        @Option(help: "The folder that the codes go to.") var output: String

        func run() async throws {
            let list = try ImageList(index, needsSet: false)
            let bar = ProgressBar("extracting", total: list.entries.count)
            var reasons: [String] = []
            for (done, entry) in list.entries.enumerated() {
                bar.show(done)
                do {
                    let code = try IrisCode(extracting: image(list.bytes(of: entry)))
                    try save(code, IrisCommand.codePath(entry.path, below: output))
                    Output.line("\(ImageList.quoted(entry.path)),\((code.usable * 1000).rounded() / 1000)")
                } catch {
                    reasons += IrisCommand.explain(error).map {
                        $0.hasPrefix(index) ? $0 : "\(list.place(of: entry)): \($0)"
                    }
                }
            }
            bar.finish()
            if !reasons.isEmpty { throw Refused(reasons) }
        }

        private func image(_ bytes: [UInt8]) throws -> GreyImage {
            guard bytes.starts(with: [0x49, 0x49, 0x52, 0]) else { return try ImageDecoder().decode(bytes) }
            let image = try IrisImageRecord(reading: bytes).images[0]
            if image.format == .raw { return try image.greyImage() }
            return try ImageDecoder().decode(image.data)
        }

        private func save(_ code: IrisCode, _ target: URL) throws {
            do {
                try FileManager.default.createDirectory(
                    at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(code.bytes()).write(to: target, options: .atomic)
            } catch {
                throw Refused("output: the code cannot be written; give a folder that can be written to")
            }
        }
    }

    struct Compare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compares iris codes: all pairs of a list, or two.",
            discussion: """
                INDEX is a comma-separated file with a header line and at least the columns path and set. The code of an \
                image is found at its path below the templates' folder, with .iris for its extension. Every unordered \
                pair of the same set gives a line: probe, candidate, score. A score is 1 less the normalised distance: \
                about 0.5 for different eyes, more for the same.

                With --one, two codes are compared and the score goes to standard output; --draw writes both codes and \
                where they agree as SVG.

                EXAMPLES
                  sijill iris compare eyes/index.csv --templates codes --pairs within-set --output scores.csv
                  sijill iris compare --one a.iris b.iris --draw agreement.svg
                """)

        enum Pairs: String, ExpressibleByArgument, CaseIterable { case withinSet = "within-set" }

        @Argument(help: "The list of images; with --one: the second code.") var index: String
        @Option(help: "The folder of the codes.") var templates: String?
        @Option(help: "Which pairs: within-set.") var pairs: Pairs = .withinSet
        @Option(help: "Where the scores go.") var output: String?
        @Option(help: "The first of two codes to compare.") var one: String?
        @Option(help: "With --one: where a drawing of both codes goes, as SVG.") var draw: String?

        func validate() throws {
            if one != nil {
                guard templates == nil, output == nil else {
                    throw ValidationError("--templates, --output: do not go with --one")
                }
            } else {
                guard draw == nil else { throw ValidationError("--draw: goes with --one") }
                guard templates != nil else { throw ValidationError("--templates: name the folder of the codes") }
                guard output != nil else { throw ValidationError("--output: name the file of the scores") }
            }
        }

        func run() async throws {
            if let one {
                let drawing = try IrisDrawing(
                    IrisCommand.code(URL(fileURLWithPath: one)), IrisCommand.code(URL(fileURLWithPath: index)))
                if let draw { try Self.write(drawing.svg, to: draw, named: "draw") }
                return Output.line(Self.score(drawing.comparison))
            }
            guard let templates, let output else { return }
            let list = try ImageList(index, needsSet: true)
            let codes = try list.entries.map { entry in
                do {
                    return try IrisCommand.code(IrisCommand.codePath(entry.path, below: templates))
                } catch {
                    throw Refused(IrisCommand.explain(error).map { "\(list.place(of: entry)): \($0)" })
                }
            }
            let bar = ProgressBar("comparing", total: codes.count)
            var text = ""
            for probe in codes.indices {
                bar.show(probe)
                let others = codes.indices.filter { $0 > probe && list.entries[$0].set == list.entries[probe].set }
                let found = IrisProbe(codes[probe]).compare(with: others.map { codes[$0] })
                for (other, comparison) in zip(others, found) {
                    text += ImageList.quoted(list.entries[probe].path) + ","
                    text += ImageList.quoted(list.entries[other].path) + ",\(Self.score(comparison))\n"
                }
            }
            bar.finish()
            try Self.write(text, to: output, named: "output")
        }

        private static func write(_ text: String, to path: String, named option: String) throws {
            do {
                try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            } catch {
                throw Refused("\(option): \(path) cannot be written; name a file in a folder that can be written to")
            }
        }

        private static func score(_ comparison: IrisComparison) -> String { "\(1 - comparison.distance)" }
    }

    /// Where the code of an image stands.
    fileprivate static func codePath(_ path: String, below folder: String) -> URL {
        URL(fileURLWithPath: folder).appendingPathComponent(path).deletingPathExtension().appendingPathExtension("iris")
    }

    fileprivate static func code(_ file: URL) throws -> IrisCode {
        guard let data = FileManager.default.contents(atPath: file.path) else {
            throw Refused("\(file.relativePath): cannot be read; run `sijill iris extract` first")
        }
        do {
            return try IrisCode(reading: [UInt8](data))
        } catch {
            throw Refused("\(file.relativePath): \(error)")
        }
    }

    fileprivate static func explain(_ error: any Error) -> [String] {
        switch error {
        case let error as Refused: error.reasons
        case let error as IrisError: ["\(error)"]
        case let error as ImageDecodingError: ["\(error)"]
        case let error as BiometricFormatError: ["\(error)"]
        default: ["the image could not be read"]
        }
    }
}
