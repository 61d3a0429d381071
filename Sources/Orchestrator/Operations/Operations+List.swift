import JobModel
import JobQueue
import RedisClient

/// Where a page of operations ended: behind the operation of this time and id.
package struct OperationCursor: Sendable, Hashable, Comparable, CustomStringConvertible {
    let createdMilliseconds: Int
    let id: String

    init(createdMilliseconds: Int, id: String) {
        self.createdMilliseconds = createdMilliseconds
        self.id = id
    }

    /// Reads what an earlier page answered; `nil` for anything else.
    package init?(_ text: String) {
        let words = text.split(separator: ".", maxSplits: 1)
        guard words.count == 2, let created = Int(words[0]), created >= 0 else { return nil }
        self.init(createdMilliseconds: created, id: String(words[1]))
    }

    package var description: String { "\(createdMilliseconds).\(id)" }

    /// Older before newer; of one millisecond, by the alphabet of the ids, as Redis keeps them.
    package static func < (left: OperationCursor, right: OperationCursor) -> Bool {
        (left.createdMilliseconds, left.id) < (right.createdMilliseconds, right.id)
    }
}

extension Operations {
    private static let chunk = 200

    /// Operations, newest first; `cursor` is what the previous page answered.
    package func list(
        status: OperationState? = nil,
        type: String? = nil,
        limit: Int = 50,
        cursor: OperationCursor? = nil
    ) async throws -> (operations: [OperationReport], next: OperationCursor?) {
        var found: [(place: OperationCursor, record: OperationRecord)] = []
        for partition in queue.allPartitions {
            var taken = 0
            var offset = 0
            // One more than asked for tells whether there is another page.
            while taken <= limit {
                let places = try await places(in: partition, from: cursor, offset: offset)
                for place in places where cursor.map({ place < $0 }) ?? true {
                    guard let record = try await record(JobID(trusted: place.id)) else { continue }
                    if let status, record.state != status { continue }
                    if let type, record.request.operationType != type { continue }
                    found.append((place, record))
                    taken += 1
                    if taken > limit { break }
                }
                offset += Self.chunk
                if places.count < Self.chunk { break }
            }
        }
        found.sort { $0.place > $1.place }
        let page = found.prefix(limit)
        var reports: [OperationReport] = []
        for (_, record) in page { reports.append(try await report(of: record)) }
        return (reports, found.count > limit ? page.last?.place : nil)
    }

    /// The newest operations of a partition that are not newer than the cursor's millisecond.
    private func places(
        in partition: PartitionClient,
        from cursor: OperationCursor?,
        offset: Int
    ) async throws(JobQueueError) -> [OperationCursor] {
        let reply = try await partition.send(
            RedisCommand(
                "ZREVRANGEBYSCORE",
                "\(partition.base):operations",
                cursor.map { String($0.createdMilliseconds) } ?? "+inf",
                "-inf",
                "WITHSCORES",
                "LIMIT",
                String(offset),
                String(Self.chunk)
            )
        )
        let words = reply.elements.compactMap(\.string)
        return stride(from: 0, to: words.count - 1, by: 2).compactMap { position in
            Double(words[position + 1]).map { OperationCursor(createdMilliseconds: Int($0), id: words[position]) }
        }
    }
}
