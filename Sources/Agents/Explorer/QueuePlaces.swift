import JobModel
import JobQueue
import Orchestrator
import RedisClient

/// The newest operations on record, and the one whose id is asked for.
struct RecordedOperations: SearchPlace {
    let kind = SearchKind.operation
    let operations: Operations?
    private static let most = 500

    func candidates(for query: SearchQuery) async throws -> [SearchCandidate] {
        guard let operations else { throw SearchUnavailable(reason: "this process has no queue") }
        var ids: [String] = query.text.hasPrefix("op-") ? [query.text] : []
        for partition in operations.queue.allPartitions {
            ids += try await partition.send(
                RedisCommand("ZREVRANGE", "\(partition.base):operations", "0", String(Self.most - 1))
            ).elements.compactMap(\.string)
        }
        var found: [SearchCandidate] = []
        for text in Set(ids).sorted(by: >).prefix(Self.most) {
            guard let id = JobID(rawValue: text), let record = try await operations.record(id) else { continue }
            let parameters = (try? record.request.parameters.encoded) ?? ""
            found.append(
                SearchCandidate(
                    kind: .operation,
                    name: text,
                    title: "\(record.request.operationType), \(record.state.rawValue)",
                    keywords: "\(parameters.prefix(2000)) \(record.error ?? "")",
                    facts: [
                        "status": record.state.rawValue, "type": record.request.operationType,
                        "created_at": MomentText.text(milliseconds: record.createdMilliseconds),
                    ]
                )
            )
        }
        return found
    }
}

/// The actions that a plan may ask for.
struct KnownActions: SearchPlace {
    let kind = SearchKind.action
    let operations: Operations?

    func candidates(for query: SearchQuery) async throws -> [SearchCandidate] {
        guard let operations else { throw SearchUnavailable(reason: "this process has no queue") }
        let catalog = try await operations.actions()
        return catalog.workers.flatMap { worker in
            catalog.actions(of: worker).map { action in
                SearchCandidate(
                    kind: .action,
                    name: "\(worker).\(action.name)",
                    title: action.summary,
                    keywords: action.parameters.properties.map(\.name).joined(separator: " ")
                )
            }
        }
    }
}
