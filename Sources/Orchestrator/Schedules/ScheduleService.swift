import Logging
import ServiceLifecycle

/// Fires the schedules that are due, beside the worker of an orchestrator process.
///
/// Every orchestrator runs one, and none leads: they all wake when a schedule is due by the server's clock, and the
/// functions let one of them decide each planned time. An idle one asks Redis once a second, so that it learns of a
/// schedule that was put meanwhile.
struct ScheduleService: Service {
    private let schedules: Schedules
    private let logger: Logger

    /// How long a process that had nothing to do lets the others go ahead, in milliseconds.
    private static let shortestSleep = 20
    /// The longest sleep in milliseconds, and so the longest delay of a change.
    private static let longestSleep = 1000
    /// How many schedules are dealt with at once.
    private static let batch = 100

    init(schedules: Schedules, logger: Logger) {
        self.schedules = schedules
        self.logger = logger
    }

    /// Works until the graceful shutdown or the cancellation of its task.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let pause = await look()
                guard pause > 0 else { continue }
                do {
                    try await Task.sleep(for: .milliseconds(pause))
                } catch {
                    return  // Cancelled.
                }
            }
        }
    }

    /// Deals with what is due; returns after how many milliseconds to look again.
    private func look() async -> Int {
        do {
            let due = try await schedules.due(limit: Self.batch)
            guard due.names.isEmpty else { return await fire(due.names, due.now) }
            return due.next.map { max(1, min(Self.longestSleep, $0 - due.now)) } ?? Self.longestSleep
        } catch {
            guard !Task.isCancelled else { return 0 }
            logger.warning("looking for due schedules failed and is tried again", metadata: ["error": "\(error)"])
            return Self.longestSleep
        }
    }

    /// Fires schedules side by side, so that one whose partition cannot be reached holds up no other.
    private func fire(_ names: [ScheduleName], _ now: Int) async -> Int {
        await withTaskGroup(of: Int.self) { group in
            for name in names {
                group.addTask { await fire(name, now) }
            }
            return await group.reduce(0) { max($0, $1) }
        }
    }

    private func fire(_ name: ScheduleName, _ now: Int) async -> Int {
        do {
            // Another process was faster: by the next look it has done what it does.
            return try await schedules.fire(name, nowMilliseconds: now) == .nothing ? Self.shortestSleep : 0
        } catch {
            guard !Task.isCancelled else { return 0 }
            logger.error(
                "a schedule did not fire and is tried again",
                metadata: ["schedule": "\(name)", "error": "\(error)"]
            )
            return Self.longestSleep
        }
    }
}
