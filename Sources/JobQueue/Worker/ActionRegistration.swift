import Logging
import RedisClient

/// Tells what the actions of a worker process are, at its start and again and again, so that whoever makes or checks a
/// plan knows them.
///
/// Of two versions of an action the one whose process registered last counts, also while processes of the other still
/// refresh theirs.
struct ActionRegistration: Sendable {
    let partition: PartitionClient
    let queue: QueueName
    let actions: [ActionDescription]
    let logger: Logger

    /// How often a process repeats it: a registry that was lost with Redis' memory is whole again after this.
    static let interval: Duration = .seconds(60)
    /// How long an action is known after its last worker has repeated it: longer than a deployment's workers are down.
    static let life: Duration = .seconds(7 * 86_400)

    /// Registers; `first` is what the first registration of this process returned.
    func register(first: Int?) async throws(JobQueueError) -> Int {
        var command = partition.command("register_actions", capacity: 256 + actions.count * 2048)
        command.append(queue.rawValue)
        command.append(first ?? 0)
        command.append(Self.life.wholeMilliseconds)
        for action in actions {
            command.append(action.name)
            do {
                command.append(bytes: Array(try JSONCoding.encode(action)))
            } catch {
                throw JobQueueError(.malformed, "the description of \(action.name) cannot be encoded: \(error)")
            }
        }
        guard let first = try await partition.call(command).integer else {
            throw JobQueueError(.malformed, "register_actions did not answer a time")
        }
        return first
    }

    /// Keeps the actions known until its task is cancelled.
    func keep() async {
        var first: Int?
        while !Task.isCancelled {
            var wait = Self.interval
            do throws(JobQueueError) {
                first = try await register(first: first)
            } catch {
                guard !Task.isCancelled else { return }
                logger.warning("registering the actions failed and is tried again", metadata: ["error": "\(error)"])
                wait = .seconds(1)
            }
            do {
                try await Task.sleep(for: wait)
            } catch {
                return  // Cancelled: the worker stops.
            }
        }
    }
}
