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

/// Where the embedded store is.
struct StoreOptions: ParsableArguments {
    @Option(help: "The folder of the embedded store, made when absent. (SIJILL_STORE; default: store)")
    var store: String?

    @OptionGroup var country: CountryOptions
}
