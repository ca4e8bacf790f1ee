import ArgumentParser

struct LinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link", abstract: "Finds which records are the same person.",
        discussion: """
            A configuration says what the columns of a file mean: a YAML file, or the name of a ready one in the \
            country's Linkage folder. Weights are learned from the file itself, without labels.

            EXAMPLES
              sijill link dedupe people.csv --config register --clusters clusters.csv --pairs pairs.csv
              sijill link explain people.csv --config register 17 2093
              sijill link index people.csv --config register --index people
            """,
        subcommands: [
            LinkDedupeCommand.self, LinkExplainCommand.self, LinkHouseholdsCommand.self, LinkIndexCommand.self,
            LinkProbeCommand.self, LinkListsCommand.self, LinkWeightsCommand.self,
        ])
}
