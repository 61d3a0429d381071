import Foundation
import JobModel
import JobQueue

@testable import concord

/// Escalations as they would be read from Redis, for tests of what is made of them.
enum ReviewFixture {
    static func escalation(
        id: String = "esc-7-op-20251122-101500-0a1b2c3d:E3",
        reason: ReviewReason = .lowConfidence,
        state: EscalationState = .open,
        version: Int = 1
    ) throws -> EscalationSnapshot {
        let record: JSONValue = [
            "id": .string(id), "job": .string(String(id.split(separator: "-", maxSplits: 2)[2])),
            "queue": "data_quality", "action": "validate", "state": .string(state.rawValue),
            "version": .integer(version), "reason": .string(reason.rawValue), "confidence": 0.625, "threshold": 0.7,
            "openedMilliseconds": 1_763_800_000_000, "isBlocking": .bool(reason != .auditSample), "tier": 1,
            "comments": [], "history": [],
        ]
        return try record.decode(EscalationSnapshot.self)
    }

    static func item(
        _ escalation: EscalationSnapshot,
        result: JSONValue = ["rows": 95, "county": "BROWARD"],
        lines: [String] = ["county: BROWARD", "rows: 95"]
    ) -> ReviewItem {
        ReviewItem(
            escalation,
            operationType: "data_pipeline",
            parts: ["valid_rows 0.62 (95 of 152 rows)"],
            result: result,
            sections: [ReviewItem.Section(heading: "result", lines: lines)]
        )
    }
}
