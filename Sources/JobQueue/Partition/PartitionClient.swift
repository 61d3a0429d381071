package import RedisClient

/// Calls the functions of one partition over one connection.
package struct PartitionClient: Sendable {
    /// The prefix of the partition's keys.
    package let base: String
    /// The connection.
    package let redis: RedisClient
    /// The library whose functions are called.
    package let functions: FunctionLibrary

    package init(base: String, redis: RedisClient, functions: FunctionLibrary) {
        self.base = base
        self.redis = redis
        self.functions = functions
    }

    /// The beginning of a call: the caller appends the arguments.
    package func command(_ function: String, capacity: Int = 256) -> RedisCommand {
        .functionCall(function + functions.suffix, keys: [base], capacity: capacity)
    }

    /// Sends a call; the library is loaded first where the server lacks it.
    package func call(_ command: RedisCommand, timeout: Duration? = nil) async throws(JobQueueError) -> RedisReply {
        do {
            return try await redis.call(command, library: functions.library, timeout: timeout)
        } catch {
            throw JobQueueError(error)
        }
    }

    /// Sends a call with string arguments.
    package func call(_ function: String, _ arguments: [String]) async throws(JobQueueError) -> RedisReply {
        var command = command(function, capacity: arguments.reduce(64) { $0 + $1.utf8.count + 16 })
        for argument in arguments { command.append(argument) }
        return try await call(command)
    }

    /// Sends a plain command.
    package func send(_ command: RedisCommand, timeout: Duration? = nil) async throws(JobQueueError) -> RedisReply {
        do {
            return try await redis.send(command, timeout: timeout)
        } catch {
            throw JobQueueError(error)
        }
    }

    /// The key of a job's record.
    package func key(job: JobID) -> String { "\(base):j:\(job.rawValue)" }
}
