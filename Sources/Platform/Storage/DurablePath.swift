import Glibc

/// Files and folders of the stores beside the engines' own.
public enum DurablePath {
    /// Waits until the medium has a file's bytes, or a folder's names. Throws `StorageError` (`medium`).
    public static func synchronise(_ path: String) throws(StorageError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw StorageError(.medium, "a file that was written cannot be opened to be made durable")
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw StorageError(
                .medium, "the medium does not confirm a write: what was made may not outlast a loss of power")
        }
    }
}
