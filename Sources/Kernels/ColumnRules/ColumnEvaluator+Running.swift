import Rules

extension ColumnEvaluator {
    /// Fills the buffers of `places` for the households of a block.
    func run(_ places: [LawPlan.Place], _ block: Range<Int>, _ group: Frame.Group, _ workspace: Workspace) {
        let households = block.count
        let first = block.lowerBound - group.firstHousehold
        let firstMember = frame.firstMember(group, first)
        var last = firstMember
        for household in 0...households {
            last = max(last, frame.firstMember(group, first + household))
            workspace.firsts[household] = min(last - firstMember, household * frame.size.upperBound)
        }
        let members = workspace.firsts[households]
        for household in 0..<households {
            for member in workspace.firsts[household]..<workspace.firsts[household + 1] {
                workspace.owners[member] = Int32(truncatingIfNeeded: household)
            }
        }
        for place in places {
            let step = plan.steps[place]
            let isOfMembers = plan.isOfMembers[place]
            let count = isOfMembers ? members : households
            let out = workspace.buffers[place]!
            /// A step of households, read for each member, is spread over them first.
            @inline(__always) func input(_ place: LawPlan.Place, _ spare: UnsafeMutablePointer<Int64>, asMembers: Bool)
                -> UnsafePointer<
                    Int64
                >
            {
                let buffer = workspace.buffers[place]!
                guard asMembers, !plan.isOfMembers[place] else { return UnsafePointer(buffer) }
                if case .constant = plan.steps[place] { return UnsafePointer(buffer) }
                for member in 0..<members { spare[member] = buffer[Int(workspace.owners[member])] }
                return UnsafePointer(spare)
            }
            @inline(__always) func pair(_ a: LawPlan.Place, _ b: LawPlan.Place, _ body: (Int64, Int64) -> Int64) {
                let x = input(a, workspace.spare, asMembers: isOfMembers)
                let y = input(b, workspace.other, asMembers: isOfMembers)
                for row in 0..<count { out[row] = body(x[row], y[row]) }
            }
            switch step {
            case .constant: break
            case .household(let column): frame.load(column, group, first..<first + households, into: out)
            case .member(let column): frame.load(column, group, firstMember..<firstMember + members, into: out)
            // The ranges were proved beforehand, so that wrapping arithmetic never wraps.
            case .add(let a, let b): pair(a, b) { $0 &+ $1 }
            case .subtract(let a, let b): pair(a, b) { $0 &- $1 }
            case .multiply(let a, let b): pair(a, b) { $0 &* $1 }
            case .less(let a, let b): pair(a, b) { $0 < $1 ? 1 : 0 }
            case .lessOrEqual(let a, let b): pair(a, b) { $0 <= $1 ? 1 : 0 }
            case .equal(let a, let b): pair(a, b) { $0 == $1 ? 1 : 0 }
            case .and(let a, let b): pair(a, b) { $0 & $1 }
            case .or(let a, let b): pair(a, b) { $0 | $1 }
            case .quotient(let a, let b): pair(a, b, Self.quotient)
            case .not(let a):
                let x = input(a, workspace.spare, asMembers: isOfMembers)
                for row in 0..<count { out[row] = 1 &- x[row] }
            case .age(let a):
                let x = input(a, workspace.spare, asMembers: isOfMembers)
                let today = Int32(truncatingIfNeeded: plan.packedDate)
                for row in 0..<count {
                    // Floor division: a birth later in the year than the day is a year less.
                    let distance = today &- Int32(truncatingIfNeeded: x[row])
                    out[row] = Int64((distance &+ 100_000_000) / 10_000 &- 10_000)
                }
            case .dayNumber(let a):
                let x = input(a, workspace.spare, asMembers: isOfMembers)
                for row in 0..<count { out[row] = LawPlan.dayNumber(x[row]) }
            case .choose(let condition, let a, let b):
                let z = input(condition, workspace.third, asMembers: isOfMembers)
                let x = input(a, workspace.spare, asMembers: isOfMembers)
                let y = input(b, workspace.other, asMembers: isOfMembers)
                for row in 0..<count { out[row] = z[row] != 0 ? x[row] : y[row] }
            case .sum(let filter, let a):
                let holds = input(filter, workspace.spare, asMembers: true)
                let x = input(a, workspace.other, asMembers: true)
                for household in 0..<households {
                    var sum: Int64 = 0
                    for member in workspace.firsts[household]..<workspace.firsts[household + 1] {
                        sum &+= holds[member] &* x[member]
                    }
                    out[household] = sum
                }
            case .first(let filter, let a):
                let holds = input(filter, workspace.spare, asMembers: true)
                let x = input(a, workspace.other, asMembers: true)
                for household in 0..<households {
                    var value: Int64 = 0
                    for member in workspace.firsts[household]..<workspace.firsts[household + 1] where holds[member] != 0
                    {
                        value = x[member]
                        break
                    }
                    out[household] = value
                }
            case .rank(let filter, let order):
                let holds = input(filter, workspace.spare, asMembers: true)
                let keys = order.map { workspace.buffers[$0]! }
                for household in 0..<households {
                    rank(workspace.firsts[household]..<workspace.firsts[household + 1], holds, keys, out)
                }
            }
        }
    }

    /// Counts, for each member, those before it; households are small, so that this beats sorting.
    private func rank(
        _ members: Range<Int>, _ holds: UnsafePointer<Int64>, _ keys: [UnsafeMutablePointer<Int64>],
        _ out: UnsafeMutablePointer<Int64>
    ) {
        for member in members {
            var before: Int64 = 0
            guard holds[member] != 0 else {
                out[member] = 0
                continue
            }
            for other in members where holds[other] != 0 && other != member {
                var isBefore = other < member
                for key in keys where key[other] != key[member] {
                    isBefore = key[other] < key[member]
                    break
                }
                if isBefore { before &+= 1 }
            }
            out[member] = before
        }
    }

    /// Rounded half to even; `divisor` is above zero.
    @inline(__always)
    static func quotient(_ number: Int64, _ divisor: Int64) -> Int64 {
        var quotient: Int64
        if number.magnitude <= 0xFFFF_FFFF, divisor <= 0xFFFF_FFFF {
            let small = UInt32(truncatingIfNeeded: number.magnitude) / UInt32(truncatingIfNeeded: divisor)
            quotient = number < 0 ? -Int64(small) : Int64(small)
        } else {
            quotient = number / divisor
        }
        let rest = number &- quotient &* divisor
        if rest != 0 {
            let twice = rest.magnitude &* 2
            if twice > divisor.magnitude || (twice == divisor.magnitude && quotient & 1 != 0) {
                quotient &+= number < 0 ? -1 : 1
            }
        }
        return quotient
    }
}
