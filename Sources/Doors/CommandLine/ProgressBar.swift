import Foundation

/// A bar on standard error, only where a person sits at a terminal.
struct ProgressBar {
    private let title: String
    private let total: Int
    private let isShown = isatty(STDERR_FILENO) == 1
    private static let width = 30

    init(_ title: String, total: Int) {
        self.title = title
        self.total = max(1, total)
    }

    func show(_ done: Int) {
        guard isShown else { return }
        let filled = done * Self.width / total
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.width - filled)
        FileHandle.standardError.write(Data("\r\(title) \(bar) \(done)/\(total)".utf8))
    }

    func finish() {
        if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    }
}
