import ArgumentParser
import ImageDecoding

/// `sijill decode-image`: the separate process that decodes one image and can do nothing else.
struct DecodeImageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode-image",
        abstract: "Decodes one image from standard input, confined; the program runs it for itself.",
        shouldDisplay: false)

    func run() { ConfinedDecoder.run() }
}
