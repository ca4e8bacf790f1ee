import ArgumentParser
import Configuration
import Foundation
import SystemPackage

/// Options that the environment and the configuration file may give as well.
struct Settings {
    private let reader: ConfigReader

    /// Throws `Refused` when the file named does not exist or is no JSON object.
    init(file: String?) async throws {
        var providers: [any ConfigProvider] = [EnvironmentVariablesProvider().prefixKeys(with: "sijill")]
        let fromEnvironment = ConfigReader(providers: providers).string(forKey: "config")
        if let path = file ?? fromEnvironment {
            do {
                providers.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(path)))
            } catch {
                throw Refused("config: the configuration file cannot be read: give a JSON object")
            }
        }
        reader = ConfigReader(providers: providers)
    }

    func text(_ flag: String?, _ key: ConfigKey) -> String? { flag ?? reader.string(forKey: key) }

    func text(_ flag: String?, _ key: ConfigKey, default fallback: String) -> String { text(flag, key) ?? fallback }

    /// True for `true`, `yes` and `1`. Throws `Refused` for a word that is neither yes nor no.
    func isOn(_ flag: Bool, _ key: ConfigKey) throws -> Bool {
        if flag { return true }
        if let given = reader.bool(forKey: key) { return given }
        guard let text = reader.string(forKey: key) else { return false }
        switch text.lowercased() {
        case "true", "yes", "1", "on": return true
        case "false", "no", "0", "off", "": return false
        default: throw Refused("\(key): give true or false")
        }
    }

    func number(_ flag: Int?, _ key: ConfigKey, default fallback: Int) -> Int {
        flag ?? reader.int(forKey: key) ?? fallback
    }
}

/// Where the configuration file and the country's folder are; every sub-command that needs them has these.
struct CountryOptions: ParsableArguments {
    @Option(help: "The country's folder; default: the only one in Jurisdictions. (SIJILL_JURISDICTION)")
    var jurisdiction: String?

    @Option(help: "A JSON file with options. (SIJILL_CONFIG)")
    var config: String?
}

/// Where the stores are.
struct StoreOptions: ParsableArguments {
    @Option(
        help: """
            The folder of the embedded store, made when absent, or postgresql://host/name for the databases \
            name_population, name_social and name_log. (SIJILL_STORE; default: store)
            """)
    var store: String?

    @Option(help: "With PostgreSQL: the folder of the key file, made when absent. (SIJILL_KEYS)")
    var keys: String?

    @Option(help: "With PostgreSQL: sessions for each database. (SIJILL_CONNECTIONS; default: 8)")
    var connections: Int?

    @Option(
        help: """
            The folder of the gallery of fingers, a sealed copy that is made again when it is lost. (SIJILL_GALLERY; \
            default: gallery, beside the key file)
            """)
    var gallery: String?

    @Option(
        help: """
            Addresses of the matchers that search the gallery, that of shard 1 first, parted by commas; default: this \
            process searches. (SIJILL_MATCHERS)
            """)
    var matchers: String?

    @OptionGroup var country: CountryOptions

    func validate() throws {
        guard (1...500).contains(connections ?? 1) else {
            throw ValidationError("--connections must be from 1 to 500")
        }
    }
}

extension StoreOptions {
    /// For a command that names the store among options of its own.
    init(store: String?, keys: String?, country: CountryOptions) {
        self.init()
        self.store = store
        self.keys = keys
        connections = nil
        gallery = nil
        matchers = nil
        self.country = country
    }
}
