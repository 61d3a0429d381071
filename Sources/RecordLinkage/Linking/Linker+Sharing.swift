#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Linker {
    /// Shares numbered pieces of work among tasks and merges what they make, in an order that does not depend on them.
    func share<Piece: Sendable>(
        _ count: Int,
        _ phase: String,
        _ progress: Progress,
        _ work: @escaping @Sendable (Int) throws -> Piece,
        merging merge: @escaping @Sendable (inout Piece, Piece) -> Void,
        from start: @escaping @Sendable () -> Piece
    ) async throws -> Piece {
        let tasks = settings.parallelism > 0 ? settings.parallelism : ProcessInfo.processInfo.activeProcessorCount
        // A batch is long enough to be worth a task and short enough to be stopped at once.
        let batch = max(1, tasks * 16)
        var all = start()
        for first in stride(from: 0, to: count, by: batch) {
            let last = min(count, first + batch)
            let parts = try await withThrowingTaskGroup(of: (Int, Piece).self) { group in
                for task in 0..<min(tasks, last - first) {
                    group.addTask {
                        var piece = start()
                        for number in stride(from: first + task, to: last, by: tasks) {
                            try Task.checkCancellation()
                            merge(&piece, try work(number))
                        }
                        return (task, piece)
                    }
                }
                var parts: [(Int, Piece)] = []
                for try await part in group { parts.append(part) }
                return parts
            }
            for part in parts.sorted(by: { $0.0 < $1.0 }) { merge(&all, part.1) }
            progress(phase, last, count)
        }
        return all
    }
}
