import ArgumentParser
import ColumnRules
import Foundation
import Installation
import Quantities
import Rules
import StrictJSON

extension LawCommand {
    struct Query: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes the law of a day as one statement of SQL, made from the same rules.",
            discussion: """
                First the tables it reads, then the statement: for each household its score, contributions, grounds, \
                decisions and amounts in whole numbers; scores and contributions in units of 10^-10.

                With --facts and --tables also the rows of the tables, household_facts.tsv and member_facts.tsv, for the \
                declarations of that day in their order, which `sijill score` must accept; those of other days are left out.

                EXAMPLES
                  sijill law query --on 2026-10-01 --dialect sqlite
                  sijill law query --on 2026-10-01 --facts facts.jsonl --tables .
                """)

        enum Dialect: String, ExpressibleByArgument { case sqlite, postgresql }

        @OptionGroup var country: CountryOptions
        @Option(help: "The day, as 2026-10-01.") var on: String
        @Option(help: "sqlite or postgresql.") var dialect: Dialect = .sqlite
        @Option(help: "A file of facts, one JSON object a line.") var facts: String?
        @Option(help: "A folder for the rows of the tables.") var tables: String?

        func validate() throws {
            guard (facts == nil) == (tables == nil) else {
                throw ValidationError("--facts and --tables belong together: give both or neither")
            }
        }

        func run() async throws {
            let law = try await country.load().law
            let date = try civilDate(on, "--on")
            let plan = try law.plan(on: date)
            let query = QueryText(plan, dialect: dialect == .sqlite ? .sqlite : .postgresql)
            Output.line(query.tables)
            Output.line(query.select + ";")
            Output.flush()
            guard let facts, let tables else { return }
            try Self.write(query, plan, law, date, facts, to: tables)
        }

        private static func write(
            _ query: QueryText, _ plan: LawPlan, _ law: LawBook, _ date: CivilDate, _ facts: String, to folder: String
        ) throws {
            let households = try file("household_facts.tsv", folder)
            let members = try file("member_facts.tsv", folder)
            var chunks = try LineChunks(facts)
            var reader = DayReader(law, plan, date)
            var first = 0
            while let chunk = chunks.next() {
                let group = try reader.group(chunk)
                var writer = FrameWriter(plan)
                let bytes = writer.start + writer.add(try group.encoded()) + writer.end
                try bytes.withUnsafeBytes { bytes in
                    let frame = try Frame(bytes, for: plan)
                    for place in 0..<frame.groupCount {
                        try households.write(contentsOf: query.householdRows(frame, group: place, from: first))
                        try members.write(contentsOf: query.memberRows(frame, group: place, from: first))
                    }
                    first += frame.households
                }
            }
            try households.close()
            try members.close()
            Output.complain("\(first) households in \(folder); \(reader.others) of another day or not accepted")
        }

        private static func file(_ name: String, _ folder: String) throws -> FileHandle {
            let path = folder + "/" + name
            guard FileManager.default.createFile(atPath: path, contents: nil),
                let file = FileHandle(forWritingAtPath: path)
            else { throw Refused("\(path): the file cannot be written") }
            return file
        }
    }
}
