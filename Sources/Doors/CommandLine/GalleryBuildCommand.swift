import ArgumentParser
import Dispatch
import Foundation
import Gallery
import GalleryShards
import StrictJSON
import Synchronization

struct GalleryBuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Makes a gallery of persons' minutiae records and iris codes, or adds to one.",
        discussion: """
            PEOPLE is a comma-separated list with the columns person, path and finger, or a folder with a folder for each \
            person. A finger is a position of ISO/IEC 19794-2 (1 right thumb to 5 right little finger, 6 left thumb to 10), \
            or left or right for an iris. The record of a row is found at its path below --templates (default: beside the \
            list), with .iso or .iris for its extension, as `fingerprint extract` and `iris extract` write them. In folders \
            the file's name says the finger: 1.iso to 10.iso, left.iris, right.iris.

            One JSON object a line: person, order (the number under which searches find the enrolment). A person without a \
            usable record is named, the others are added all the same, and the exit status is 1. The file is sealed under a \
            key derived from master.key, made when absent.

            EXAMPLES
              sijill gallery build people/ --output gallery --shards 8 --keys keys
              sijill gallery build index.csv --templates templates --output gallery --append
            """)

    @Argument(help: "A list, or a folder of persons' folders.") var people: String
    @Option(help: "The folder of the gallery, made when absent.") var output: String
    @Option(help: "With a list: the folder of the records.") var templates: String?
    @Option(help: "Into how many shards searches are cut; default: 1.") var shards: Int?
    @Flag(help: "Add to the gallery that is in the folder.") var append = false
    @OptionGroup var key: GalleryKeyOptions

    func validate() throws {
        guard (1...1024).contains(shards ?? 1) else { throw ValidationError("--shards must be from 1 to 1024") }
        guard !append || shards == nil else { throw ValidationError("--shards: was decided when the gallery was made") }
    }

    private static let batch = 128

    func run() async throws {
        let people = try GalleryPeople(people, templates: templates).people
        let key = try await key.key(output, making: !append)
        let folder =
            append
            ? try GalleryFolder(output, key: key) : try GalleryFolder.make(output, shards: shards ?? 1, key: key)
        let bar = ProgressBar("enrolling", total: people.count)
        var reasons: [String] = []
        for start in stride(from: 0, to: people.count, by: Self.batch) {
            bar.show(start)
            let (made, wrong) = Self.prepared(people[start..<min(people.count, start + Self.batch)])
            reasons += wrong
            guard let orders = try folder.append(made) else { continue }
            for (order, one) in zip(orders, made) {
                let line: JSONObject = ["person": .string(one.identifier), "order": .integer(Int64(order))]
                Output.line(JSONValue.object(line).serialized())
            }
        }
        bar.finish()
        Output.complain("\(try folder.lastOrder()) is the last order number")
        if !reasons.isEmpty { throw Refused(reasons) }
    }

    /// Templates of some persons, by all processors, in their order.
    private static func prepared(
        _ people: ArraySlice<GalleryPeople.Person>
    ) -> (made: [GalleryFolder.Enrolment], reasons: [String]) {
        let results = Mutex([Int: Result<PersonTemplates, Refused>]())
        DispatchQueue.concurrentPerform(iterations: people.count) { place in
            let result: Result<PersonTemplates, Refused>
            do {
                result = .success(try GalleryPeople.templates(people[people.startIndex + place]))
            } catch { result = .failure(Refused(explaining: error)) }
            results.withLock { $0[place] = result }
        }
        var made: [GalleryFolder.Enrolment] = []
        var reasons: [String] = []
        for (place, person) in people.enumerated() {
            switch results.withLock({ $0[place] }) {
            case .success(let templates): made.append(.init(identifier: person.identifier, templates: templates))
            case .failure(let refused): reasons += refused.reasons
            case nil: continue
            }
        }
        return (made, reasons)
    }
}
