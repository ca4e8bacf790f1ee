import RealModule

extension RidgeField {
    /// Directions of ridges from the gradients of an image; outside `mask` they follow the nearest inside.
    init(gradients image: Plane, fine: Float, coarse: Float) {
        let tensor = GradientTensor(image)
        (width, height) = (tensor.energy.width, tensor.energy.height)
        period = BlockMap(width: width, height: height, repeating: 9)
        mask = BlockMap(width: width, height: height, repeating: 1)
        coherence = period
        double = (period, period)
        let (nd, np, ne) = (
            tensor.difference.smoothed(fine), tensor.product.smoothed(fine), tensor.energy.smoothed(fine)
        )
        let (wd, wp, we) = (
            tensor.difference.smoothed(coarse), tensor.product.smoothed(coarse), tensor.energy.smoothed(coarse)
        )
        for index in 0..<width * height {
            let narrow = Float.hypot(nd.values[index], np.values[index]) / max(ne.values[index], 1e-3)
            // Where the near gradients disagree, those of a wider neighbourhood lead.
            let trust = min(1, max(0, (narrow - 0.25) / 0.35))
            let (en, ew) = (max(ne.values[index], 1e-3), max(we.values[index], 1e-3))
            let d = trust * nd.values[index] / en + (1 - trust) * wd.values[index] / ew
            let p = trust * np.values[index] / en + (1 - trust) * wp.values[index] / ew
            let length = Float.hypot(d, p)
            coherence.values[index] = length
            // The ridge runs across the gradient: twice the angle turns by π.
            double.cosine.values[index] = -d
            double.sine.values[index] = -p
        }
    }
}
