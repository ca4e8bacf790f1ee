import Foundation
import TestMaterial
import Testing
import TransparencyLog

/// The cases of transparency-dev/merkle (Apache-2.0), read from the shared folder.
@Suite("The vectors of transparency-dev/merkle")
struct MerkleVectorTests {
    struct Case: Decodable {
        let leafIdx, treeSize, start, end, size, size1, size2: UInt64?
        let leafHash, root, root1, root2: Data?
        let proof: [Data]?
        let desc: String
        let wantErr: Bool

        /// Nil for a folder that is not known.
        func verify(kind: String) throws -> Bool? {
            let hashes = (proof ?? []).map { Array($0) }
            let leaf = leafHash.map { Array($0) } ?? []
            switch kind {
            case "inclusion":
                try TreeProof.inclusion(index: #require(leafIdx), size: #require(treeSize))
                    .verify(leafHash: leaf, hashes: hashes, root: Array(#require(root)))
            case "subtreeinclusion":
                try TreeProof.subtreeInclusion(
                    index: #require(leafIdx), start: #require(start), end: #require(end)
                )
                .verify(leafHash: leaf, hashes: hashes, root: Array(#require(root)))
            case "consistency":
                try TreeProof.consistency(old: #require(size1), new: #require(size2))
                    .verify(olderRoot: Array(#require(root1)), hashes: hashes, root: Array(#require(root2)))
            case "subtreeconsistency":
                try TreeProof.subtreeConsistency(
                    start: #require(start), end: #require(end), size: #require(size)
                )
                .verify(olderRoot: Array(#require(root1)), hashes: hashes, root: Array(#require(root2)))
            default: return nil
            }
            return true
        }
    }

    @Test("each case is accepted or refused as it says")
    func allCases() throws {
        guard let folder = SharedFolder.file("vectors/rfc6962", neededFor: "Merkle proof vectors")
        else { return }
        var counts: [String: Int] = [:]
        let files = try #require(
            FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        for case let file as URL in files where file.pathExtension == "json" {
            let kind = file.pathComponents[folder.pathComponents.count]
            let vector = try JSONDecoder().decode(Case.self, from: Data(contentsOf: file))
            var accepted: Bool?
            do { accepted = try vector.verify(kind: kind) } catch is TreeProofError { accepted = false }
            #expect(accepted == !vector.wantErr, "\(kind)/\(file.lastPathComponent): \(vector.desc)")
            counts[kind, default: 0] += 1
        }
        #expect(counts.values.reduce(0, +) == 518)
        #expect(counts.count == 4)
    }
}
