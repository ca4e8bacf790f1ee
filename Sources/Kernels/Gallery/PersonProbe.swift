import Fingerprint
import Iris

/// A person's templates prepared to be looked for among many.
public struct PersonProbe: Sendable {
    struct Finger: Sendable {
        let position: Int
        let template: FingerTemplate
    }

    let fingers: [Finger]
    let irises: [(eye: UInt8, probe: IrisProbe)]
    /// Indices into `fingers` in the order in which the reject stage asks them.
    let order: [Int]
    /// Of each position, the index into `fingers`, or -1.
    let places: [Int]

    /// Prepares every finger; costs about a millisecond a finger.
    public init(_ templates: PersonTemplates) {
        let fingers = templates.fingers.map { Finger(position: $0.position, template: FingerTemplate($0.minutiae)) }
        irises = Eye.allCases.compactMap { eye in templates.irises[eye].map { (eye.rawValue, IrisProbe($0)) } }
        var places = [Int](repeating: -1, count: 11)
        for (index, finger) in fingers.enumerated() { places[finger.position] = index }
        // Like a candidate's ready fingers, so that the two meet.
        let rich = PersonTemplates.readyOrder.filter {
            places[$0] >= 0 && fingers[places[$0]].template.count >= PersonTemplates.readyMinutiae
        }
        let poor = PersonTemplates.readyOrder.filter { places[$0] >= 0 && !rich.contains($0) }
        order = (rich + poor).map { places[$0] }
        (self.fingers, self.places) = (fingers, places)
    }
}
