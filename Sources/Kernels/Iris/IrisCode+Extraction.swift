public import BiometricFormats
import Foundation

extension IrisCode {
    /// Extracts the code of the eye in an image.
    ///
    /// Throws `IrisError`: those of `IrisSegmentation`, and `covered` when less than a fifth of the iris counts.
    public init(extracting image: GreyImage) throws(IrisError) {
        try self.init(extracting: image, within: IrisSegmentation(finding: image))
    }

    /// Extracts the code of an iris whose boundaries are known.
    ///
    /// The ring between pupil and limbus is sampled on a grid that stretches with it (rubber sheet); each of eight rings
    /// is filtered around the pupil by a log-Gabor filter. Source: J. Daugman 2004; D. J. Field 1987 for the filter.
    public init(extracting image: GreyImage, within segmentation: IrisSegmentation) throws(IrisError) {
        let sheet = IrisSheet(image, segmentation)
        var real = [UInt8](repeating: 0, count: Self.angles)
        var imaginary = real
        var mask = real
        for ring in 0..<Self.rings {
            let response = LogGabor.shared.respond(to: sheet.rings[ring], known: sheet.known[ring])
            for angle in 0..<Self.angles {
                if response[angle].real > 0 { real[angle] |= 1 << UInt8(ring) }
                if response[angle].imaginary > 0 { imaginary[angle] |= 1 << UInt8(ring) }
                if response[angle].counts { mask[angle] |= 1 << UInt8(ring) }
            }
        }
        self.init(real: real, imaginary: imaginary, mask: mask)
        guard usable >= 0.2 else {
            throw IrisError(.covered, "too little of the iris is to be seen; open the eye wider and avoid glare")
        }
    }
}

/// The iris unrolled: eight rings of 512 angles, and how much of each place was to be seen.
struct IrisSheet {
    static let angles = 512
    private static let samplesPerRing = 4

    private(set) var rings: [[Float]] = []
    private(set) var known: [[Bool]] = []

    init(_ image: GreyImage, _ segmentation: IrisSegmentation) {
        let plane = IrisPlane(image)
        let count = IrisCode.rings * Self.samplesPerRing
        var samples: [[Float]] = []
        var seen: [[Bool]] = []
        let pupil = segmentation.pupil
        let limbus = segmentation.limbus
        let around = directions((0..<Self.angles).map { Double($0) * 360 / Double(Self.angles) })
        for sample in 0..<count {
            // The edges themselves are left out: they are the boundary's, not the iris'.
            let share = 0.05 + 0.85 * (Float(sample) + 0.5) / Float(count)
            var line: [Float] = []
            var visible: [Bool] = []
            for direction in around {
                let inner = (pupil.x + pupil.radius * direction.cosine, pupil.y + pupil.radius * direction.sine)
                let outer = (limbus.x + limbus.radius * direction.cosine, limbus.y + limbus.radius * direction.sine)
                let x = inner.0 + share * (outer.0 - inner.0)
                let y = inner.1 + share * (outer.1 - inner.1)
                let level = plane.level(x, y)
                line.append(level ?? 0)
                visible.append(level != nil && !segmentation.isCovered(x: x, y: y))
            }
            samples.append(line)
            seen.append(visible)
        }
        Self.hideOutliers(samples, &seen)
        for ring in 0..<IrisCode.rings {
            let part = ring * Self.samplesPerRing..<(ring + 1) * Self.samplesPerRing
            var line: [Float] = []
            var visible: [Bool] = []
            for angle in 0..<Self.angles {
                let there = part.filter { seen[$0][angle] }
                line.append(there.reduce(0) { $0 + samples[$1][angle] } / Float(max(1, there.count)))
                visible.append(there.count >= Self.samplesPerRing / 2)
            }
            rings.append(line)
            known.append(visible)
        }
    }

    /// Reflections and lashes are far from the ring's own levels.
    private static func hideOutliers(_ samples: [[Float]], _ seen: inout [[Bool]]) {
        for ring in samples.indices {
            let levels = samples[ring].indices.filter { seen[ring][$0] }.map { samples[ring][$0] }.sorted()
            guard levels.count >= 32 else { continue }
            let middle = levels[levels.count / 2]
            let spread = max(6, levels[levels.count * 3 / 4] - levels[levels.count / 4])
            for angle in samples[ring].indices {
                let away = samples[ring][angle] - middle
                if away > 2.5 * spread || away < -2.2 * spread { seen[ring][angle] = false }
            }
        }
    }
}

/// A filter that keeps one octave of waves around the pupil, as real and imaginary parts.
struct LogGabor {
    struct Response {
        var real: Float
        var imaginary: Float
        var counts: Bool
    }

    static let shared = LogGabor()

    /// Waves around the pupil at the filter's middle.
    private static let centre = 15.0
    private static let highest = 48

    private let gain: [Float]
    private let wave: [(cosine: Float, sine: Float)]

    init() {
        gain = (0...Self.highest).map { frequency in
            guard frequency > 0 else { return 0 }
            let octave = log(Double(frequency) / Self.centre) / log(0.55)
            return Float(exp(-octave * octave / 2))
        }
        wave = directions((0..<IrisSheet.angles).map { Double($0) * 360 / Double(IrisSheet.angles) })
    }

    /// The responses at the code's angles; unknown places are filled with the mean of the known ones.
    func respond(to ring: [Float], known: [Bool]) -> [Response] {
        let count = IrisSheet.angles
        let total = known.reduce(0) { $0 + ($1 ? 1 : 0) }
        let mean = zip(ring, known).reduce(Float(0)) { $1.1 ? $0 + $1.0 : $0 } / Float(max(1, total))
        let signal = zip(ring, known).map { $1 ? $0 - mean : 0 }
        var spectrum: [(real: Float, imaginary: Float)] = []
        for frequency in 0...Self.highest {
            var real: Float = 0
            var imaginary: Float = 0
            for angle in 0..<count {
                let turn = wave[frequency * angle % count]
                real += signal[angle] * turn.cosine
                imaginary -= signal[angle] * turn.sine
            }
            spectrum.append((real * gain[frequency], imaginary * gain[frequency]))
        }
        let step = count / IrisCode.angles
        var responses = (0..<IrisCode.angles).map { place -> Response in
            let angle = place * step + step / 2
            var response = Response(real: 0, imaginary: 0, counts: false)
            for frequency in 1...Self.highest {
                let turn = wave[frequency * angle % count]
                let part = spectrum[frequency]
                response.real += part.real * turn.cosine - part.imaginary * turn.sine
                response.imaginary += part.real * turn.sine + part.imaginary * turn.cosine
            }
            // Most of the filter's reach, half a wave to either side, must have been seen.
            let reach = count / Int(Self.centre) / 2
            let seen = (-reach...reach).reduce(0) { $0 + (known[(angle + $1 + count) % count] ? 1 : 0) }
            response.counts = 10 * seen >= 7 * (2 * reach + 1)
            return response
        }
        Self.hideFragile(&responses)
        return responses
    }

    /// The weakest tenth flips from image to image and does not count.
    private static func hideFragile(_ responses: inout [Response]) {
        func strength(_ response: Response) -> Float {
            min(abs(response.real), abs(response.imaginary)) + 0.1 * hypot(response.real, response.imaginary)
        }
        let strengths = responses.filter(\.counts).map(strength).sorted()
        guard let floor = strengths.dropFirst(strengths.count / 10).first else { return }
        for index in responses.indices where strength(responses[index]) < floor { responses[index].counts = false }
    }
}
