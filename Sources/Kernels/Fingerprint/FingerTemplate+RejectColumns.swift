import CKernels

extension FingerTemplate {
    /// Words of a column of ``rejectColumns``: a multiple of eight, at most 32.
    public var rejectStride: Int { min(stride, FingerMatcher.rejectLimit) }

    /// What the reject stage reads of this template as a candidate, so that it can be kept without the rest.
    ///
    /// ``rejectColumnCount`` columns of ``rejectStride`` words, the best minutiae first.
    public var rejectColumns: [UInt64] {
        (0..<Self.rejectColumnCount).flatMap { cylinders[($0 * stride)..<($0 * stride + rejectStride)] }
    }

    /// Columns of ``rejectColumns``.
    public static let rejectColumnCount = Cylinders.columns

    /// The most words of a column of ``rejectColumns``.
    public static let rejectLimit = FingerMatcher.rejectLimit
}

extension FingerMatcher {
    /// The same as ``quickLikeness(_:_:)`` with a candidate of which only ``FingerTemplate/rejectColumns`` are kept.
    ///
    /// `words` holds ``FingerTemplate/rejectColumnCount`` columns of `stride` words; a stride that is no multiple of
    /// eight or above ``FingerTemplate/rejectLimit`` is a mistake of the caller's.
    public func quickLikeness(
        _ probe: FingerTemplate, rejectColumns words: UnsafePointer<UInt64>, stride: Int
    ) -> Float {
        precondition(stride & 7 == 0 && stride <= Self.rejectLimit, "columns have 0, 8, 16, 24 or 32 words")
        let rows = min(probe.count, Self.rejectLimit)
        guard rows > 0, stride > 0 else { return 0 }
        probe.cylinders.withUnsafeBufferPointer { own in
            ck_cylinder_likeness(
                own.baseAddress, Int32(rows), Int32(probe.stride), words, Int32(stride), Int32(stride), likeness)
        }
        return quickLikeness(rows: rows, columns: stride)
    }
}
