public import BiometricFormats
import CImageCodecs
import Glibc

/// Decodes images in a separate process that has given up files, network, processes, memory and time.
///
/// One process an image: what a hostile image breaks ends with it. The call blocks its thread until the answer is there,
/// two minutes at most; call it from a thread that may block.
public struct ImageDecoder: Sendable {
    /// The program to run.
    public let executable: String

    /// Its arguments after the program's name.
    public let arguments: [String]

    private static let patienceMilliseconds: Int64 = 120_000

    /// A decoder that runs `executable`, by default the running program, with the hidden sub-command `decode-image`.
    public init(executable: String = "/proc/self/exe", arguments: [String] = ["decode-image"]) {
        self.executable = executable
        self.arguments = arguments
    }

    /// The picture in grey levels.
    ///
    /// PNG, JPEG, JPEG 2000, TIFF, BMP, PGM, PPM and WSQ. Throws `ImageDecodingError`.
    public func decode(_ bytes: [UInt8]) throws(ImageDecodingError) -> GreyImage {
        guard bytes.count <= ImageCodecs.fileLimit else {
            throw ImageDecodingError(.refused, "the file is longer than \(ImageCodecs.fileLimit) bytes")
        }
        let child = try Child(executable: executable, arguments: arguments)
        let answer = child.exchange(bytes, within: Self.patienceMilliseconds)
        let (output, complaint) = (answer.output, answer.complaint)
        guard answer.status == 0 else {
            if answer.exitedWithOne, let error = Self.parse(complaint) { throw error }
            throw ImageDecodingError(.process, "the image was more than the decoder's limits allow; send another")
        }
        return try Self.image(output)
    }

    private static func parse(_ complaint: [UInt8]) -> ImageDecodingError? {
        let line = String(decoding: complaint.prefix { $0 != 0x0A }, as: UTF8.self)
        guard let colon = line.firstIndex(of: ":"), let code = ImageDecodingError.Code(rawValue: String(line[..<colon]))
        else { return nil }
        return ImageDecodingError(code, String(line[line.index(after: colon)...].drop { $0 == " " }))
    }

    private static func image(_ answer: [UInt8]) throws(ImageDecodingError) -> GreyImage {
        guard answer.count > ConfinedDecoder.headerLength, answer.starts(with: ConfinedDecoder.signature) else {
            throw ImageDecodingError(.process, "the decoder's answer is cut")
        }
        let words = (1...3).map { word in answer[4 * word..<4 * word + 4].reduce(0) { $0 << 8 | Int($1) } }
        do {
            return try GreyImage(
                width: words[0], height: words[1], dpi: words[2] == 0 ? nil : Double(words[2]) / 100,
                pixels: Array(answer[ConfinedDecoder.headerLength...]))
        } catch {
            throw ImageDecodingError(.process, "the decoder's answer is cut")
        }
    }
}

/// A child with a socket as its standard input and pipes as its outputs, and no other descriptor or environment.
private struct Child {
    struct Answer {
        var output: [UInt8] = []
        var complaint: [UInt8] = []
        var status: Int32 = -1
        var exitedWithOne: Bool { status == 256 }
    }

    private let process: pid_t
    private let input: Int32
    private let output: Int32
    private let complaint: Int32

    init(executable: String, arguments: [String]) throws(ImageDecodingError) {
        var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) }
        words.append(nil)
        defer { words.forEach { free($0) } }
        var ends: [Int32] = [-1, -1, -1]
        var process: Int32 = 0
        guard codec_spawn(executable, words, &ends, &process) == 0 else {
            throw ImageDecodingError(.process, "the decoder did not start; see that the program can run itself")
        }
        self.process = process
        input = ends[0]
        output = ends[1]
        complaint = ends[2]
    }

    /// Sends all, reads all, and ends the process when it takes too long or says too much.
    func exchange(_ bytes: [UInt8], within milliseconds: Int64) -> Answer {
        var answer = Answer()
        let end = Self.now() + milliseconds
        var sent = 0
        var isSending = true
        var open: Set<Int32> = [output, complaint]
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while !open.isEmpty {
            var polled = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            if isSending { polled.append(pollfd(fd: input, events: Int16(POLLOUT), revents: 0)) }
            let left = end - Self.now()
            guard left > 0, poll(&polled, nfds_t(polled.count), Int32(left)) > 0 else {
                kill(process, SIGKILL)
                break
            }
            for entry in polled where entry.revents != 0 {
                if entry.fd == input {
                    let count = bytes.withUnsafeBytes {
                        send(
                            input, $0.baseAddress?.advanced(by: sent), $0.count - sent,
                            Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
                    }
                    if count > 0 { sent += count }
                    if sent == bytes.count || count < 0 && errno != EAGAIN {
                        isSending = false
                        shutdown(input, Int32(SHUT_WR))
                    }
                } else {
                    let count = read(entry.fd, &part, part.count)
                    if count <= 0 {
                        open.remove(entry.fd)
                    } else if entry.fd == output {
                        answer.output += part[0..<count]
                    } else if answer.complaint.count < 4096 {
                        answer.complaint += part[0..<count]
                    }
                }
            }
            if answer.output.count > ImageCodecs.pixelLimit + ConfinedDecoder.headerLength {
                kill(process, SIGKILL)
                break
            }
        }
        for descriptor in [input, output, complaint] { close(descriptor) }
        while waitpid(process, &answer.status, 0) < 0, errno == EINTR {}
        return answer
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
