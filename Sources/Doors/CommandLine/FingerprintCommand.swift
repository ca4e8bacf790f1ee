import ArgumentParser

struct FingerprintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fingerprint", abstract: "Finds the minutiae of finger images and compares them.",
        subcommands: [
            FingerprintExtractCommand.self, FingerprintCompareCommand.self, FingerprintLayersCommand.self,
        ])
}
