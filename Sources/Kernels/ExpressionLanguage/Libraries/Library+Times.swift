extension FunctionLibrary {
    /// The parts of timestamps, in UTC or a named time zone, and of durations.
    public static let times: FunctionLibrary = {
        var functions: [Function] = []
        func part(_ name: String, _ value: @escaping @Sendable (TimeParts, Timestamp) -> Int) {
            functions.append(
                .member(name, [.timestamp], .int) { (values, _) throws(ExpressionError) in
                    let instant = try values[0].asTimestamp
                    return .int(Int64(value(TimeParts(of: instant, offset: 0), instant)))
                })
            functions.append(
                .member(name, [.timestamp, .string], .int) { (values, context) throws(ExpressionError) in
                    let instant = try values[0].asTimestamp
                    let offset = try context.offset(of: try values[1].asString, at: instant)
                    return .int(Int64(value(TimeParts(of: instant, offset: offset), instant)))
                })
        }
        part("getFullYear") { parts, _ in parts.year }
        part("getMonth") { parts, _ in parts.month - 1 }
        part("getDate") { parts, _ in parts.day }
        part("getDayOfMonth") { parts, _ in parts.day - 1 }
        part("getDayOfWeek") { parts, _ in parts.weekday }
        part("getDayOfYear") { parts, _ in parts.dayOfYear }
        part("getHours") { parts, _ in parts.hour }
        part("getMinutes") { parts, _ in parts.minute }
        part("getSeconds") { parts, _ in parts.second }
        part("getMilliseconds") { _, instant in Int(instant.nanoseconds) / 1_000_000 }

        func whole(_ name: String, _ value: @escaping @Sendable (Int64) -> Int64) {
            functions.append(
                .member(name, [.duration], .int) { (values, _) throws(ExpressionError) in
                    .int(value(try values[0].asDuration.nanoseconds))
                })
        }
        whole("getHours") { $0 / 3_600_000_000_000 }
        whole("getMinutes") { $0 / 60_000_000_000 }
        whole("getSeconds") { $0 / 1_000_000_000 }
        whole("getMilliseconds") { $0 / 1_000_000 % 1000 }
        return FunctionLibrary(functions)
    }()
}
