import Foundation

/// What the kernel says of this process; nil where it says nothing, as outside of Linux (proc(5)).
enum ProcessFigures {
    static var residentBytes: Double? {
        let fields = text("statm")?.split(separator: " ") ?? []
        return fields.count > 1 ? Double(fields[1]).map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) } : nil
    }

    static var openDescriptors: Double? {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Double($0.count) }
    }

    static var threads: Double? {
        let line = text("status")?.split(separator: "\n").first { $0.hasPrefix("Threads:") }
        return line.flatMap { Double($0.dropFirst(8).filter(\.isNumber)) }
    }

    /// User and system time in seconds.
    static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func text(_ name: String) -> String? {
        try? String(contentsOfFile: "/proc/self/\(name)", encoding: .utf8)
    }
}
