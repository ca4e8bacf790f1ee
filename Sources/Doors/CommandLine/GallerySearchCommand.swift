import ArgumentParser
import Dispatch
import Foundation
import Gallery
import GalleryShards
import StrictJSON

struct GallerySearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Looks for persons in a gallery and says whether everybody was looked at.",
        discussion: """
            PEOPLE as for `gallery build`. Without it standard input is read, one JSON object a line: id, fingers (an \
            object from position to the path of a record), irises (an object from left or right to the path of a code), \
            and, when the person is enrolled already, order.

            One JSON object a line: id; standing, complete or incomplete; through, the last order number that every shard \
            had seen; gaps, why the answer is incomplete (shard, code: missing, timedOut, failed, stale, misplaced); \
            examined, compared and incomparable (persons with no finger or iris in common, of whom the search says \
            nothing); candidates (order, id, score, falseMatchRate, fingers, irises), the best first; with order: verdict, \
            clear, adjudicate or searchAgain. A score is minus ten times the decimal logarithm of the false match rate.

            An incomplete answer never says that nobody was found; after one the exit status is 1. Without --matchers this \
            process opens the gallery and searches it whole; with it, the matcher of each shard is asked, in their order.

            EXAMPLES
              sijill gallery search newcomers/ --gallery gallery --keys keys
              echo '{"id": "a", "order": 12, "fingers": {"2": "a/2.iso"}}' |
                sijill gallery search --gallery gallery --matchers unix:/run/m1,unix:/run/m2 --timeout 5
            """)

    @Argument(help: "A list, or a folder of persons' folders; default: standard input.") var people: String?
    @Option(help: "With a list: the folder of the records.") var templates: String?
    @Option(help: "The folder of the gallery.") var gallery: String
    @Option(help: "Addresses of the matchers, that of shard 1 first, parted by commas.") var matchers: String?
    @Option(help: "Seconds within which a matcher must answer.") var timeout = 10.0
    @Option(help: "Leave out candidates with a lower score.") var least: Float = 60
    @Option(help: "How many candidates at most.") var most = 20
    @Option(help: "How many threads search; default: one a processor.") var threads: Int?
    @Flag(help: "Compare all fingers with everybody: no reject stage. Slower by far.") var unabridged = false
    @OptionGroup var key: GalleryKeyOptions

    func validate() throws {
        guard timeout > 0, timeout <= 3600 else { throw ValidationError("--timeout must be above 0, at most 3600") }
        guard (1...1000).contains(most) else { throw ValidationError("--most must be from 1 to 1000") }
        guard least >= 0 else { throw ValidationError("--least must be 0 or more") }
        guard (1...256).contains(threads ?? 1) else { throw ValidationError("--threads must be from 1 to 256") }
    }

    func run() async throws {
        let folder = try GalleryFolder(gallery, key: try await key.key(gallery))
        let search = try searcher(folder)
        var incomplete = 0
        try forEachProbe { identifier, order, templates in
            let needed = try order.map { $0 - 1 } ?? folder.lastOrder()
            let start = DispatchTime.now().uptimeNanoseconds
            let answer = try search(templates, needed, order)
            let taken = (DispatchTime.now().uptimeNanoseconds - start) / 1000
            if !answer.isComplete { incomplete += 1 }
            Output.line(Self.line(identifier, order, answer, taken))
            Output.flush()
        }
        if incomplete > 0 {
            throw Refused(
                "\(incomplete) answers are incomplete: not everybody was looked at; see gaps and search again")
        }
    }

    private typealias Search = (PersonTemplates, UInt64, UInt64?) throws -> SearchAnswer

    /// Either the matchers or this process.
    private func searcher(_ folder: GalleryFolder) throws -> Search {
        if let matchers {
            let addresses = try matchers.split(separator: ",").map { try MatcherAddress(String($0)) }
            let sharded = ShardedSearch(folder, matchers: addresses, seconds: timeout)
            return { templates, needed, own in
                sharded.search(
                    templates, needed: needed, own: own, least: least, most: most, unabridged: unabridged)
            }
        }
        let held = try HeldGallery(
            folder, shard: .whole, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
        return { templates, needed, own in
            let search = GallerySearch(
                PersonProbe(templates), stage: unabridged ? .none : .standard, least: least, most: most)
            let answer = try held.search(search, excluding: own)
            return SearchAnswer([(1, .answered(answer))], shards: 1, needed: needed, most: most)
        }
    }

    private func forEachProbe(_ body: (String, UInt64?, PersonTemplates) throws -> Void) throws {
        if let people {
            for person in try GalleryPeople(people, templates: templates).people {
                try body(person.identifier, nil, try GalleryPeople.templates(person))
            }
            return
        }
        var lines = try LineReader("-")
        while let line = lines.next() {
            guard line.bytes.contains(where: { $0 > 0x20 }) else { continue }
            let (person, order) = try Self.probe(line.bytes, "line \(line.number)")
            try body(person.identifier, order, try GalleryPeople.templates(person))
        }
    }

    private static func probe(_ bytes: [UInt8], _ place: String) throws -> (GalleryPeople.Person, UInt64?) {
        let parsed: JSONValue
        do { parsed = try JSONValue(parsing: bytes) } catch { throw Refused("\(place): \(error)") }
        guard case .object(let object) = parsed else { throw Refused("\(place): give a JSON object") }
        var parts: [GalleryPeople.Part] = []
        for member in ["fingers", "irises"] {
            guard let value = object[member] else { continue }
            guard case .object(let records) = value else {
                throw Refused("\(place), field \(member): give an object from finger or eye to a path")
            }
            for (name, path) in records {
                let isKnown =
                    member == "fingers" ? (1...10).contains(Int(name) ?? 0) : ["left", "right"].contains(name)
                guard isKnown, let path = path.string else {
                    throw Refused("\(place), field \(member).\(name): give 1 to 10, left or right, and a path")
                }
                parts.append(
                    .init(
                        file: URL(fileURLWithPath: path), place: "\(place), field \(member).\(name)", finger: name))
            }
        }
        guard !parts.isEmpty else { throw Refused("\(place), field fingers: name at least one record") }
        var order: UInt64?
        if let given = object["order"] {
            guard let number = given.integer, number > 0 else {
                throw Refused("\(place), field order: give the order number of the enrolment")
            }
            order = UInt64(number)
        }
        return (.init(identifier: object["id"]?.string ?? "", parts: parts), order)
    }

    private static func line(_ identifier: String, _ order: UInt64?, _ answer: SearchAnswer, _ taken: UInt64) -> String
    {
        var reply: JSONObject = ["id": .string(identifier)]
        switch answer.standing {
        case .complete(let through):
            reply["standing"] = .string("complete")
            reply["through"] = .integer(Int64(clamping: through))
        case .incomplete(let gaps):
            reply["standing"] = .string("incomplete")
            reply["gaps"] = .array(gaps.map(Self.gap))
        }
        if let order {
            let verdict =
                switch EnrolmentVerdict(order: order, answer: answer) {
                case .clear: "clear"
                case .adjudicate: "adjudicate"
                case .searchAgain: "searchAgain"
                }
            reply["verdict"] = .string(verdict)
        }
        reply["examined"] = .integer(Int64(answer.tally.examined))
        reply["compared"] = .integer(Int64(answer.tally.compared))
        reply["incomparable"] = .integer(Int64(answer.tally.incomparable))
        reply["candidates"] = .array(answer.tally.candidates.map(Self.candidate))
        reply["microseconds"] = .integer(Int64(clamping: taken))
        return JSONValue.object(reply).serialized()
    }

    private static func gap(_ gap: SearchAnswer.Gap) -> JSONValue {
        var object: JSONObject = ["shard": .integer(Int64(gap.shard)), "code": .string(gap.code)]
        switch gap {
        case .failed(_, let reason): object["reason"] = .string(reason)
        case .stale(_, let last, let needed):
            object["lastOrder"] = .integer(Int64(clamping: last))
            object["needed"] = .integer(Int64(clamping: needed))
        case .missing, .timedOut, .misplaced: break
        }
        return .object(object)
    }

    private static func candidate(_ candidate: Candidate) -> JSONValue {
        let comparison = candidate.comparison
        var fingers = JSONObject()
        for finger in comparison.fingers { fingers["\(finger.position)"] = .double(rounded(finger.score)) }
        var irises = JSONObject()
        for iris in comparison.irises { irises["\(iris.eye)"] = .double(rounded(iris.score)) }
        return .object([
            "order": .integer(Int64(clamping: candidate.order)), "id": .string(candidate.identifier),
            "score": .double(rounded(comparison.score)), "falseMatchRate": .double(comparison.falseMatchRate),
            "fingers": .object(fingers), "irises": .object(irises),
        ])
    }

    private static func rounded(_ score: Float) -> Double { (Double(score) * 100).rounded() / 100 }
}
