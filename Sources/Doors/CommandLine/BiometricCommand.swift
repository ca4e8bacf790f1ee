import ArgumentParser
import BiometricFormats
import Foundation

struct BiometricCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "biometric", abstract: "Says what records of fingers and irises are.", subcommands: [Inspect.self])

    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads records and says their layout, what they hold, and what departs from the standard.",
            discussion: """
                A file is a minutiae record (ISO/IEC 19794-2, ANSI/INCITS 378), a finger or iris image record (ISO/IEC \
                19794-4, -6), a CBEFF document or a WSQ image. One line a file, parted by tabs: path, layout, number of \
                views or images, deviations, and "identical" when writing it again gives the same bytes. A file that \
                cannot be read is named with field and byte, and the exit status is 1.

                EXAMPLES
                  sijill biometric inspect thumb.iso application.xml
                """)
        @Argument(help: "The files.") var files: [String]

        func run() throws {
            var reasons: [String] = []
            for file in files {
                guard let data = FileManager.default.contents(atPath: file) else {
                    reasons.append("\(file): the file cannot be read")
                    continue
                }
                do {
                    Output.line("\(file)\t\(try Self.describe([UInt8](data)))")
                } catch let error as BiometricFormatError {
                    reasons.append("\(file): \(error)")
                }
            }
            if !reasons.isEmpty { throw Refused(reasons) }
        }

        private static func describe(_ bytes: [UInt8]) throws -> String {
            switch bytes.prefix(4) {
            case [0x46, 0x4D, 0x52, 0]:
                let record = try MinutiaeRecord(reading: bytes)
                let counts = record.views.map { "\($0.minutiae.count)" }.joined(separator: "+")
                return try line(
                    record.format.rawValue, "\(record.views.count) views, \(counts) minutiae", record.deviations,
                    record.bytes() == bytes)
            case [0x46, 0x49, 0x52, 0]:
                let record = try FingerImageRecord(reading: bytes)
                let kinds = record.images.map { "\($0.compression.rawValue) \($0.width)x\($0.height)" }
                return try line(
                    "finger image \(record.edition.rawValue)", kinds.joined(separator: ", "), record.deviations,
                    record.bytes() == bytes)
            case [0x49, 0x49, 0x52, 0]:
                let record = try IrisImageRecord(reading: bytes)
                let kinds = record.images.map { "\($0.format.rawValue) \($0.width)x\($0.height)" }
                return try line(
                    "iris image \(record.edition.rawValue)", kinds.joined(separator: ", "), record.deviations,
                    record.bytes() == bytes)
            default:
                if bytes.starts(with: [0xFF, 0xA0]) {
                    let image = try WSQ.decode(bytes)
                    return "WSQ\t\(image.width)x\(image.height)\t\t"
                }
                let document = try BiometricInformationRecord(readingXML: bytes)
                return line("CBEFF", "\(document.records.count) records", [], document.xml() == bytes)
            }
        }

        private static func line(
            _ layout: String, _ content: String, _ deviations: [RecordDeviation], _ isIdentical: Bool
        ) -> String {
            let found = deviations.map { "\($0.kind.rawValue) at \($0.offset)" }.joined(separator: ", ")
            return "\(layout)\t\(content)\t\(found)\t\(isIdentical ? "identical" : "not identical")"
        }
    }
}
