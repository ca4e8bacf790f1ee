extension FingerMatcher {
    /// TEMP
    public func features(_ probe: FingerTemplate, _ candidate: FingerTemplate) -> [Float] {
        ScoreModel.features(evidence(probe, candidate)) + [quickLikeness(probe, candidate)]
    }
}
extension FingerMatcher {
    public func timed(_ probe: FingerTemplate, _ candidate: FingerTemplate) -> Float { score(probe, candidate) }
    public func onlyLikeness(_ probe: FingerTemplate, _ candidate: FingerTemplate) { _ = quickLikeness(probe, candidate) }
}
