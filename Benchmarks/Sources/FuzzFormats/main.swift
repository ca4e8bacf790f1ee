// Reads mutated records of every format and counts what is read and what is refused. A crash ends it, a slow or greedy
// reader shows in its figures. See the script of the same name one folder up.
import BiometricFormats
import FaultyBytes
import Foundation

struct Subject {
    let name: String
    let sample: [UInt8]
    let read: ([UInt8]) throws -> Void
}

func subjects() throws -> [Subject] {
    let minutiae = (0..<30).map { Minutia(kind: .ending, x: 7 * $0, y: 9 * $0, angle: UInt8($0), quality: 50) }
    var view = MinutiaeView(position: 1, quality: 60, width: 300, height: 300, minutiae: minutiae)
    view.extensions = ExtendedData(blocks: [.init(type: 1, data: [1, 2, 3, 4]), .init(type: 300, data: [9])])
    var subjects = try MinutiaeFormat.allCases.map { format in
        Subject(
            name: "minutiae-\(format.rawValue)",
            sample: try MinutiaeRecord(format: format, views: [view, view]).bytes(),
            read: { _ = try MinutiaeRecord(reading: $0).bytes() })
    }
    for edition in ImageRecordEdition.allCases {
        let finger = FingerImage(position: 2, compression: .png, width: 90, height: 80, data: [UInt8](0..<200))
        let eye = IrisImage(eye: 1, format: .jpeg2000, width: 90, height: 80, data: [UInt8](0..<200))
        subjects.append(
            Subject(
                name: "finger-image-\(edition.rawValue)",
                sample: try FingerImageRecord(edition: edition, images: [finger, finger]).bytes(),
                read: { _ = try FingerImageRecord(reading: $0).bytes() }))
        subjects.append(
            Subject(
                name: "iris-image-\(edition.rawValue)",
                sample: try IrisImageRecord(edition: edition, images: [eye, eye]).bytes(),
                read: { _ = try IrisImageRecord(reading: $0).bytes() }))
    }
    var document = BiometricInformationRecord()
    var inner = document
    inner.data = [UInt8](0..<100)
    inner.others = [.init(key: "key", value: "value & more")]
    document.records = [inner]
    subjects.append(
        Subject(
            name: "cbeff", sample: document.xml(),
            read: { _ = try BiometricInformationRecord(readingXML: $0).xml() }))
    subjects.append(
        Subject(
            name: "wsq", sample: ComposedWSQ.bytes(width: 29, height: 23) { $0 % 5 == 0 ? $0 % 19 - 9 : 0 },
            read: { _ = try WSQ.decode($0, limit: 1 << 12) }))
    let picture = try GreyImage(width: 16, height: 12, pixels: [UInt8](0..<192))
    subjects.append(
        Subject(name: "pgm", sample: PNM.encode(picture), read: { _ = try PNM.decode($0, limit: 1 << 16) }))
    var bitmap: [UInt8] = [0x42, 0x4D] + [UInt8](repeating: 0, count: 52)
    for (place, value) in [(10, 54), (14, 40), (18, 16), (22, 12), (26, 1), (28, 24)] { bitmap[place] = UInt8(value) }
    subjects.append(
        Subject(
            name: "bmp", sample: bitmap + [UInt8](repeating: 90, count: 16 * 12 * 3),
            read: { _ = try BMP.decode($0, limit: 1 << 16) }))
    return subjects
}

func argument(_ name: String, _ standard: Int) -> Int {
    guard let place = CommandLine.arguments.firstIndex(of: name), place + 1 < CommandLine.arguments.count else {
        return standard
    }
    return Int(CommandLine.arguments[place + 1]) ?? standard
}

let count = argument("--count", 1_000_000)
let seed = UInt64(argument("--seed", 20_261_123))
print("format,records,read,refused,untyped,seconds,peak_kB")
var untypedInAll = 0
for subject in try subjects() {
    var mutation = RecordMutation(seed: seed)
    var (readable, refused, untyped) = (0, 0, 0)
    let start = clock()
    for _ in 0..<count {
        do {
            try subject.read(mutation.mutate(subject.sample))
            readable += 1
        } catch is BiometricFormatError {
            refused += 1
        } catch {
            untyped += 1
        }
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
    print("\(subject.name),\(count),\(readable),\(refused),\(untyped),\(seconds),\(usage.ru_maxrss)")
    fflush(nil)
    untypedInAll += untyped
}
exit(untypedInAll == 0 ? 0 : 1)
