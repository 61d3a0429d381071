/// Why an outcome waits for a person.
public enum ReviewReason: String, Sendable, Codable, CaseIterable {
    case lowConfidence = "low_confidence"
    case validationFailed = "validation_failed"
    case retriesExhausted = "retries_exhausted"
    case approvalRequired = "approval_required"
    case auditSample = "audit_sample"
}
