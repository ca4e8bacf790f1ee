import ArgumentParser
import Foundation

/// The `sijill` program.
public enum SijillCommand {
    /// Runs the command line of this process and ends it with the exit status of the contract.
    public static func run() async -> Never {
        // Whatever this program makes is for its owner only.
        umask(0o077)
        let status = await Root.runToStatus()
        Output.flush()
        exit(status)
    }
}

/// The sub-commands: one file each.
struct Root: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sijill",
        abstract: "A country's population register, social register and programmes, in one program.",
        discussion: """
            Results go to standard output in a form that programs read; everything else goes to standard error.
            Exit status: 0 done, 1 refused with reasons, 2 wrong usage.

            Options may also stand in the environment (SIJILL_STORE, SIJILL_HOST, …) or in a JSON file named by \
            --config or SIJILL_CONFIG; an option on the command line wins, then the environment, then the file.

            EXAMPLES
              sijill serve --demonstration              a server with invented households
              sijill score households.jsonl             scores and decisions of declared facts
              sijill civil-number issue --count 5       five fresh numbers
              sijill audit verify --store ./store       was anything changed behind the program's back?
            """,
        subcommands: [
            ScoreCommand.self, LawCommand.self, SynthesizeCommand.self, SimulateCommand.self, RuleCommand.self,
            CivilNumberCommand.self, PersonCommand.self, HouseholdCommand.self, LinkCommand.self, NamesCommand.self,
            ImportCommand.self, ExportCommand.self, StaffCommand.self, AuditCommand.self, StoreCommand.self,
            JobsCommand.self, ServeCommand.self, FingerprintCommand.self, IrisCommand.self, GalleryCommand.self,
            MatcherCommand.self,
            BiometricCommand.self, DecodeImageCommand.self,
        ])

    /// 0 done, 1 refused with reasons, 2 wrong usage.
    static func runToStatus() async -> Int32 {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return 0
        } catch let refusal as Refused {
            Output.flush()
            refusal.print()
            return 1
        } catch {
            Output.flush()
            return end(with: error)
        }
    }

    private static func end(with error: any Error) -> Int32 {
        switch exitCode(for: error) {
        case .success:
            // Help and version are what was asked for.
            print(fullMessage(for: error))
            return 0
        case .validationFailure:
            Output.complain(fullMessage(for: error))
            return 2
        default:
            Refused(explaining: error).print()
            return 1
        }
    }
}
