/// Why a quantity could not be computed or read.
public enum QuantityError: String, Error, Hashable, Sendable {
    case overflow
    case divisionByZero
    case malformedNumber
    case malformedDate
}
