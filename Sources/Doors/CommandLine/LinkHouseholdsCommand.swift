import ArgumentParser
import Linkage

struct LinkHouseholdsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "households",
        abstract: "Finds households that were entered twice, and persons who are a member of two.",
        discussion: """
            Writes kind,household,household,shared,smaller,records: `family` for a family that was entered twice, \
            `member` for two families with a person in common; how many persons they share, how many the smaller \
            has, and a record of each, parted by blanks. The configuration names the column with the household \
            (householdColumn).

            EXAMPLES
              sijill link households people.csv --config register --output twice.csv
            """)

    @Argument(help: "A comma-separated file with a header line.") var input: String
    @Option(help: "Where the findings go.") var output: String
    @OptionGroup var options: LinkOptions

    func run() async throws {
        let linker = try options.linker(input)
        let found: HouseholdDuplicates
        do { found = try HouseholdDuplicates(linker, linker.run()) } catch { throw Refused("\(error)") }
        var lines = CSVLines("kind,household,household,shared,smaller,records")
        for finding in found.findings {
            lines.add(
                line: [
                    finding.kind.rawValue, finding.one, finding.other, String(finding.persons.count),
                    String(finding.smaller), finding.persons.joined(separator: " "),
                ])
        }
        try lines.write(output)
        for notice in linker.notices { Output.complain(notice.text) }
        let families = found.findings.count { $0.kind == .family }
        Output.complain(
            "\(families) families entered twice, "
                + "\(found.findings.count - families) pairs of households with a member in common"
        )
    }
}
