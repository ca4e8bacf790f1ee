import BiometricFormats
import Foundation
import Testing

@Suite("Commands: fingerprint")
struct FingerprintCommandTests {
    /// A picture of concentric ridges around a point, as a portable grey map.
    static func picture(_ middle: Double) -> [UInt8] {
        let size = 200
        var bytes = Array("P5\n\(size) \(size)\n255\n".utf8)
        for y in 0..<size {
            for x in 0..<size {
                let (dx, dy) = (Double(x) - middle, Double(y) - 150)
                let bend = 2.5 * sin(dx / 17) + 2.5 * cos(dy / 23)
                bytes.append(UInt8(128 + 100 * cos(2 * .pi * ((dx * dx + dy * dy).squareRoot() + bend) / 9)))
            }
        }
        return bytes
    }

    @Test("records are extracted below the output folder and every pair of a set is compared")
    func extractAndCompare() throws {
        let scratch = try Scratch()
        for (name, middle) in [("a/one.pgm", 90.0), ("a/two.pgm", 92), ("b/three.pgm", 60)] {
            try scratch.write(Self.picture(middle), "images/\(name)")
        }
        let index = "path,set,dpi\na/one.pgm,s,500\na/two.pgm,s,500\nb/three.pgm,s,500\n"
        try scratch.write(Array(index.utf8), "images/index.csv")
        let list = "\(scratch.path)/images/index.csv"
        let extracted = try ProgramRun(["fingerprint", "extract", list, "--output", "\(scratch.path)/templates"])
        #expect(extracted.status == 0, "\(extracted.complaints)")
        #expect(extracted.lines.count == 4)
        for name in ["a/one", "a/two", "b/three"] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(scratch.path)/templates/\(name).iso"))
            let record = try MinutiaeRecord(reading: [UInt8](bytes))
            #expect(record.format == .iso2005)
        }
        let scores = "\(scratch.path)/scores.csv"
        let compared = try ProgramRun(
            ["fingerprint", "compare", list, "--templates", "\(scratch.path)/templates", "--output", scores])
        #expect(compared.status == 0, "\(compared.complaints)")
        let lines = try String(contentsOfFile: scores, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { Float($0.split(separator: ",").last ?? "") ?? -1 >= 0 })
        #expect(
            try ProgramRun(["fingerprint", "extract", "\(scratch.path)/none.csv", "--output", scratch.path]).status == 1
        )
        #expect(try ProgramRun(["fingerprint", "compare", list]).status == 2)
    }
}
