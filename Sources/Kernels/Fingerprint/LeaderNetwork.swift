import CKernels
import RealModule

/// The network that finds minutiae: two nets of the shape of a U, joined by attention, and three heads.
///
/// LEADER (Cappelli, "LEADER: Lightweight End-to-end Attention-gated Dual autoencodER", 2025), its weights under the MIT
/// licence; only the weights come from the model's file, the order of the layers stands here.
struct LeaderNetwork: Sendable {
    /// Sides of an image must be multiples of this.
    static let multiple = 32
    static let varianceFloor: Float = 0.001

    struct Convolution: Sendable {
        var weights: [Float]
        var bias: [Float]
        var outputs: Int
        /// Taps a side.
        var side: Int
        var dilation = 1
    }

    struct Normalisation: Sendable {
        var scale: [Float]
        var shift: [Float]
    }

    let weights: Weights

    init(_ file: ModelFile) throws(ModelError) { weights = try Weights(file) }

    /// What the heads say of every pixel.
    struct Answer {
        /// How probable a minutia is.
        var position: FeatureMap
        /// Cosine and sine of its direction, of any length.
        var direction: FeatureMap
        /// Above a half: an ending.
        var kind: FeatureMap
    }

    /// Runs the net over grey levels 0...255; `trace` is shown every layer by its name in the model's file.
    func run(_ image: FeatureMap, trace: (String, FeatureMap) -> Void = { _, _ in }) throws(ModelError) -> Answer {
        func shown(_ name: String, _ map: FeatureMap) -> FeatureMap {
            trace(name, map)
            return map
        }
        func stem(_ name: String) throws(ModelError) -> FeatureMap {
            let near = convolution(image, try weights.convolution("\(name)_conv"))
            let far = convolution(image, try weights.convolution("\(name)_dilated_conv", dilation: 2))
            let both = normalised(near.followed(by: far), try weights.normalisation("\(name)_ln"))
            return shown("\(name)_activation_1/Gelu/mul_3", activated(both))
        }
        // The first net: what is ridge, and what is not.
        var map = try stem("stem0").pooled(largestBelow: .max)
        var kept: [FeatureMap] = []
        for level in 0..<4 {
            map = shown("enc0_\(level)_activation_1/Gelu/mul_3", try separable(map, "enc0_\(level)"))
            kept.append(map)
            map = map.pooled(largestBelow: map.channels / 2)
        }
        for level in (0..<4).reversed() {
            map = shown("dec0_\(level)_activation_1/Gelu/mul_3", try separable(map, "dec0_\(level)"))
            map = map.doubled().followed(by: kept[level])
        }
        // Attention: the first net tells the second where to look.
        var views: [FeatureMap] = []
        for dilation in [1, 3, 6] {
            let view = convolution(map, try weights.convolution("attention_conv_d\(dilation)", dilation: dilation))
            views.append(activated(view))
        }
        let gate = mixed(views[0].followed(by: views[1], views[2]), try weights.convolution("attention_s"))
        ck_sigmoid(gate.values, gate.channels * gate.stride)
        for k in 0..<gate.channels * gate.stride { map.values[k] *= gate.values[k] }
        map = shown("attention_mult_1/Mul", map).followed(by: try stem("stem1").pooled(largestBelow: 0))
        // The second net.
        kept = []
        for level in 0..<4 {
            map = shown("enc1_\(level)_conv_adj_1/BiasAdd", try bottleneck(map, "enc1_\(level)"))
            kept.append(map)
            map = map.pooled(largestBelow: map.channels / 2)
        }
        for level in (0..<4).reversed() {
            map = shown("dec1_\(level)_conv_adj_1/BiasAdd", try bottleneck(map, "dec1_\(level)"))
            map = map.doubled().followed(by: kept[level])
        }
        func head(_ number: Int, _ name: String) throws(ModelError) -> FeatureMap {
            let small = try bottleneck(map, "head_\(number)_ibc")
            let wide = mixed(small.doubled(), try weights.convolution("head_\(number)_conv1"))
            let even = normalised(wide, try weights.normalisation("head_\(number)_ln"))
            let mixed = activated(mixed(even, try weights.convolution("head_\(number)_conv2")))
            return convolution(mixed, try weights.convolution("head_conv_\(name)"))
        }
        let position = try head(0, "pos")
        let kind = try head(2, "typ")
        ck_sigmoid(position.values, position.stride)
        ck_sigmoid(kind.values, kind.stride)
        return Answer(
            position: shown("head_conv_pos_1/Sigmoid", position),
            direction: shown("head_conv_dir_1/BiasAdd", try head(1, "dir")),
            kind: shown("head_conv_typ_1/Sigmoid", kind))
    }
}
