/// Two iris codes one above the other as they were laid for the comparison, and below them where they agree.
public struct IrisDrawing: Sendable {
    /// What the drawing shows.
    public let comparison: IrisComparison

    private let probe: IrisCode
    private let candidate: IrisCode

    /// Compares two codes and keeps them for the drawing; the probe is turned by the rotation that was found.
    public init(_ probe: IrisCode, _ candidate: IrisCode) {
        comparison = probe.compare(with: candidate)
        let turn = comparison.rotation
        func turned(_ plane: [UInt8]) -> [UInt8] {
            plane.indices.map { plane[($0 + turn + IrisCode.angles) % IrisCode.angles] }
        }
        self.probe = IrisCode(
            real: turned(probe.real), imaginary: turned(probe.imaginary), mask: turned(probe.mask))
        self.candidate = candidate
    }

    /// Signs compared at the rotation found.
    public var compared: Int {
        2 * zip(probe.mask, candidate.mask).reduce(0) { $0 + ($1.0 & $1.1).nonzeroBitCount }
    }

    /// Signs that differ among those compared.
    public var differing: Int {
        IrisCode.planesOfSigns.reduce(0) { sum, plane in
            sum
                + (0..<IrisCode.angles).reduce(0) { sum, angle in
                    let signs = probe[keyPath: plane][angle] ^ candidate[keyPath: plane][angle]
                    return sum + (signs & probe.mask[angle] & candidate.mask[angle]).nonzeroBitCount
                }
        }
    }

    /// The drawing as Scalable Vector Graphics.
    ///
    /// A column is an angle around the pupil, a row a ring, real parts above imaginary ones. In the codes black is a
    /// positive sign, white a negative one, and grey does not count. Below, green agrees and red differs.
    public var svg: String {
        let (left, cell) = (4, 6)
        let height = 2 * IrisCode.rings * cell
        let width = IrisCode.angles * cell + 2 * left
        let step = height + 24
        var lines = [
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(width) \#(3 * step + 24)" width="\#(width)" "#
                + #"height="\#(3 * step + 24)" font-family="sans-serif" font-size="12" shape-rendering="crispEdges">"#,
            #"<rect width="100%" height="100%" fill="white"/>"#,
        ]
        let titles = ["one", "other", "agreement"]
        for (panel, title) in titles.enumerated() {
            let top = panel * step + 18
            lines.append(#"<text x="\#(left)" y="\#(top - 4)">\#(title)</text>"#)
            for (half, plane) in IrisCode.planesOfSigns.enumerated() {
                for ring in 0..<IrisCode.rings {
                    let y = top + (half * IrisCode.rings + ring) * cell
                    lines += Self.runs { colour(panel: panel, plane: plane, angle: $0, ring: ring) }.map { run in
                        #"<rect x="\#(left + run.start * cell)" y="\#(y)" width="\#(run.count * cell)" "#
                            + #"height="\#(cell)" fill="\#(run.colour)"/>"#
                    }
                }
            }
            lines.append(
                #"<rect x="\#(left)" y="\#(top)" width="\#(width - 2 * left)" height="\#(height)" fill="none" "#
                    + #"stroke="silver"/>"#)
        }
        lines.append(
            #"<text x="\#(left)" y="\#(3 * step + 14)">\#(compared - differing) of \#(compared) signs agree; turned by "#
                + #"\#(comparison.rotation) of \#(IrisCode.angles) angles; score \#(1 - comparison.distance)</text>"#)
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }

    private func colour(panel: Int, plane: KeyPath<IrisCode, [UInt8]>, angle: Int, ring: Int) -> String {
        func isSet(_ bytes: [UInt8]) -> Bool { bytes[angle] >> UInt8(ring) & 1 == 1 }
        let (one, other) = (isSet(probe[keyPath: plane]), isSet(candidate[keyPath: plane]))
        switch panel {
        case 0: return isSet(probe.mask) ? (one ? "black" : "white") : "lightgray"
        case 1: return isSet(candidate.mask) ? (other ? "black" : "white") : "lightgray"
        default:
            guard isSet(probe.mask), isSet(candidate.mask) else { return "lightgray" }
            return one == other ? "seagreen" : "firebrick"
        }
    }

    /// Neighbours of one colour as one stretch.
    private static func runs(_ colour: (Int) -> String) -> [(start: Int, count: Int, colour: String)] {
        var runs: [(start: Int, count: Int, colour: String)] = []
        for angle in 0..<IrisCode.angles {
            let own = colour(angle)
            if let last = runs.last, last.colour == own {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((angle, 1, own))
            }
        }
        return runs
    }
}

extension IrisCode {
    fileprivate static var planesOfSigns: [KeyPath<IrisCode, [UInt8]>] { [\.real, \.imaginary] }
}
