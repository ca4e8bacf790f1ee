import BiometricFormats
import Fingerprint
import Foundation
import Gallery

/// What the bounds of the reject stage lose on records of real fingers, of which persons are drawn at random.
///
/// INDEX has the columns path, set and finger; records stand at path below the folder, with .iso. Fingers of one person are
/// drawn independently, which flatters: dry hands have ten dry fingers.
struct RejectLoss {
    private struct Print {
        let set: Substring
        let finger: Substring
        let template: FingerTemplate
    }

    private let prints: [Print]

    init(index: String, records: String) throws {
        let text = try String(contentsOfFile: index, encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline)
        let header = lines[0].split(separator: ",")
        guard let path = header.firstIndex(of: "path"), let set = header.firstIndex(of: "set"),
            let finger = header.firstIndex(of: "finger")
        else { throw CocoaError(.fileReadCorruptFile) }
        prints = try lines.dropFirst().map { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            let file = URL(fileURLWithPath: records).appendingPathComponent(String(fields[path]))
                .deletingPathExtension().appendingPathExtension("iso")
            let record = try MinutiaeRecord(reading: [UInt8](Data(contentsOf: file)))
            return Print(set: fields[set], finger: fields[finger], template: try FingerTemplate(record))
        }
    }

    /// Prints the share of second impressions that are lost, and of strangers who pass, for the fingers that `wanted` takes.
    func report(_ name: String, _ wanted: (Substring) -> Bool) {
        let matcher = FingerMatcher()
        var (same, different): ([Float], [Float]) = ([], [])
        let chosen = prints.filter { wanted($0.finger) }
        for (place, one) in chosen.enumerated() {
            for (other, two) in chosen.enumerated() where other != place && one.set == two.set {
                let likeness = matcher.quickLikeness(one.template, two.template)
                if one.finger == two.finger { same.append(likeness) } else { different.append(likeness) }
            }
        }
        var state: UInt64 = 1
        func passing(_ likenesses: [Float]) -> Double {
            let persons = 300_000
            var passed = 0
            for _ in 0..<persons {
                var sum: Float = 0
                let bounds = RejectStage.standard.leastMeans
                let stays = bounds.indices.allSatisfy { asked in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    sum += likenesses[Int((state >> 33) % UInt64(likenesses.count))]
                    return sum >= bounds[asked] * Float(asked + 1)
                }
                if stays { passed += 1 }
            }
            return Double(passed) / Double(persons)
        }
        guard !same.isEmpty, !different.isEmpty else { return }
        print("\(name)\tlost\t\(String(format: "%.4f", 1 - passing(same)))")
        print("\(name)\tstrangers\t\(String(format: "%.4f", passing(different)))")
    }
}
