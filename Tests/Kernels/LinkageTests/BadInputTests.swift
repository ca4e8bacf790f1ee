import Linkage
import Testing
import Yams

@Suite("Files as they come")
struct BadInputTests {
    static func table(_ csv: [UInt8]) throws -> RecordTable {
        let configuration = try YAMLDecoder().decode(LinkageConfiguration.self, from: LinkerTests.yaml)
        return try csv.withUnsafeBufferPointer { try RecordTable(csv: $0, configuration: configuration) }
    }

    static func refusal(_ csv: String) -> LinkageError? {
        do { _ = try table(Array(csv.utf8)) } catch { return error as? LinkageError }
        return nil
    }

    @Test("a byte order mark, line ends of two characters and blanks make no difference")
    func marks() throws {
        let plain = try Self.table(Array((LinkerTests.header + "1,SAID,,ALAOUI,,1960,\n").utf8))
        let other = try Self.table(
            [0xEF, 0xBB, 0xBF]
                + Array("id, given, given_ar, surname, surname_ar, dob, card\r\n1, SAID , , ALAOUI,,1960,\r\n".utf8))
        for column in ["given", "surname", "dob", "card"] {
            #expect(plain.value(column, 0) == other.value(column, 0), "\(column)")
        }
        #expect(other.identifier(0) == "1")
    }

    @Test("quoted values may hold commas, line ends and doubled quotes")
    func quotes() throws {
        let table = try Self.table(Array((LinkerTests.header + "1,\"SAID, \"\"S\"\"\nB\",,ALAOUI,,1960,\n").utf8))
        #expect(table.value("given", 0) == "SAID, \"S\"\nB")
    }

    @Test("a quote that never ends is refused at the record that opens it, not read to the end as one value")
    func openQuote() {
        let error = Self.refusal(LinkerTests.header + "1,\"SAID,,ALAOUI,,1960,\n2,OMAR,,TAZI,,1961,\n")
        #expect(error?.code == .input)
        #expect(error?.message.contains("record 1") == true, "\(error?.message ?? "")")
    }

    @Test("letters after a closing quote are refused")
    func afterQuote() {
        #expect(Self.refusal(LinkerTests.header + "1,\"SAID\"X,,ALAOUI,,1960,\n")?.code == .input)
    }

    @Test("nothing, blanks, a header alone, a missing column, a missing or doubled identifier: each with its reason")
    func reasons() {
        #expect(Self.refusal("")?.message.contains("empty") == true)
        #expect(Self.refusal("\n\n")?.code == .input)
        #expect(Self.refusal(LinkerTests.header)?.message.contains("no record") == true)
        #expect(Self.refusal("id,given\n1,A\n")?.code == .missingColumn)
        #expect(Self.refusal(LinkerTests.header + ",A,,B,,1960,\n")?.message.contains("identifier") == true)
        #expect(Self.refusal(LinkerTests.header + "7,A,,B,,1960,\n7,A,,B,,1960,\n")?.code == .duplicateIdentifier)
        #expect(Self.refusal("id,id,given,given_ar,surname,surname_ar,dob,card\n1,1,A,,B,,1960,\n")?.code == .input)
    }

    @Test("a name with two scripts in one field is compared by either")
    func mixedScripts() throws {
        let linker = try LinkerTests.linker(
            LinkerTests.people()
                + "m1,SAID سعيد,,BERRADA برادة,,1955-06-07,\nm2,SAID,,BERRADA,,1955-06-07,\n")
        let explanation = try linker.explain("m1", "m2")
        #expect(explanation.steps.contains { $0.name == "given" && $0.finding != "different" }, "\(explanation.text)")
    }

    @Test("bytes that are no UTF-8, dates that are none, and very long values do no harm")
    func rubbish() throws {
        var bytes = Array(LinkerTests.people().utf8)
        bytes += Array("r1,".utf8) + [0xFF, 0xFE, 0x80] + Array(",,X,,99-99-99,\n".utf8)
        bytes +=
            Array("r2,".utf8) + Array(repeating: UInt8(ascii: "A"), count: 70_000) + Array(",,X,,0000-00-00,\n".utf8)
        bytes += Array("r3,,,,,2024-13-45,\n".utf8)
        let configuration = try YAMLDecoder().decode(LinkageConfiguration.self, from: LinkerTests.yaml)
        let table = try bytes.withUnsafeBufferPointer { try RecordTable(csv: $0, configuration: configuration) }
        let linker = try Linker(table, configuration: configuration)
        #expect(linker.run().clusters.count == table.count)
        let model = IndexModel(linker)
        let segment = try IndexSegment(IndexSegment.build(EnteredRecords(table, configuration), model: model))
        let probe = try IndexProbe(model, segments: [segment])
        #expect(probe.candidates(["given": String(repeating: "A", count: 70_000), "dob": "x"]).compared >= 0)
    }

    @Test("one record, or two of which nothing is known, give no link and no failure")
    func tiny() throws {
        #expect(try LinkerTests.linker(LinkerTests.header + "1,A,,B,,1960,\n").run().pairs.isEmpty)
        let linker = try LinkerTests.linker(LinkerTests.header + "1,,,,,,\n2,,,,,,\n")
        #expect(linker.run().clusters == [0, 1])
    }

    @Test("any bytes are read or refused, seed 5")
    func anyBytes() {
        var state: UInt64 = 5
        func next(_ below: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % below
        }
        let pieces = ["\"", ",", "\n", "\r\n", "A", " ", "\"\"", "1961", "سعيد", ""]
        for _ in 0..<2000 {
            var text = LinkerTests.header
            for _ in 0..<next(40) { text += pieces[next(pieces.count)] }
            _ = Self.refusal(text)
        }
    }
}
