import BiometricFormats
import CImageCodecs
import Glibc

/// The separate process: an image comes in on standard input, grey pixels go out on standard output.
///
/// The answer is `SGRY`, width and height in four bytes each, the resolution in hundredths of a pixel per inch in four
/// (0 unknown), and the pixels; big-endian. A refusal is one line on standard error and exit status 1.
public enum ConfinedDecoder {
    static let signature: [UInt8] = [0x53, 0x47, 0x52, 0x59]
    static let headerLength = 16

    /// Address space in bytes; the picture, the library's copy of it and the program itself.
    static let memoryLimit: UInt64 = 2 << 30

    /// Processor seconds.
    static let processorLimit: UInt64 = 30

    /// Gives up what a decoder does not need, decodes, and ends the process.
    public static func run() -> Never {
        let step = codec_confine(memoryLimit, processorLimit)
        guard step == 0 else { refuse("image.process: the process could not give up its rights, step \(step)") }
        guard let bytes = readInput() else { refuse("image.refused: the file is longer than the limit") }
        do {
            let image = try ImageCodecs.decode(bytes)
            var answer = signature
            let resolution = image.dpi.map { $0 >= 0 && $0 < 1_000_000 ? UInt32($0 * 100 + 0.5) : 0 } ?? 0
            for word in [UInt32(image.width), UInt32(image.height), resolution] {
                for shift in [24, 16, 8, 0] { answer.append(UInt8(truncatingIfNeeded: word >> UInt32(shift))) }
            }
            write(answer, to: 1)
            write(image.pixels, to: 1)
        } catch {
            refuse(error.description)
        }
        _exit(0)
    }

    private static func readInput() -> [UInt8]? {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(0, &part, part.count)
            if count <= 0 { return bytes }
            bytes += part[0..<count]
            if bytes.count > ImageCodecs.fileLimit { return nil }
        }
    }

    private static func refuse(_ reason: String) -> Never {
        write(Array((reason + "\n").utf8), to: 2)
        _exit(1)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, $0.count - done) }
            if count <= 0 { _exit(1) }
            done += count
        }
    }
}
