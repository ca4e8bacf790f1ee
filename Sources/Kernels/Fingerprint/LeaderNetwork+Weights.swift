extension LeaderNetwork {
    /// The weights by the names of layers.
    struct Weights: Sendable {
        private var convolutions: [String: Convolution] = [:]
        private var depthwise: [String: Convolution] = [:]
        private var normalisations: [String: Normalisation] = [:]
        /// The bell by which positions are smoothed, five taps a side.
        let bell: [Float]

        /// Throws `ModelError` of code `model.layer` where the file is that of another model.
        init(_ file: ModelFile) throws(ModelError) {
            var biases: [String: [Float]] = [:]
            var (scales, shifts): ([String: [Float]], [String: [Float]]) = ([:], [:])
            var bell: [Float]?
            for node in file.nodes {
                let constants = node.inputs.compactMap { file.tensors[$0] }.filter { !$0.values.isEmpty }
                guard let output = node.outputs.first, let constant = constants.first else { continue }
                let names = [output] + node.inputs.dropFirst()
                guard let layer = names.lazy.compactMap(Self.layer).first else { continue }
                switch node.operation {
                case "Conv":
                    guard constant.dimensions.count == 4, constant.dimensions.allSatisfy({ $0 > 0 && $0 < 4096 }),
                        constant.dimensions[2] == constant.dimensions[3],
                        constant.values.count == constant.dimensions.reduce(1, *)
                    else { throw Self.strange(layer) }
                    let outputs = constant.dimensions[0]
                    let found = Convolution(
                        weights: constant.values,
                        bias: constants.count > 1 && constants[1].values.count == outputs
                            ? constants[1].values : Array(repeating: 0, count: outputs),
                        outputs: outputs, side: constant.dimensions[2])
                    if output.hasSuffix("/depthwise:0") {
                        depthwise[layer] = found
                    } else if layer.contains("Gaussian_blur") {
                        bell = constant.values
                    } else {
                        convolutions[layer] = found
                    }
                case "Add" where output.hasSuffix("/BiasAdd:0"): biases[layer] = constant.values
                case "Add" where output.hasSuffix("_ln_1/add_1:0"): shifts[layer] = constant.values
                case "Mul" where output.hasSuffix("_ln_1/mul:0"): scales[layer] = constant.values
                default: break
                }
            }
            for (layer, bias) in biases where convolutions[layer]?.outputs == bias.count {
                convolutions[layer]?.bias = bias
            }
            for (layer, scale) in scales {
                guard let shift = shifts[layer], shift.count == scale.count else { throw Self.strange(layer) }
                normalisations[layer] = Normalisation(scale: scale, shift: shift)
            }
            guard let bell, bell.count == 25 else { throw Self.strange("Gaussian_blur") }
            self.bell = bell
        }

        func convolution(
            _ name: String, depthwise isDepthwise: Bool = false, dilation: Int = 1
        ) throws(ModelError) -> Convolution {
            guard var found = isDepthwise ? depthwise[name] : convolutions[name] else { throw Self.strange(name) }
            found.dilation = dilation
            return found
        }

        func normalisation(_ name: String) throws(ModelError) -> Normalisation {
            guard let found = normalisations[name] else { throw Self.strange(name) }
            return found
        }

        /// `enc0_0_conv` of `functional_1/enc0_0_conv_1/BiasAdd:0`.
        private static func layer(_ name: String) -> String? {
            let parts = name.split(separator: "/")
            guard parts.count > 2, parts[1].hasSuffix("_1") || parts[1].contains("Gaussian_blur") else { return nil }
            return parts[1].contains("Gaussian_blur") ? "Gaussian_blur" : String(parts[1].dropLast(2))
        }

        private static func strange(_ layer: String) -> ModelError {
            ModelError(code: "model.layer", message: "\(layer) is not as the network has it; fetch the named model")
        }
    }
}
