import ArgumentParser
import Configuration
import Crypto
import Foundation
import GalleryShards
import Vault

struct GalleryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gallery", abstract: "Keeps persons' fingers and irises and finds who is among them.",
        subcommands: [GalleryBuildCommand.self, GallerySearchCommand.self, GalleryRemoveCommand.self])
}

/// Which key a gallery is sealed under.
struct GalleryKeyOptions: ParsableArguments {
    @Option(help: "The folder of the key file master.key; default: the gallery's. (SIJILL_KEYS)")
    var keys: String?

    @Option(help: "A JSON file with options. (SIJILL_CONFIG)")
    var config: String?

    /// The key of galleries, derived from the installation's. Throws `Refused` when there is none and none may be made.
    func key(_ gallery: String, making: Bool = false) async throws -> SymmetricKey {
        let folder = try await Settings(file: config).text(keys, "keys") ?? gallery
        let path = "\(folder)/master.key"
        guard making || FileManager.default.fileExists(atPath: path) else {
            throw Refused(
                "keys: there is no key file in \(folder): name the folder of the one the gallery was made with")
        }
        return StoreVault(try MasterKey.loadOrCreate(path: path), store: "gallery").key("templates")
    }
}

struct GalleryRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Ends enrolments: their templates are overwritten, no search finds them again.",
        discussion: """
            Running matchers take a removal in like an enrolment. One JSON object a line: order, removal (the order number \
            of the removal itself).

            EXAMPLES
              sijill gallery remove 4711 --gallery gallery
            """)

    @Argument(help: "Order numbers of enrolments.") var orders: [UInt64]
    @Option(help: "The folder of the gallery.") var gallery: String
    @OptionGroup var key: GalleryKeyOptions

    func run() async throws {
        let folder = try GalleryFolder(gallery, key: try await key.key(gallery))
        for order in orders {
            let own = try folder.remove(order)
            Output.line("{\"order\":\(order),\"removal\":\(own)}")
        }
    }
}
