/// Why bytes are not the model of the network extractor.
public struct ModelError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Stable; one of `model.file`, `model.layer`.
    public let code: String
    public let message: String

    /// Code and message in one line.
    public var description: String { "\(code): \(message)" }
}

/// The weights of a model in the Open Neural Network Exchange format, as far as they are needed.
///
/// Reads nodes and initial values of the graph (onnx.proto: ModelProto 7, GraphProto 1 and 5) and nothing else.
struct ModelFile {
    struct Node {
        var operation = ""
        var inputs: [String] = []
        var outputs: [String] = []
    }

    struct Tensor {
        var dimensions: [Int] = []
        var values: [Float] = []
    }

    private(set) var nodes: [Node] = []
    private(set) var tensors: [String: Tensor] = [:]

    /// Throws `ModelError` of code `model.file` where the bytes end early or promise more than is there.
    init(_ bytes: [UInt8]) throws(ModelError) {
        var model = Fields(bytes[...])
        while let field = try model.next() {
            guard field.number == 7 else { continue }
            var graph = Fields(field.bytes)
            while let part = try graph.next() {
                if part.number == 1 { nodes.append(try Self.node(part.bytes)) }
                if part.number == 5 {
                    let (name, tensor) = try Self.tensor(part.bytes)
                    tensors[name] = tensor
                }
            }
        }
    }

    private static func node(_ bytes: ArraySlice<UInt8>) throws(ModelError) -> Node {
        var node = Node()
        var fields = Fields(bytes)
        while let field = try fields.next() {
            switch field.number {
            case 1: node.inputs.append(field.text)
            case 2: node.outputs.append(field.text)
            case 4: node.operation = field.text
            default: break
            }
        }
        return node
    }

    private static func tensor(_ bytes: ArraySlice<UInt8>) throws(ModelError) -> (String, Tensor) {
        var (name, kind, tensor) = ("", 0, Tensor())
        var raw = ArraySlice<UInt8>()
        var fields = Fields(bytes)
        while let field = try fields.next() {
            switch field.number {
            case 1 where field.isNumber: tensor.dimensions.append(field.value)
            case 1:
                var packed = Fields(field.bytes)
                while packed.remaining > 0 { tensor.dimensions.append(Int(truncatingIfNeeded: try packed.varint())) }
            case 2: kind = field.value
            case 4, 9: raw = field.bytes
            case 8: name = field.text
            default: break
            }
        }
        // 1 is a float of 32 bits; numbers of other kinds shape the graph only.
        if kind == 1 {
            tensor.values = raw.withUnsafeBytes { raw in
                (0..<raw.count / 4).map {
                    Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
                }
            }
        }
        return (name, tensor)
    }
}

/// The fields of a message of protocol buffers, one after the other.
private struct Fields {
    struct Field {
        var number: Int
        var value = 0
        var isNumber = false
        var bytes: ArraySlice<UInt8> = []
        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    private var rest: ArraySlice<UInt8>
    var remaining: Int { rest.count }

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func next() throws(ModelError) -> Field? {
        guard !rest.isEmpty else { return nil }
        let key = try varint()
        var field = Field(number: Int(truncatingIfNeeded: key >> 3))
        switch key & 7 {
        case 0:
            field.value = Int(truncatingIfNeeded: try varint())
            field.isNumber = true
        case 1: field.bytes = try take(8)
        case 2: field.bytes = try take(Int(truncatingIfNeeded: min(try varint(), UInt64(Int.max))))
        case 5: field.bytes = try take(4)
        default: throw ModelError(code: "model.file", message: "the file is no model; fetch it again")
        }
        return field
    }

    mutating func varint() throws(ModelError) -> UInt64 {
        var (value, shift): (UInt64, UInt64) = (0, 0)
        while let byte = rest.popFirst(), shift < 64 {
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw ModelError(code: "model.file", message: "the file is cut; fetch it again")
    }

    private mutating func take(_ count: Int) throws(ModelError) -> ArraySlice<UInt8> {
        guard count <= rest.count else {
            throw ModelError(code: "model.file", message: "the file is cut; fetch it again")
        }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
