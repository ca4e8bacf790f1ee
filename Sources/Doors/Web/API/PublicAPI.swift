import Hummingbird
import Installation
import PopulationRegister
import RecordStore
import SocialRegister
import StrictJSON
import TransparencyLog

extension WebDoor {
    /// The newest signed checkpoint, and the key by which anybody verifies it.
    @Sendable func apiCheckpoint(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let note = try await installation.log.latestCheckpoint() else { throw WebError(.logEmpty) }
        return .json(["checkpoint": .string(note), "verifier": .string(installation.log.verifier.text)])
    }

    /// That a leaf stands in the newest tree: `?leaf=IDENTIFIER`.
    @Sendable func apiProof(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let leaf = request.uri.queryParameters.get("leaf"), (1...64).contains(leaf.utf8.count) else {
            throw WebError(.malformedQuery)
        }
        guard let index = try await installation.log.index(ofLeaf: leaf) else { throw WebError(.leafPending) }
        let (size, note) = try await newestTree()
        let hashes = try await installation.log.inclusionProof(index: index, size: size)
        return .json([
            "leaf": .string(leaf), "index": .integer(Int64(clamping: index)), "size": .integer(Int64(clamping: size)),
            "hashes": .array(hashes.map { .string(Hexadecimal.encode($0.bytes)) }), "checkpoint": .string(note),
        ])
    }

    /// That an older tree is a beginning of a newer one: `?old=SIZE&new=SIZE`.
    @Sendable func apiConsistency(_ request: Request, _ context: WebContext) async throws -> Response {
        let query = request.uri.queryParameters
        guard let old = query.get("old").flatMap({ UInt64($0) }), let new = query.get("new").flatMap({ UInt64($0) }),
            max(old, new) <= UInt64(Int64.max)
        else { throw WebError(.malformedQuery) }
        let hashes = try await installation.log.consistencyProof(old: old, new: new)
        return .json([
            "old": .integer(Int64(old)), "new": .integer(Int64(new)),
            "hashes": .array(hashes.map { .string(Hexadecimal.encode($0.bytes)) }),
        ])
    }

    private func newestTree() async throws -> (size: UInt64, note: String) {
        guard let note = try await installation.log.latestCheckpoint() else { throw WebError(.logEmpty) }
        let checkpoint = try Checkpoint(
            note: note, origin: installation.log.origin, verifiers: [installation.log.verifier])
        return (checkpoint.size, note)
    }

    @Sendable func apiOutbox(_ request: Request, _ context: WebContext) async throws -> Response {
        let messages = try await outboxMessages(context)
        return .json([
            "messages": .array(
                messages.map {
                    ["person": .string($0.person), "writtenAt": .string($0.writtenAt), "code": .string($0.code)]
                })
        ])
    }
}
