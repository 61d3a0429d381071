extension RedisClient {
    /// Calls a function of `library`, loading the library first if the server does not have it.
    ///
    /// A server lacks it when it is new, was promoted from an older data set, or after FUNCTION FLUSH. A function that
    /// does not exist has not run, so the second call repeats nothing.
    package func call(
        _ command: RedisCommand,
        library: RedisFunctionLibrary,
        timeout: Duration? = nil
    ) async throws(RedisError) -> RedisReply {
        do {
            return try await send(command, timeout: timeout)
        } catch  where error.code == .functionNotFound {
            try await load(library)
            return try await send(command, timeout: timeout)
        }
    }

    /// Loads a library into the server, which keeps it over restarts and hands it to its replicas.
    ///
    /// A library of that name that is there already counts as this one. Concurrent loads of one name share one command.
    package func load(_ library: RedisFunctionLibrary) async throws(RedisError) {
        let loads = loads
        let id = loads.makeID()
        let result = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                if loads.join(library.name, id: id, waiter: continuation) { startLoad(library) }
                if Task.isCancelled { loads.leave(library.name, id: id) }
            }
        } onCancel: {
            loads.leave(library.name, id: id)
        }
        try result.get()
    }

    /// Sends the load without a task, so that no single waiter's cancellation can end it for the others.
    private func startLoad(_ library: RedisFunctionLibrary) {
        send(RedisCommand("FUNCTION", "LOAD", library.code)) { [loads] result in
            switch result {
            case .success:
                loads.finish(library.name, with: .success(()))
            case .failure(let error) where error.code == .server && error.message.hasSuffix("already exists"):
                loads.finish(library.name, with: .success(()))
            case .failure(let error):
                loads.finish(library.name, with: .failure(error))
            }
        }
    }
}
