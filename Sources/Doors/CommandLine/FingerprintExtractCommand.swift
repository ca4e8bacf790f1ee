import ArgumentParser
import BiometricFormats
import Fingerprint
import Foundation

struct FingerprintExtractCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extract", abstract: "Writes a minutiae record for every image of a list.",
        discussion: """
            INDEX is a comma-separated file with a header line and at least the columns path and dpi. Paths are relative \
            to it. The record of an image goes to the same path below the output folder, with .iso for its extension.

            On standard output: path, quality from 0 to 100, reasons of a quality that is not full, number of minutiae, \
            milliseconds of the processor for extraction without decoding.

            EXAMPLES
              sijill fingerprint extract images/index.csv --output templates
              sijill fingerprint extract images/index.csv --output templates --extractor network --format iso2011
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case iso2005, iso2011

        var layout: MinutiaeFormat { self == .iso2005 ? .iso2005 : .iso2011 }
    }

    @Argument(help: "The list of images.") var index: String
    @Option(help: "The folder of the records, made when absent.") var output: String
    @Option(help: "How minutiae are found: classical or network.") var extractor: FingerprintExtractor = .classical
    @OptionGroup var model: FingerprintModelOptions
    @Option(help: "The layout of the records: iso2005 or iso2011.") var format: Format = .iso2005

    func run() async throws {
        let list = try FingerprintIndex(index, columns: ["path", "dpi"])
        let resolutions = try list.rows.map { row -> Double in
            guard let dpi = Double(row.fields["dpi"] ?? ""), dpi >= 150, dpi <= 2500 else {
                throw Refused("\(index): row \(row.line), field dpi: must be a number from 150 to 2500")
            }
            return dpi
        }
        let extract = try function()
        let progress = ProgressBar("extracting", total: list.rows.count)
        Output.line("path,quality,reasons,minutiae,milliseconds")
        for (count, (row, dpi)) in zip(list.rows, resolutions).enumerated() {
            progress.show(count)
            let image = try FingerprintImage.read(
                list.folder.appendingPathComponent(row.path).path, dpi: dpi,
                place: "\(index): row \(row.line), field path")
            let start = clock()
            let found = try extract(image)
            let taken = 1000 * Double(clock() - start) / Double(CLOCKS_PER_SEC)
            let record = MinutiaeRecord(
                found.minutiae, format: format.layout, width: image.width, height: image.height, dpi: dpi,
                quality: UInt8(clamping: found.quality.score))
            try write(record, row)
            let reasons = found.quality.reasons.map(\.rawValue).joined(separator: " ")
            Output.line(
                "\(FingerprintIndex.quoted(row.path)),\(found.quality.score),\(reasons),\(found.minutiae.count),"
                    + "\((taken * 1000).rounded() / 1000)")
        }
        progress.finish()
        Output.complain("\(list.rows.count) images")
    }

    private func function() throws -> (GreyImage) throws -> FingerExtraction {
        switch extractor {
        case .classical:
            let classical = ClassicalExtractor()
            return { classical.extract($0) }
        case .network:
            let network = try model.network()
            return { try network.extract($0) }
        }
    }

    private func write(_ record: MinutiaeRecord, _ row: FingerprintIndex.Row) throws {
        let target = URL(fileURLWithPath: output).appendingPathComponent(row.path(extension: "iso"))
        let bytes: [UInt8]
        do { bytes = try record.bytes() } catch { throw Refused("\(index): row \(row.line): \(error)") }
        do {
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: target, options: .atomic)
        } catch {
            throw Refused("output: \(row.path(extension: "iso")) cannot be written; give a folder that can be")
        }
    }
}
