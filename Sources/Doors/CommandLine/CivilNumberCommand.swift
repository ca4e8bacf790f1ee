import ArgumentParser
import CivilNumber
import Configuration
import Foundation
import Installation
import PopulationRegister
import RecordStore
import StrictJSON

struct CivilNumberCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "civil-number", abstract: "Draws and checks civil numbers.",
        subcommands: [Issue.self, Check.self])

    struct Issue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Draws numbers at random, one a line.",
            discussion: """
                The numbers differ from one another. With --store they are also reserved there, so that the register \
                never gives them to anybody else.

                EXAMPLES
                  sijill civil-number issue --count 3
                  sijill civil-number issue --count 100 --store ./store
                """)

        @Option(help: "How many numbers.") var count: Int
        @Option(help: "Reserve the numbers in this store. (SIJILL_STORE)") var store: String?
        @Option(help: "With PostgreSQL: the folder of the key file. (SIJILL_KEYS)") var keys: String?
        @OptionGroup var country: CountryOptions

        func validate() throws {
            guard count >= 1 else { throw ValidationError("--count must be 1 or more") }
        }

        private static let reservedAtOnce = 2000

        func run() async throws {
            guard try await country.settings().text(store, "store") != nil else {
                let scheme = try await country.load().population.civilNumber
                var generator = SecureRandom.generator()
                do {
                    Self.print(try scheme.drawDistinct(count, using: &generator))
                } catch {
                    throw Refused("count: \(error.message)")
                }
                return
            }
            let options = StoreOptions(store: self.store, keys: keys, country: country)
            try await options.withInstallation { installation in
                var left = count
                while left > 0 {
                    let numbers = try await installation.population.reserveNumbers(
                        min(left, Self.reservedAtOnce), access: operatorAccess(.administration),
                        using: SystemRandomNumberGenerator())
                    Self.print(numbers)
                    left -= numbers.count
                }
            }
        }

        private static func print(_ numbers: [CivilNumber]) {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(numbers.count * 11)
            for number in numbers {
                number.appendDigits(to: &bytes)
                bytes.append(UInt8(ascii: "\n"))
            }
            Output.lines(of: bytes)
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says of each number whether it is well formed, and what kind of typing error it has.",
            discussion: """
                Writes one JSON object a line: number, result, and for a typing error kind and message. Results: \
                malformed; wellFormed (without a store); with --store also issued, or unknown for a number that is well \
                formed but was never given. The exit status is 1 when a number is malformed or unknown.

                EXAMPLES
                  sijill civil-number check 5307142486
                  sijill civil-number check --store ./store 5307142486
                """)

        @Argument(help: "Numbers as typed; spaces and Arabic digits are understood.") var numbers: [String]
        @Option(help: "Look the numbers up in this store. (SIJILL_STORE)") var store: String?
        @Option(help: "With PostgreSQL: the folder of the key file. (SIJILL_KEYS)") var keys: String?
        @OptionGroup var country: CountryOptions

        func run() async throws {
            var isSound = true
            if let store = try await country.settings().text(store, "store") {
                let options = StoreOptions(store: self.store, keys: keys, country: country)
                guard StoreLocation.isServer(store) || FileManager.default.fileExists(atPath: "\(store)/log.sqlite")
                else {
                    throw Refused("store: there is no store in this folder")
                }
                try await options.withInstallation { installation in
                    for number in numbers {
                        let standing = try await installation.population.standing(number)
                        Self.print(number, standing)
                        if standing != .issued { isSound = false }
                    }
                }
            } else {
                let scheme = try await country.load().population.civilNumber
                for number in numbers {
                    switch scheme.check(number) {
                    case .wellFormed: Self.print(number, nil)
                    case .malformed(let fault):
                        Self.print(number, .malformed(fault))
                        isSound = false
                    }
                }
            }
            Output.flush()
            if !isSound { throw Refused("not every number is sound") }
        }

        private static func print(_ number: String, _ standing: CivilNumberStanding?) {
            var answer: JSONObject = ["number": .string(number)]
            switch standing {
            case nil: answer["result"] = "wellFormed"
            case .issued?: answer["result"] = "issued"
            case .unknown?:
                answer["result"] = "unknown"
                answer["message"] = .string(PopulationError.unknownNumber.message)
            case .malformed(let fault)?:
                answer["result"] = "malformed"
                answer["kind"] = .string(fault.code)
                answer["message"] = .string(fault.message)
            }
            Output.line(JSONValue.object(answer).serialized())
        }
    }
}

extension CivilNumber {
    /// Without a text in between: a million numbers are printed at once.
    fileprivate func appendDigits(to bytes: inout [UInt8]) {
        let start = bytes.count
        var rest = rawValue
        while rest > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        bytes[start...].reverse()
    }
}

enum SecureRandom {
    /// The machine's secure source, asked for 4 kB at a time.
    static func generator() -> BufferedRandomNumberGenerator {
        let source = Surroundings.system()
        return BufferedRandomNumberGenerator { $0.copyBytes(from: source.randomBytes($0.count)) }
    }
}
