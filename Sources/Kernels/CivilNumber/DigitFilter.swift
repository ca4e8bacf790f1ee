/// The filters of a scheme as a finite automaton: what was read so far, and which digits may follow.
///
/// A state is the last digit together with the one pattern it is part of: a run upwards, a run downwards or a
/// repetition (two at once are impossible), and that pattern's length so far. State 0 is the beginning.
struct DigitFilter: Sendable {
    /// What stands in the table where a digit may not follow.
    static let refused: UInt16 = .max

    /// `next[state * 10 + digit]`.
    let next: [UInt16]
    let stateCount: Int

    init(firstDigits: Set<UInt8>, longestRun: Int, longestRepetition: Int) {
        enum Pattern: Hashable { case rising, falling, repeating }
        struct State: Hashable {
            var last: Int
            var pattern: Pattern?
            var length: Int
        }
        var numbers: [State: UInt16] = [:]
        var table: [UInt16] = (0..<10).map { _ in Self.refused }
        var pending: [State] = []
        func number(_ state: State) -> UInt16 {
            if let known = numbers[state] { return known }
            let new = UInt16(numbers.count + 1)
            numbers[state] = new
            pending.append(state)
            table.append(contentsOf: repeatElement(Self.refused, count: 10))
            return new
        }
        for digit in firstDigits {
            table[Int(digit)] = number(State(last: Int(digit), pattern: nil, length: 1))
        }
        while let state = pending.popLast() {
            let row = Int(number(state)) * 10
            for digit in 0..<10 {
                let pattern: Pattern?
                switch digit - state.last {
                case 1: pattern = .rising
                case -1: pattern = .falling
                case 0: pattern = .repeating
                default: pattern = nil
                }
                guard let pattern else {
                    table[row + digit] = number(State(last: digit, pattern: nil, length: 1))
                    continue
                }
                let length = state.pattern == pattern ? state.length + 1 : 2
                let longest = pattern == .repeating ? longestRepetition : longestRun
                guard length <= longest else { continue }
                table[row + digit] = number(State(last: digit, pattern: pattern, length: length))
            }
        }
        next = table
        stateCount = numbers.count + 1
    }
}
