import ArgumentParser
import Foundation
import Installation

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "serve", abstract: "x")
    @OptionGroup var options: StoreOptions
    @Option var households = 300
    func run() async throws {
        let d = try await Demonstration.prepare(directory: try await options.directory(), households: households, jurisdiction: try await options.country.load(), progress: { Output.complain("\($0)") })
        for r in d.residents { Output.line(r) }
    }
}
