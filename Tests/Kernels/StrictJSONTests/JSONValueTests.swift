import StrictJSON
import Testing

@Suite("JSON values")
struct JSONValueTests {
    @Test("What is written is read back the same, whatever the value")
    func roundTrip() throws {
        var random = SeededRandom(state: 0x51_71_11)
        for _ in 0..<500 {
            let value = arbitrary(depth: 4, &random)
            #expect(try JSONValue(parsing: value.serialized()) == value, "seed 0x517111")
            #expect(try JSONValue(parsing: value.serialized(sortedKeys: true)) == value, "seed 0x517111")
        }
    }

    @Test("Members keep their order, or stand by name when asked")
    func order() {
        let value: JSONValue = ["b": 1, "a": [nil, true, 1.5, "x\"\\\n\u{1}"], "ج": [:]]
        #expect(value.serialized() == #"{"b":1,"a":[null,true,1.5,"x\"\\\n\u0001"],"ج":{}}"#)
        #expect(value.serialized(sortedKeys: true) == #"{"a":[null,true,1.5,"x\"\\\n\u0001"],"b":1,"ج":{}}"#)
    }

    @Test("What a writer writes is read as it was meant")
    func writer() throws {
        var json = JSONWriter()
        json.open()
        json.member("a", "x\"\\\n\u{1}ج")
        json.member("b", nil as String?)
        json.key("c")
        json.openList()
        json.element("one")
        json.element("two")
        json.closeList()
        json.key("d")
        json.open()
        json.close()
        json.member("e", "")
        json.close()
        #expect(
            try JSONValue(parsing: json.bytes)
                == ["a": "x\"\\\n\u{1}ج", "c": ["one", "two"], "d": [:], "e": ""])
    }

    @Test("A document is not kept once it was read")
    func nothingKept() throws {
        weak var first: FieldReader?
        weak var inner: FieldReader?
        do {
            let reader = try FieldReader(["a": ["b": "text"]])
            let object = reader.object("a")
            #expect(object?.text("b", longest: 10) == "text")
            try reader.finish()
            (first, inner) = (reader, object)
            #expect(first != nil && inner != nil)
        }
        #expect(first == nil && inner == nil)
    }

    @Test("The order of members does not matter for equality and hash")
    func equality() {
        let one: JSONValue = ["a": 1, "b": 2]
        let other: JSONValue = ["b": 2, "a": 1]
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(one != ["a": 1, "b": 3])
        #expect(one != ["a": 1])
    }

    @Test("Members can be set, replaced and removed, in small objects and in large ones")
    func editing() {
        var object = JSONObject()
        for number in 0..<30 { object["k\(number)"] = .integer(Int64(number)) }
        object["k3"] = "three"
        object["k0"] = nil
        #expect(object.count == 29)
        #expect(object["k0"] == nil)
        #expect(object["k3"] == "three")
        #expect(object["k29"] == 29)
        #expect(object.keys.prefix(3) == ["k1", "k2", "k3"])
        for number in 5..<30 { object["k\(number)"] = nil }
        #expect(object == ["k1": 1, "k2": 2, "k3": "three", "k4": 4])
        let added = object.append(0, for: "k4")
        #expect(!added)
    }

    @Test("A cursor reads members of known types and names the path of what is missing or of another type")
    func cursor() throws {
        let cursor = JSONCursor(try JSONValue(parsing: #"{"members":[{"ref":"M1","n":null},{"ref":7}]}"#))
        #expect(try cursor["members"][0]["ref"].string() == "M1")
        #expect(cursor["members"][0]["n"].ifPresent == nil)
        let wrong = #expect(throws: JSONError.self) { try cursor["members"][1]["ref"].string() }
        #expect(wrong?.code == .wrongType)
        #expect(wrong?.path == "members[1].ref")
        let missing = #expect(throws: JSONError.self) { try cursor["members"][2]["ref"].string() }
        #expect(missing?.code == .missingMember)
        #expect(missing?.path == "members[2].ref")
        let unknown = #expect(throws: JSONError.self) { try cursor["members"].elements()[1].allow(only: ["name"]) }
        #expect(unknown?.code == .unknownMember)
        #expect(unknown?.path == "members[1].ref")
    }

    private func arbitrary(depth: Int, _ random: inout SeededRandom) -> JSONValue {
        switch Int.random(in: 0...(depth == 0 ? 4 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &random))
        case 3:
            let value = Double(bitPattern: UInt64.random(in: 0 ... .max, using: &random))
            return .double(value.isFinite ? value : 0.5)
        case 4: return .string(text(&random))
        case 5:
            return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in arbitrary(depth: depth - 1, &random) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0...20, using: &random) {
                object[text(&random)] = arbitrary(depth: depth - 1, &random)
            }
            return .object(object)
        }
    }

    private func text(_ random: inout SeededRandom) -> String {
        let scalars: [Unicode.Scalar] = ["a", "\"", "\\", "/", "\n", "\u{0}", "\u{7F}", "é", "س", "ⵣ", "😀", "\u{2028}"]
        var text = ""
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            text.unicodeScalars.append(scalars.randomElement(using: &random) ?? "x")
        }
        return text
    }
}

/// SplitMix64, so that a failing case can be run again.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
