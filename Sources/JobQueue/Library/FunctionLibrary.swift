package import RedisClient

/// The Lua library of the queue, assembled from `Functions/*.lua`.
///
/// The library and its functions carry a hash of their text in their names, so that two versions of Concord run side by
/// side on one server during a rolling deployment, and neither calls the other's functions.
package struct FunctionLibrary: Sendable {
    /// The library as the server gets it.
    package let library: RedisFunctionLibrary
    /// What every function's name ends with.
    package let suffix: String

    /// The library of this build.
    package static let current = FunctionLibrary(clock: source(PackageResources.shared_clock_lua))

    /// The library with another definition of `server_time(base)`: for tests that turn the clock themselves.
    package init(clock: String) {
        let body = ([clock] + Self.shared + Self.functions).joined(separator: "\n")
        suffix = "_" + Self.fingerprint(of: body)
        let name = "concord" + suffix
        library = RedisFunctionLibrary(name: name, code: "#!lua name=\(name)\nlocal SUFFIX = '\(suffix)'\n\(body)")
    }

    private static let shared = [
        source(PackageResources.shared_record_lua),
        source(PackageResources.shared_batch_lua),
        source(PackageResources.shared_escalations_lua),
        source(PackageResources.shared_transitions_lua),
        source(PackageResources.shared_schedules_lua),
    ]

    private static let functions = [
        source(PackageResources.assign_escalation_lua),
        source(PackageResources.cancel_jobs_lua),
        source(PackageResources.claim_escalation_lua),
        source(PackageResources.claim_jobs_lua),
        source(PackageResources.comment_escalation_lua),
        source(PackageResources.create_queue_lua),
        source(PackageResources.decide_escalation_lua),
        source(PackageResources.delete_schedule_lua),
        source(PackageResources.describe_queues_lua),
        source(PackageResources.enqueue_flow_lua),
        source(PackageResources.enqueue_jobs_lua),
        source(PackageResources.extend_leases_lua),
        source(PackageResources.find_due_schedules_lua),
        source(PackageResources.fire_schedule_lua),
        source(PackageResources.handle_dead_letters_lua),
        source(PackageResources.move_operation_lua),
        source(PackageResources.pause_queue_lua),
        source(PackageResources.pause_schedule_lua),
        source(PackageResources.put_schedule_lua),
        source(PackageResources.record_fire_lua),
        source(PackageResources.register_actions_lua),
        source(PackageResources.remind_escalation_lua),
        source(PackageResources.retry_flow_lua),
        source(PackageResources.settle_jobs_lua),
        source(PackageResources.submit_operation_lua),
        source(PackageResources.undo_decision_lua),
    ]

    private static func source(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// FNV-1a, 64 bits, in hexadecimal: it tells versions apart and is no protection against anyone.
    private static func fingerprint(of text: String) -> String {
        String(FNV1a.hash(text.utf8), radix: 16)
    }
}
