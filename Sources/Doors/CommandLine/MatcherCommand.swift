import ArgumentParser
import Dispatch
import Foundation
import Gallery
import GalleryShards
import StrictJSON

struct MatcherCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matcher", abstract: "Holds one shard of a gallery in memory and answers searches.",
        discussion: """
            Enrolments and removals that are appended to the gallery are taken in while it runs, and before every search. \
            Standard output has a JSON object a line, first when it listens and then whenever it has taken something in: \
            listening, shard, lastOrder (the last order number seen), persons, bytes, locked (whether the templates are \
            kept out of the swap; raise the limit of locked memory when not). Searches are sealed with the gallery's key: \
            nobody without it can ask or read.

            EXAMPLES
              sijill matcher --shard 2/8 --gallery gallery --keys keys --listen unix:/run/sijill/matcher-2
              SIJILL_KEYS=keys sijill matcher --shard 1/1 --gallery gallery --listen 10.0.0.7:7100
            """)

    @Option(help: "Which shard of how many, as in 2/8.") var shard: String
    @Option(help: "The folder of the gallery.") var gallery: String
    @Option(help: "Where to listen: unix:PATH or HOST:PORT; port 0 is any that is free.") var listen: String
    @Option(help: "How many threads search; default: one a processor.") var threads: Int?
    @Option(help: "Seconds between looks at what was appended.") var interval = 0.5
    @OptionGroup var key: GalleryKeyOptions

    func validate() throws {
        guard (1...256).contains(threads ?? 1) else { throw ValidationError("--threads must be from 1 to 256") }
        guard interval >= 0.01, interval <= 60 else { throw ValidationError("--interval must be from 0.01 to 60") }
    }

    func run() async throws {
        let (shard, address) = (try Shard(shard), try MatcherAddress(listen))
        let folder = try GalleryFolder(gallery, key: try await key.key(gallery))
        let held = try HeldGallery(
            folder, shard: shard, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
        let server = try MatcherServer(held, at: address)
        let listening = server.port.map { "\(listen.prefix(upTo: listen.lastIndex(of: ":") ?? listen.endIndex)):\($0)" }
        report(held.status, shard, listening: listening ?? listen)
        let signals = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { server.close() }
            source.resume()
            return source
        }
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now() + interval, repeating: interval)
        timer.setEventHandler {
            let before = held.status.lastOrder
            do {
                if try held.follow() > before { report(held.status, shard, listening: nil) }
            } catch { Refused(explaining: error).print() }
        }
        timer.resume()
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                server.run()
                continuation.resume()
            }
        }
        timer.cancel()
        for source in signals { source.cancel() }
    }

    private func report(_ status: HeldGallery.Status, _ shard: Shard, listening: String?) {
        var line = JSONObject()
        if let listening { line["listening"] = .string(listening) }
        line["shard"] = .string("\(shard)")
        line["lastOrder"] = .integer(Int64(clamping: status.lastOrder))
        line["persons"] = .integer(Int64(status.persons))
        line["bytes"] = .integer(Int64(status.bytes))
        line["locked"] = .bool(status.isLocked)
        Output.line(JSONValue.object(line).serialized())
        Output.flush()
    }
}
