/// The check digit of J. Verhoeff: catches every wrong digit and every swap of two neighbours.
///
/// Source: J. Verhoeff, "Error Detecting Decimal Codes", Mathematical Centre Tract 29, Amsterdam 1969: multiplication
/// in the dihedral group D5 of the digits, each permuted by a power of p = (1 5 8 9 4 2 7 0)(3 6) given by its position
/// counted from the right. Digits 0...4 are the rotations of the pentagon, 5...9 the reflections.
public enum Verhoeff {
    /// The product of two elements of D5, each 0...9.
    static func product(_ a: Int, _ b: Int) -> Int {
        if a < 5 { return b < 5 ? (a &+ b) % 5 : (a &+ b) % 5 &+ 5 }
        return b < 5 ? (a &- b) % 5 &+ 5 : (a &- b &+ 5) % 5
    }

    /// The element that takes `a` back to the identity: rotations turn back, reflections undo themselves.
    static func inverse(_ a: Int) -> Int { a < 5 ? (5 &- a) % 5 : a }

    /// p applied `times` times to `digit`; p has order 8.
    static func permuted(_ digit: Int, times: Int) -> Int {
        let p = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
        return (0..<(times % 8)).reduce(digit) { value, _ in p[value] }
    }

    /// The digit that, printed behind `payload`, makes the whole number check; each element 0...9, first digit first.
    public static func checkDigit(of payload: [UInt8]) -> UInt8 {
        UInt8(inverse(checksum(of: payload, firstPosition: 1)))
    }

    /// Whether the last of `digits` is the check digit of the others; each element 0...9.
    public static func isValid(_ digits: [UInt8]) -> Bool {
        checksum(of: digits, firstPosition: 0) == 0
    }

    private static func checksum(of digits: [UInt8], firstPosition: Int) -> Int {
        var sum = 0
        for (offset, digit) in digits.reversed().enumerated() {
            sum = product(sum, permuted(Int(digit), times: firstPosition + offset))
        }
        return sum
    }
}
