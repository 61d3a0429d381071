extension PostgresConnection {
    /// Streams data into a `COPY … FROM STDIN` and returns the number of rows copied.
    ///
    /// The body writes through its writer, which waits while the server is busy, so that memory stays constant. When the
    /// body throws, the COPY is aborted on the server, nothing of it remains, and the error is passed on.
    package nonisolated func copyIn(
        _ sql: String,
        _ body: (inout PostgresCopyWriter) async throws -> Void
    ) async throws -> Int {
        try await cancellable { (token) async throws(PostgresError) in try await startCopy(sql, .copyIn, token) }
        var writer = PostgresCopyWriter(connection: self)
        do {
            try await body(&writer)
            try await writer.flush()
        } catch {
            await abortCopyIn()
            throw error
        }
        return try await cancellable { (token) async throws(PostgresError) in try await endCopyIn(token) }
    }

    /// Streams the data of a `COPY … TO STDOUT` to the body, in pieces of whole rows and of about 64 KiB.
    ///
    /// The next piece is fetched when the body has returned. When the body throws, the COPY is cancelled on the server.
    package nonisolated func copyOut(_ sql: String, _ body: ([UInt8]) async throws -> Void) async throws {
        try await cancellable { (token) async throws(PostgresError) in try await startCopy(sql, .copyOut, token) }
        do {
            while let chunk = try await nextChunk() {
                try await body(chunk)
            }
        } catch {
            await abortCopyOut()
            throw error
        }
    }

    private nonisolated func nextChunk() async throws(PostgresError) -> [UInt8]? {
        try await cancellable { (token) async throws(PostgresError) in try await receiveChunk(token) }
    }

    private func startCopy(_ sql: String, _ kind: Activity, _ token: StatementToken) throws(PostgresError) {
        let session = try idleSession("copy")
        try supervise("copy", token) { () throws(PostgresError) in
            try session.send(script: sql, operation: "copy")
            guard let result = try session.nextResult(operation: "copy", deadline: nil, token: token) else {
                throw PostgresError(code: .connectionLost, operation: "copy", summary: "the server sent no result")
            }
            switch (result.kind, kind) {
            case (.copyIn, .copyIn), (.copyOut, .copyOut):
                activity = kind
            case (.failure, _):
                _ = try? results(session, "copy", nil, token)
                throw result.error(operation: "copy")
            default:
                self.session = nil
                throw PostgresError(
                    code: .usage,
                    operation: "copy",
                    summary: "the statement is no COPY of that direction"
                )
            }
        }
    }

    /// Sends a piece of a COPY FROM STDIN.
    func sendChunk(_ chunk: [UInt8], _ token: StatementToken) throws(PostgresError) {
        guard let session, activity == .copyIn else {
            throw PostgresError(code: .usage, operation: "copy in", summary: "no COPY is under way on this session")
        }
        try supervise("copy in", token) { () throws(PostgresError) in
            try session.putCopyData(chunk, operation: "copy in", token: token)
        }
    }

    private func endCopyIn(_ token: StatementToken) throws(PostgresError) -> Int {
        activity = .none
        let session = try idleSession("copy in")
        return try supervise("copy in", token) { () throws(PostgresError) in
            try session.putCopyEnd(failing: nil, operation: "copy in", token: token)
            return try results(session, "copy in", nil, token).affectedRows
        }
    }

    /// Makes the COPY fail on the server and reads its end; closes the session when that cannot be done.
    private func abortCopyIn() {
        guard let session, activity == .copyIn else { return }
        activity = .none
        let token = StatementToken()
        do {
            try session.putCopyEnd(failing: "the writer gave up", operation: "copy in", token: token)
            while try session.nextResult(operation: "copy in", deadline: .now + .seconds(10), token: token) != nil {}
        } catch {
            self.session = nil
        }
    }

    private func receiveChunk(_ token: StatementToken) throws(PostgresError) -> [UInt8]? {
        guard let session, activity == .copyOut else { return nil }
        return try supervise("copy out", token) { () throws(PostgresError) in
            var chunk: [UInt8] = []
            chunk.reserveCapacity(PostgresCopyWriter.chunkSize + 4_096)
            let limit = PostgresCopyWriter.chunkSize
            if try !session.getCopyData(into: &chunk, limit: limit, operation: "copy out", token: token) {
                activity = .none
                _ = try results(session, "copy out", nil, token)
            }
            return chunk.isEmpty ? nil : chunk
        }
    }

    /// Cancels the COPY on the server and reads what is still under way; closes the session when that cannot be done.
    private func abortCopyOut() {
        guard let session, activity == .copyOut else { return }
        activity = .none
        session.ticket?.send()
        let token = StatementToken()
        do {
            var rest: [UInt8] = []
            while try session.getCopyData(into: &rest, limit: 1 << 20, operation: "copy out", token: token) {
                rest.removeAll(keepingCapacity: true)
            }
            while try session.nextResult(operation: "copy out", deadline: .now + .seconds(10), token: token) != nil {}
        } catch {
            self.session = nil
        }
    }
}
