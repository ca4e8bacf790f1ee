import ArgumentParser
import ColumnRules
import Installation
import Rules

extension LawCommand {
    struct Query: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes the law of a day as one statement of SQL, made from the same rules.",
            discussion: """
                First the tables it reads, then the statement: for each household its score, contributions, grounds, \
                decisions and amounts in whole numbers.

                EXAMPLES
                  sijill law query --on 2026-10-01 --dialect sqlite
                """)

        enum Dialect: String, ExpressibleByArgument { case sqlite, postgresql }

        @OptionGroup var country: CountryOptions
        @Option(help: "The day, as 2026-10-01.") var on: String
        @Option(help: "sqlite or postgresql.") var dialect: Dialect = .sqlite

        func run() async throws {
            let law = try await country.load().law
            let query = QueryText(
                try law.plan(on: try civilDate(on, "--on")), dialect: dialect == .sqlite ? .sqlite : .postgresql)
            Output.line(query.tables)
            Output.line(query.select + ";")
            Output.flush()
        }
    }
}
