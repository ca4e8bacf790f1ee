import Agency
import ArgumentParser
import Foundation
import Installation
import RecordStore

struct StaffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "staff", abstract: "Administers the agency's staff.", subcommands: [Add.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds a member of the staff; the password is read from standard input.",
            discussion: """
                EXAMPLES
                  sijill staff add amina --role agent --store ./store < password.txt
                  sijill staff add driss --role reviewer --role agent < password.txt
                """)

        @Argument(help: "The sign-in name.") var name: String
        @Option(help: "agent or reviewer; may be given twice.", transform: Self.role) var role: [Role]
        @OptionGroup var options: StoreOptions

        @Sendable private static func role(_ text: String) throws -> Role {
            guard let role = Role(rawValue: text) else { throw ValidationError("a role is agent or reviewer") }
            return role
        }

        func validate() throws {
            guard !role.isEmpty else { throw ValidationError("give --role agent or --role reviewer") }
            guard (1...100).contains(name.count) else {
                throw ValidationError("the name must have 1 to 100 characters")
            }
        }

        func run() async throws {
            let bytes = try readInput("-", most: 1000)
            let password = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
            try await options.withInstallation { installation in
                let id = try await installation.agency.addStaff(
                    name: name, password: password, roles: Set(role), access: operatorAccess(.administration))
                Output.line(id)
            }
        }
    }
}
