/// Verhoeff's check for numbers of one length as tables, read from the first digit to the last.
///
/// D5 is associative, so the checksum can be built from the left: each digit's permuted value multiplies what came
/// before it from the left. The whole number checks when the product is 0.
struct CheckTable: Sendable {
    /// `step[(position * 10 + digit) * 10 + checksum]`: the checksum after `digit` at `position` from the left.
    let step: [UInt8]

    init(length: Int) {
        var step: [UInt8] = []
        step.reserveCapacity(length * 100)
        for position in 0..<length {
            for digit in 0..<10 {
                let permuted = Verhoeff.permuted(digit, times: length - 1 - position)
                for checksum in 0..<10 { step.append(UInt8(Verhoeff.product(permuted, checksum))) }
            }
        }
        self.step = step
    }
}
