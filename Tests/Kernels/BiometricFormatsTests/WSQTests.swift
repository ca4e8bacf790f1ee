import BiometricFormats
import TestMaterial
import Testing

@Suite("WSQ")
struct WSQTests {
    @Test(
        "the sample decodes within one grey level of the reference (fingerprintio: wsq-original, wsq-converted)",
        .enabled(if: SharedSamples.arePresent))
    func sample() throws {
        let image = try WSQ.decode(SharedSamples.bytes("biometric-formats/wsq-original.wsq"))
        #expect(image.width == 832)
        #expect(image.height == 768)
        #expect(image.dpi == 500)
    }
}
