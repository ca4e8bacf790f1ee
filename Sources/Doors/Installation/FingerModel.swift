public import Fingerprint
import Foundation

/// Where the model of the network that finds minutiae is.
public enum FingerModel {
    /// `SIJILL_LEADER_MODEL`, or Models/LEADER.onnx in or above this folder or that of the program; nil where it is not.
    public static func path() -> String? {
        if let named = ProcessInfo.processInfo.environment["SIJILL_LEADER_MODEL"] { return named }
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        for start in [URL(fileURLWithPath: FileManager.default.currentDirectoryPath), program] {
            var folder = start
            while folder.path != "/" {
                let candidate = folder.appendingPathComponent("Models/LEADER.onnx").path
                if FileManager.default.fileExists(atPath: candidate) { return candidate }
                folder.deleteLastPathComponent()
            }
        }
        return nil
    }

    /// The network, where its model is there.
    ///
    /// Throws `ModelError` for a file that is another model, and `JurisdictionError` naming one that cannot be read.
    public static func network() throws -> NetworkExtractor? {
        guard let path = path() else { return nil }
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw JurisdictionError(file: path, message: "the model cannot be read: run scripts/fetch-leader")
        }
        return try NetworkExtractor(model: [UInt8](bytes))
    }
}
