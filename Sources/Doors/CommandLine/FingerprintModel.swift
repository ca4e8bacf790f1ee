import ArgumentParser
import BiometricFormats
import Fingerprint
import Foundation
import Installation

/// How minutiae are found.
enum FingerprintExtractor: String, ExpressibleByArgument, CaseIterable { case classical, network }

/// Where the network's model is.
struct FingerprintModelOptions: ParsableArguments {
    @Option(
        help: """
            The network's model; default: SIJILL_LEADER_MODEL, or Models/LEADER.onnx in or above the folder of the program \
            or this one.
            """)
    var model: String?

    /// Throws `Refused` where the model is not there or is another.
    func network() throws -> NetworkExtractor {
        guard let path = model ?? FingerModel.path() else {
            throw Refused("model: not found; run scripts/fetch-leader, or name the file with --model")
        }
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Refused("model: \(path) cannot be read; run scripts/fetch-leader, or name another file")
        }
        do { return try NetworkExtractor(model: [UInt8](bytes)) } catch { throw Refused("model: \(error)") }
    }
}

/// `sijill fingerprint layers`: what every layer of the network answers, for comparison with another program.
struct FingerprintLayersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "layers", abstract: "Writes what every layer of the network answers to an image.",
        discussion: """
            One file a layer, numbers of 32 bits, channel after channel; on standard output name, channels, width, \
            height and file. The image is a portable greymap at 500 dots an inch.

            EXAMPLES
              sijill fingerprint layers finger.pgm --output layers
            """)

    @Argument(help: "The image.") var image: String
    @Option(help: "The folder of the answers, made when absent.") var output: String
    @OptionGroup var model: FingerprintModelOptions

    func run() async throws {
        let network = try model.network()
        let image = try FingerprintImage.read(image, dpi: 500, place: "image")
        var number = 0
        var fault: Refused?
        do {
            try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
            try network.layers(image) { name, channels, width, height, values in
                let file = "\(number).f32"
                number += 1
                Output.line("\(name)\t\(channels)\t\(width)\t\(height)\t\(file)")
                let target = URL(fileURLWithPath: output).appendingPathComponent(file)
                do { try values.withUnsafeBytes { try Data($0).write(to: target) } } catch {
                    fault = Refused("output: \(file) cannot be written; give a folder that can be")
                }
            }
        } catch let error as ModelError {
            throw Refused("model: \(error)")
        } catch {
            throw Refused("output: \(output) cannot be made; give a folder that can be")
        }
        if let fault { throw fault }
    }
}
