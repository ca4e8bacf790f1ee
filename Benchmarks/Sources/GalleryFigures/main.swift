// One probe of ten fingers against many persons: seconds, share of planted duplicates found, memory.
import Dispatch
import Foundation
import Gallery
import Synchronization

/// `--name value` of the command line.
func option(_ name: String, _ fallback: Int) -> Int {
    guard let place = CommandLine.arguments.firstIndex(of: "--\(name)"), place + 1 < CommandLine.arguments.count,
        let value = Int(CommandLine.arguments[place + 1]), value > 0
    else { return fallback }
    return value
}

let (persons, probes, threads) = (option("persons", 100_000), option("probes", 400), option("threads", 2))
let timed = min(probes, option("timed", 20))
let population = Population(seed: UInt64(option("seed", 20_261_124)))

func complain(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

/// Processor's seconds of this process so far.
func processorSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

func wallSeconds() -> Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }

/// Searches all entries by the threads, as a matcher does.
func search(_ search: GallerySearch, _ entries: [GallerySearch.Entry]) -> SearchTally {
    let parts = threads * 8
    let tallies = Mutex([Int: SearchTally]())
    let next = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
        let matcher = PersonMatcher()
        while true {
            let part = next.withLock { value in
                defer { value += 1 }
                return value
            }
            guard part < parts else { return }
            let range = entries.count * part / parts..<entries.count * (part + 1) / parts
            let tally = search.run(entries[range], matcher: matcher) { "\(range.lowerBound + $0)" }
            tallies.withLock { $0[part] = tally }
        }
    }
    var sum = SearchTally()
    for tally in tallies.withLock({ $0 }).values { sum.add(tally, most: search.most) }
    return sum
}

if let place = CommandLine.arguments.firstIndex(of: "--reject-loss"), place + 2 < CommandLine.arguments.count {
    let loss = try RejectLoss(index: CommandLine.arguments[place + 1], records: CommandLine.arguments[place + 2])
    loss.report("all") { _ in true }
    loss.report("101-103") { ["101", "102", "103"].contains($0) }
    loss.report("104-105") { ["104", "105"].contains($0) }
    exit(0)
}

complain("making \(persons) persons with ten fingers each")
var start = processorSeconds()
let held = try Held(population, persons: persons, threads: threads) { _ in }
complain("\(Int(processorSeconds() - start)) processor seconds")

// Full searches: times, and everybody who is wrongly given as a candidate.
var (wall, processor, compared, strangers): ([Double], [Double], Int, Int) = ([], [], 0, 0)
for number in 0..<timed {
    let person = number * (persons / timed)
    let probe = PersonProbe(try population.person(person, visit: 2))
    let (clockStart, wallStart) = (processorSeconds(), wallSeconds())
    let tally = search(GallerySearch(probe), held.entries)
    wall.append(wallSeconds() - wallStart)
    processor.append(processorSeconds() - clockStart)
    compared += tally.compared
    strangers += tally.candidates.count { $0.order != UInt64(person + 1) }
}
wall.sort()
processor.sort()

// Planted duplicates, spread over the gallery: the reject stage and the score look at two persons alone, so that the
// share found does not depend on who else is there.
let matcher = PersonMatcher()
var (found, foundWithoutReject) = (0, 0)
for number in 0..<probes {
    let person = number * (persons / probes)
    let probe = PersonProbe(try population.person(person, visit: 3))
    let entry = held.entries[person..<person + 1]
    if !GallerySearch(probe).run(entry, matcher: matcher, identifier: { "\($0)" }).candidates.isEmpty { found += 1 }
    let whole = GallerySearch(probe, stage: .none).run(entry, matcher: matcher, identifier: { "\($0)" })
    if !whole.candidates.isEmpty { foundWithoutReject += 1 }
}
let share = { (count: Int) in String(format: "%.4f", Double(count) / Double(probes)) }
print("persons\t\(persons)")
print(
    "probe-seconds\t\(String(format: "%.3f", wall[timed / 2]))\tmedian of \(timed), \(threads) threads, by the wall's clock"
)
print("probe-processor-seconds\t\(String(format: "%.3f", processor[timed / 2]))\tmedian, all threads together")
print("found\t\(share(found))\tof \(probes) planted duplicates")
print("found-unabridged\t\(share(foundWithoutReject))\tthe same without a reject stage")
print("wrong-candidates\t\(strangers)\tin \(timed) searches")
print("compared\t\(compared / timed)\tpersons by all fingers, a search")
print("bytes-per-person\t\(held.bytes / persons)")
