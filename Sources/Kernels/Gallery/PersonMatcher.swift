import Fingerprint
import Iris
import RealModule

/// Compares a probe with persons, one by one.
///
/// Holds working memory: one matcher serves one thread.
public final class PersonMatcher {
    /// What came of one person of the gallery.
    public enum Verdict: Sendable, Equatable {
        /// Nothing of the body is in both.
        case incomparable
        /// The reject stage held a full comparison to be useless.
        case rejected
        case compared(PersonComparison)
    }

    private let fingers = FingerMatcher()

    public init() {}

    /// Verification: all fingers and irises that two persons share, with one score.
    public func compare(_ probe: PersonTemplates, _ candidate: PersonTemplates) -> PersonComparison {
        let prepared = PersonProbe(probe)
        let shared = candidate.fingers.compactMap { finger -> (PersonProbe.Finger, FingerTemplate)? in
            let place = prepared.places[finger.position]
            return place < 0 ? nil : (prepared.fingers[place], FingerTemplate(finger.minutiae))
        }
        let scores = shared.map { own, other in
            PersonComparison.Finger(position: own.position, score: fingers.score(own.template, other))
        }
        let eyes = prepared.irises.compactMap { eye, own -> PersonComparison.Iris? in
            guard let eye = Eye(rawValue: eye), let other = candidate.irises[eye] else { return nil }
            return Self.iris(eye, own.compare(with: [other])[0])
        }
        return Self.fused(scores, eyes)
    }

    /// Identification of one person of a gallery.
    public func examine(_ probe: PersonProbe, _ view: PersonView, stage: RejectStage = .standard) -> Verdict {
        var eyes: [PersonComparison.Iris] = []
        var passes = false
        if !probe.irises.isEmpty {
            for index in 0..<view.irisCount {
                let (eye, place) = view.iris(index)
                guard let known = Eye(rawValue: eye), let own = probe.irises.first(where: { $0.eye == eye }) else {
                    continue
                }
                own.probe.compare(with: view.irisPlanes(place)) { _, found in
                    let answer = Self.iris(known, found)
                    passes = passes || answer.score >= stage.irisPasses
                    eyes.append(answer)
                }
            }
        }
        return withUnsafeTemporaryAllocation(of: PersonView.FingerEntry?.self, capacity: 11) { shared in
            shared.initialize(repeating: nil)
            var count = 0
            for index in 0..<view.fingerCount {
                let entry = view.finger(index)
                guard probe.places[entry.position] >= 0 else { continue }
                shared[entry.position] = entry
                count += 1
            }
            guard count > 0 || !eyes.isEmpty else { return .incomparable }
            guard passes || count == 0 || quicklyLike(probe, shared, view, stage) else { return .rejected }
            return full(probe, shared, view, eyes, passes ? .none : stage)
        }
    }

    /// Whether the ready fingers leave a full comparison worth its time.
    private func quicklyLike(
        _ probe: PersonProbe, _ shared: UnsafeMutableBufferPointer<PersonView.FingerEntry?>, _ view: PersonView,
        _ stage: RejectStage
    ) -> Bool {
        var (asked, sum): (Int, Float) = (0, 0)
        for place in probe.order where asked < stage.leastMeans.count {
            let own = probe.fingers[place]
            guard let entry = shared[own.position], entry.words > 0 else { continue }
            sum += fingers.quickLikeness(
                own.template, rejectColumns: view.rejectColumns(entry), stride: entry.words)
            asked += 1
            if sum < stage.leastMeans[asked - 1] * Float(asked) { return false }
        }
        // With none of the ready fingers in common, the full comparison decides.
        return true
    }

    private func full(
        _ probe: PersonProbe, _ shared: UnsafeMutableBufferPointer<PersonView.FingerEntry?>, _ view: PersonView,
        _ eyes: [PersonComparison.Iris], _ stage: RejectStage
    ) -> Verdict {
        var scores: [PersonComparison.Finger] = []
        var sum: Float = 0
        for place in probe.order {
            let own = probe.fingers[place]
            guard let entry = shared[own.position] else { continue }
            let score = fingers.score(own.template, FingerTemplate(view.minutiae(entry)))
            scores.append(PersonComparison.Finger(position: own.position, score: score))
            sum += score
            if scores.count == stage.scoredFingers, sum < stage.scoredLeast { return .rejected }
        }
        return .compared(Self.fused(scores.sorted { $0.position < $1.position }, eyes))
    }

    private static func iris(_ eye: Eye, _ found: IrisComparison) -> PersonComparison.Iris {
        PersonComparison.Iris(
            eye: eye, distance: found.distance,
            score: Fusion.irisScore(distance: found.distance, turns: IrisCode.rotations.count))
    }

    private static func fused(
        _ fingers: [PersonComparison.Finger], _ irises: [PersonComparison.Iris]
    ) -> PersonComparison {
        PersonComparison(
            score: Fusion.score(fingers.map(\.score) + irises.map(\.score)), fingers: fingers, irises: irises)
    }

    /// How often two different persons reach a score or more; drawn on by the scores' models, see the module's page.
    public static func falseMatchRate(score: Float) -> Double { Double.pow(10, -Double(max(0, score)) / 10) }
}
