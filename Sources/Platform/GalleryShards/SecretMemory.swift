import Foundation

/// Memory for opened templates: not in core dumps, kept from the swap where the system allows, and wiped.
///
/// Pieces never move, so that what reads them in place may keep their addresses as long as it keeps this.
final class SecretMemory: @unchecked Sendable {
    private static let chunk = 1 << 26
    private var chunks: [UnsafeMutableRawBufferPointer] = []
    private var used = 0
    /// Whether all of it is kept from the swap.
    private(set) var isLocked = true

    /// Room for `count` bytes, aligned to eight.
    func room(_ count: Int) throws(GalleryShardsError) -> UnsafeMutableRawBufferPointer {
        let rounded = (count + 7) & ~7
        if chunks.isEmpty || used + rounded > chunks[chunks.count - 1].count {
            let size = max(Self.chunk, rounded)
            guard let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
                memory != MAP_FAILED
            else { throw GalleryShardsError(.failed, "there is no memory for more templates: use more shards") }
            madvise(memory, size, MADV_DONTDUMP)
            if mlock(memory, size) != 0 { isLocked = false }
            chunks.append(UnsafeMutableRawBufferPointer(start: memory, count: size))
            used = 0
        }
        defer { used += rounded }
        return UnsafeMutableRawBufferPointer(rebasing: chunks[chunks.count - 1][used..<(used + count)])
    }

    deinit {
        for chunk in chunks {
            memset(chunk.baseAddress!, 0, chunk.count)
            munmap(chunk.baseAddress!, chunk.count)
        }
    }
}

extension SecretMemory {
    /// Overwrites a piece whose place is not used again.
    func wipe(_ bytes: UnsafeRawBufferPointer) {
        if let start = bytes.baseAddress { memset(UnsafeMutableRawPointer(mutating: start), 0, bytes.count) }
    }
}
