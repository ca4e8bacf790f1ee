import CKernels

extension LeaderNetwork {
    /// Pixels that are worked on at once, so that the widened channels stay in the cache.
    static let tile = 64

    /// A full convolution over channels, edges filled with zeros.
    func convolution(_ source: FeatureMap, _ layer: Convolution) -> FeatureMap {
        let result = FeatureMap(
            channels: layer.outputs, width: source.width, height: source.height, store: source.store)
        let (width, height, radius, step) = (source.width, source.height, layer.side / 2, layer.dilation)
        let inputs = source.channels * layer.side * layer.side
        let wide = (width + 15) & ~15
        let rows = UnsafeMutablePointer<Float>.allocate(capacity: inputs * wide)
        let out = UnsafeMutablePointer<Float>.allocate(capacity: layer.outputs * wide)
        defer {
            rows.deallocate()
            out.deallocate()
        }
        rows.initialize(repeating: 0, count: inputs * wide)
        for y in 0..<height {
            var row = rows
            for c in 0..<source.channels {
                for v in -radius...radius {
                    let line = y + v * step
                    for u in -radius...radius {
                        let shift = u * step
                        let (first, last) = (min(width, max(0, -shift)), max(0, min(width, width - shift)))
                        if line < 0 || line >= height || first >= last {
                            row.update(repeating: 0, count: width)
                        } else {
                            row.update(repeating: 0, count: first)
                            (row + first).update(
                                from: source.channel(c) + line * width + first + shift, count: last - first)
                            (row + last).update(repeating: 0, count: width - last)
                        }
                        row += wide
                    }
                }
            }
            ck_matrix(
                layer.weights, layer.bias, Int32(inputs), Int32(layer.outputs), rows, wide, out, wide, Int32(wide))
            for c in 0..<layer.outputs {
                (result.channel(c) + y * width).update(from: out + c * wide, count: width)
            }
        }
        return result
    }

    /// A convolution of each channel by itself.
    func depthwise(_ source: FeatureMap, _ layer: Convolution) -> FeatureMap {
        let result = FeatureMap(
            channels: source.channels, width: source.width, height: source.height, store: source.store)
        let (width, height, radius) = (source.width, source.height, layer.side / 2)
        let (wide, high) = ((width + 7) & ~7, (height + 7) & ~7)
        let stride = wide + 2 * radius + 8
        let count = stride * (high + 2 * radius + 8)
        // Whole blocks go where they belong at once.
        let isWhole = wide == width && high == height
        let (framed, framedCapacity) = source.store.take(count)
        let (room, roomCapacity) = source.store.take(isWhole ? 1 : wide * high)
        defer {
            source.store.giveBack(framed, framedCapacity)
            source.store.giveBack(room, roomCapacity)
        }
        framed.update(repeating: 0, count: count)
        let origin = framed + radius * stride + radius
        layer.weights.withUnsafeBufferPointer { weights in
            for c in 0..<source.channels {
                for y in 0..<height {
                    (origin + y * stride).update(from: source.channel(c) + y * width, count: width)
                }
                let taps = weights.baseAddress! + c * layer.side * layer.side
                let out = isWhole ? result.channel(c) : room
                for y in Swift.stride(from: 0, to: high, by: 8) {
                    for x in Swift.stride(from: 0, to: wide, by: 8) {
                        ck_filter_block(
                            origin + y * stride + x, stride, taps, Int32(radius), out + y * wide + x, wide)
                    }
                }
                guard !isWhole else { continue }
                for y in 0..<height { (result.channel(c) + y * width).update(from: out + y * wide, count: width) }
            }
        }
        return result
    }

    /// A convolution of one pixel: the channels of each pixel mixed.
    func mixed(_ source: FeatureMap, _ layer: Convolution) -> FeatureMap {
        let result = FeatureMap(
            channels: layer.outputs, width: source.width, height: source.height, store: source.store)
        ck_matrix(
            layer.weights, layer.bias, Int32(source.channels), Int32(layer.outputs), source.values, source.stride,
            result.values, result.stride, Int32(source.stride))
        return result
    }

    func normalised(_ source: FeatureMap, _ layer: Normalisation) -> FeatureMap {
        ck_normalise(
            source.values, source.stride, Int32(source.channels), layer.scale, layer.shift, Self.varianceFloor,
            source.values, source.stride, Int32(source.stride))
        return source
    }

    func activated(_ source: FeatureMap) -> FeatureMap {
        ck_gelu(source.values, source.channels * source.stride)
        return source
    }

    /// Depthwise, mixed, normalised, activated.
    func separable(_ source: FeatureMap, _ name: String) throws(ModelError) -> FeatureMap {
        let wide = depthwise(source, try weights.convolution("\(name)_conv", depthwise: true))
        let result = mixed(wide, try weights.convolution("\(name)_conv"))
        return activated(normalised(result, try weights.normalisation("\(name)_ln")))
    }

    /// An inverted bottleneck with its own input added, then mixed to another number of channels.
    func bottleneck(_ source: FeatureMap, _ name: String) throws(ModelError) -> FeatureMap {
        let near = depthwise(source, try weights.convolution("\(name)_depthwise_conv", depthwise: true))
        let norm = try weights.normalisation("\(name)_ln")
        let (widen, reduce, adjust) = (
            try weights.convolution("\(name)_conv_exp"), try weights.convolution("\(name)_conv_red"),
            try weights.convolution("\(name)_conv_adj")
        )
        let result = FeatureMap(
            channels: adjust.outputs, width: source.width, height: source.height, store: source.store)
        let (tile, channels) = (Self.tile, source.channels)
        let narrow = UnsafeMutablePointer<Float>.allocate(capacity: channels * tile)
        let wide = UnsafeMutablePointer<Float>.allocate(capacity: widen.outputs * tile)
        defer {
            narrow.deallocate()
            wide.deallocate()
        }
        for start in Swift.stride(from: 0, to: source.stride, by: tile) {
            let width = min(tile, source.stride - start)
            ck_normalise(
                near.values + start, near.stride, Int32(channels), norm.scale, norm.shift, Self.varianceFloor, narrow,
                tile, Int32(width))
            ck_matrix(
                widen.weights, widen.bias, Int32(channels), Int32(widen.outputs), narrow, tile, wide, tile,
                Int32(width))
            ck_gelu(wide, widen.outputs * tile)
            ck_matrix(
                reduce.weights, reduce.bias, Int32(widen.outputs), Int32(channels), wide, tile, narrow, tile,
                Int32(width))
            for c in 0..<channels {
                let (own, sum) = (source.channel(c) + start, narrow + c * tile)
                for x in 0..<width { sum[x] += own[x] }
            }
            ck_matrix(
                adjust.weights, adjust.bias, Int32(channels), Int32(adjust.outputs), narrow, tile,
                result.values + start, result.stride, Int32(width))
        }
        return result
    }
}
