/// Why a person is asked about an outcome.
///
/// `auditSample` alone holds up nothing: the job has completed, and the reviewer's verdict is recorded beside it.
public enum ReviewReason: String, Sendable, Codable, CaseIterable {
    case lowConfidence = "low_confidence"
    case validationFailed = "validation_failed"
    case retriesExhausted = "retries_exhausted"
    case approvalRequired = "approval_required"
    case auditSample = "audit_sample"
}
