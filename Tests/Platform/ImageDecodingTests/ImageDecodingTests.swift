import BiometricFormats
import Foundation
import ImageDecoding
import TestMaterial
import Testing

@Suite("Images decoded in a separate process")
struct ImageDecodingTests {
    /// The program beside the tests, which runs itself as the decoder.
    static let decoder = ImageDecoder(executable: Self.program)

    static let program = BuiltProgram.path

    static let picture: GreyImage = {
        let pixels = (0..<24 * 16).map { UInt8(truncatingIfNeeded: $0 * 7) }
        guard let image = try? GreyImage(width: 24, height: 16, pixels: pixels) else {
            preconditionFailure("24 times 16 pixels")
        }
        return image
    }()

    /// The same four levels as files that other programs wrote, in base64.
    static let files: [(format: String, base64: String)] = [
        (
            "png",
            """
            iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAACXBIWXMAAEzlAABM5QF1zvCVAAAAFklEQVR4nGPUYGBgWMDAwMDE\
            AAXkMQA3gADYTMvXqwAAAABJRU5ErkJggg==
            """
        ),
        (
            "jpeg",
            """
            /9j/4AAQSkZJRgABAQEB9AH0AAD/2wBDAAEBAQEBAQEBAQEBAQEBAQIBAQEBAQIBAQECAgICAgICAgIDAwQDAwMDAwICAwQDAwQE\
            BAQEAgMFBQQEBQQEBAT/wAALCAAIAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF\
            BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW\
            V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi\
            4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APP/APg27/5vM/7p3/7vVf/Z
            """
        ),
        (
            "tiff",
            """
            SUkqACQAAACACiBChkQVkQOCQaEQaDwOGQuFQ6IwKHxKCwEADAAAAQMAAQAAAAgAAAABAQMAAQAAAAgAAAACAQMAAQAAAAgAAAAD\
            AQMAAQAAAAUAAAAGAQMAAQAAAAEAAAARAQQAAQAAAAgAAAAWAQMAAQAAAAgAAAAXAQQAAQAAABsAAAAaAQUAAQAAALoAAAAbAQUA\
            AQAAAMIAAAAcAQMAAQAAAAEAAAAoAQMAAQAAAAIAAAAAAAAA9AEAAAEAAAD0AQAAAQAAAA==
            """
        ),
        (
            "jpeg2000",
            """
            AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAACAAAAAgAAQcHAAAAAAAPY29scgEAAAAA\
            ABEAAACmanAyY/9P/1EAKQAAAAAACAAAAAgAAAAAAAAAAAAAAAgAAAAIAAAAAAAAAAAAAQcBAf9SAAwAAAABAAMEBAAB/1wADUBA\
            SEhQSEhQSEhQ/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS40/5AACgAAAAAAKwAB/5PH1AQIn8/ACALnx9oK\
            AAlAXVu/x9oMABcslaX/f//Z
            """
        ),
        (
            "bmp",
            """
            Qk12BAAAAAAAADYEAAAoAAAACAAAAAgAAAABAAgAAAAAAEAAAADEDgAAxA4AAAABAAAAAQAAAAAAAAEBAQACAgIAAwMDAAQEBAAF\
            BQUABgYGAAcHBwAICAgACQkJAAoKCgALCwsADAwMAA0NDQAODg4ADw8PABAQEAAREREAEhISABMTEwAUFBQAFRUVABYWFgAXFxcA\
            GBgYABkZGQAaGhoAGxsbABwcHAAdHR0AHh4eAB8fHwAgICAAISEhACIiIgAjIyMAJCQkACUlJQAmJiYAJycnACgoKAApKSkAKioq\
            ACsrKwAsLCwALS0tAC4uLgAvLy8AMDAwADExMQAyMjIAMzMzADQ0NAA1NTUANjY2ADc3NwA4ODgAOTk5ADo6OgA7OzsAPDw8AD09\
            PQA+Pj4APz8/AEBAQABBQUEAQkJCAENDQwBEREQARUVFAEZGRgBHR0cASEhIAElJSQBKSkoAS0tLAExMTABNTU0ATk5OAE9PTwBQ\
            UFAAUVFRAFJSUgBTU1MAVFRUAFVVVQBWVlYAV1dXAFhYWABZWVkAWlpaAFtbWwBcXFwAXV1dAF5eXgBfX18AYGBgAGFhYQBiYmIA\
            Y2NjAGRkZABlZWUAZmZmAGdnZwBoaGgAaWlpAGpqagBra2sAbGxsAG1tbQBubm4Ab29vAHBwcABxcXEAcnJyAHNzcwB0dHQAdXV1\
            AHZ2dgB3d3cAeHh4AHl5eQB6enoAe3t7AHx8fAB9fX0Afn5+AH9/fwCAgIAAgYGBAIKCggCDg4MAhISEAIWFhQCGhoYAh4eHAIiI\
            iACJiYkAioqKAIuLiwCMjIwAjY2NAI6OjgCPj48AkJCQAJGRkQCSkpIAk5OTAJSUlACVlZUAlpaWAJeXlwCYmJgAmZmZAJqamgCb\
            m5sAnJycAJ2dnQCenp4An5+fAKCgoAChoaEAoqKiAKOjowCkpKQApaWlAKampgCnp6cAqKioAKmpqQCqqqoAq6urAKysrACtra0A\
            rq6uAK+vrwCwsLAAsbGxALKysgCzs7MAtLS0ALW1tQC2trYAt7e3ALi4uAC5ubkAurq6ALu7uwC8vLwAvb29AL6+vgC/v78AwMDA\
            AMHBwQDCwsIAw8PDAMTExADFxcUAxsbGAMfHxwDIyMgAycnJAMrKygDLy8sAzMzMAM3NzQDOzs4Az8/PANDQ0ADR0dEA0tLSANPT\
            0wDU1NQA1dXVANbW1gDX19cA2NjYANnZ2QDa2toA29vbANzc3ADd3d0A3t7eAN/f3wDg4OAA4eHhAOLi4gDj4+MA5OTkAOXl5QDm\
            5uYA5+fnAOjo6ADp6ekA6urqAOvr6wDs7OwA7e3tAO7u7gDv7+8A8PDwAPHx8QDy8vIA8/PzAPT09AD19fUA9vb2APf39wD4+PgA\
            +fn5APr6+gD7+/sA/Pz8AP39/QD+/v4A////ACgoKCjIyMjIKCgoKMjIyMgoKCgoyMjIyCgoKCjIyMjIKCgoKMjIyMgoKCgoyMjI\
            yCgoKCjIyMjIKCgoKMjIyMg=
            """
        ),
    ]

    @Test("a picture comes back pixel by pixel")
    func roundTrip() throws {
        #expect(try Self.decoder.decode(PNM.encode(Self.picture)) == Self.picture)
    }

    @Test("the system's libraries give the levels that were written (files by Pillow 13)", arguments: files)
    func libraries(format: String, base64: String) throws {
        let bytes = try #require(Data(base64Encoded: base64))
        let image = try Self.decoder.decode([UInt8](bytes))
        #expect(image.width == 8)
        #expect(image.height == 8)
        let expected = (0..<64).map { $0 % 8 < 4 ? 40 : 200 }
        let differing = zip(image.pixels, expected).filter { abs(Int($0) - $1) > 2 }.count
        #expect(differing == 0, "\(format)")
        if ["png", "jpeg", "tiff"].contains(format) { #expect(abs((image.dpi ?? 0) - 500) < 0.1) }
    }

    @Test("a file cut anywhere is refused and never ends the caller", arguments: files)
    func cut(format: String, base64: String) throws {
        let bytes = [UInt8](try #require(Data(base64Encoded: base64)))
        for share in [0.2, 0.6] {
            #expect(throws: ImageDecodingError.self) {
                try Self.decoder.decode(Array(bytes.prefix(Int(share * Double(bytes.count)))))
            }
        }
    }

    @Test("what is no image, and what promises too much, is refused with its reason")
    func refusals() throws {
        func code(_ bytes: [UInt8]) -> ImageDecodingError.Code? {
            do { _ = try Self.decoder.decode(bytes) } catch { return error.code }
            return nil
        }
        #expect(code([]) == .unknown)
        #expect(code(Array("hello".utf8)) == .unknown)
        #expect(code(Array("P5\n60000 60000\n255\n".utf8)) == .refused)
        #expect(throws: ImageDecodingError.self) {
            try ImageDecoder(executable: "/nowhere/at/all").decode(Array("P5".utf8))
        }
    }

    @Test("the samples decode alike, whatever format they are in", .enabled(if: SharedSamples.arePresent))
    func samples() throws {
        func image(_ name: String) throws -> GreyImage {
            try Self.decoder.decode(try SharedSamples.bytes("biometric-formats/\(name)"))
        }
        let png = try image("probe.png")
        #expect(try image("probe.bmp").pixels == png.pixels)
        let jpeg = try image("probe.jpeg")
        let far = zip(png.pixels, jpeg.pixels).filter { abs(Int($0) - Int($1)) > 60 }.count
        #expect(jpeg.width == png.width && far * 200 < png.pixels.count)
        let reference = try image("wsq-converted.png")
        let decoded = try image("wsq-original.wsq")
        #expect(decoded.pixels.count == reference.pixels.count)
        #expect(zip(decoded.pixels, reference.pixels).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    }

    @Test("the images inside the finger and iris samples decode", .enabled(if: SharedSamples.arePresent))
    func wrapped() throws {
        let finger = try FingerImageRecord(
            reading: SharedSamples.bytes("biometric-formats/mosip/images_FingerPrintLeft_Thumb.iso")
        ).images[0]
        let thumb = try Self.decoder.decode(finger.data)
        #expect(thumb.width == finger.width && thumb.height == finger.height)
        let eye = try IrisImageRecord(
            reading: SharedSamples.bytes("biometric-formats/mosip/images_Sample_IRIS.iso")
        ).images[0]
        let iris = try Self.decoder.decode(eye.data)
        #expect(iris.width == 640 && iris.height == 480)
    }
}
