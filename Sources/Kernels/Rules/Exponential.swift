/// The exponential function, the same bits on every machine; for display only.
///
/// Range reduction by multiples of ln 2 and the Taylor series to the 17th power; relative error below 1e-14 where the
/// result is a normal number. Beyond the range of a double: infinity or 0.
func exponential(_ exponent: Double) -> Double {
    guard exponent < 709.7 else { return exponent.isNaN ? .nan : .infinity }
    guard exponent > -708 else { return 0 }
    // ln 2 in two parts, so that the reduction loses no digits (W. J. Cody and W. Waite, 1980).
    let high = 0x1.62e42fee00000p-1
    let low = 0x1.a39ef35793c76p-33
    let power = (exponent / (high + low)).rounded()
    let rest = (exponent - power * high) - power * low
    var term = 1.0
    var sum = 1.0
    for degree in 1...17 {
        term *= rest / Double(degree)
        sum += term
    }
    return Double(sign: .plus, exponent: Int(power), significand: sum)
}
