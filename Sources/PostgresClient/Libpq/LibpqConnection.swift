import CLibpq
import Glibc

/// One session of libpq in non-blocking mode, with waits of its own: the module's only owner of a PGconn.
///
/// Not Sendable: it belongs to one `PostgresConnection`, whose executor may block.
final class LibpqConnection {
    private let pointer: OpaquePointer
    /// The ticket for cancelling this session's statements.
    private(set) var ticket: CancelTicket?
    /// How long a cancelled statement may take to end before the session is given up.
    private let cancelGrace: Duration = .seconds(10)

    /// Opens a session.
    init(_ parameters: [String: String], timeout: Duration, token: StatementToken) throws(PostgresError) {
        let pointer = Self.start(parameters)
        guard let pointer else {
            throw PostgresError(code: .connectionFailed, operation: "connect", summary: "out of memory")
        }
        self.pointer = pointer
        // Notices can quote data, and libpq would print them to standard error.
        PQsetNoticeReceiver(pointer, { _, _ in }, nil)
        try waitForSession(deadline: .now + timeout, token: token)
        guard PQsetnonblocking(pointer, 1) == 0 else { throw connectionError("connect") }
        ticket = PQgetCancel(pointer).map(CancelTicket.init)
    }

    deinit {
        PQfinish(pointer)
    }

    /// Whether the session is up, as far as is known here.
    var isOpen: Bool { PQstatus(pointer) == CONNECTION_OK }

    /// Whether the session is up and outside any transaction or command.
    var isIdle: Bool { isOpen && PQtransactionStatus(pointer) == PQTRANS_IDLE }

    /// Whether the session is inside a transaction, sound or failed.
    var isInTransaction: Bool {
        let status = PQtransactionStatus(pointer)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    /// Whether the server has ended an idle session, or sent anything else unasked for, without waiting.
    ///
    /// A server that died or was restarted shows here, before a statement is lost on it.
    var hasUnreadInput: Bool {
        var descriptor = pollfd(fd: PQsocket(pointer), events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) != 0
    }

    // MARK: Statements

    /// Sends one statement with parameters in the extended protocol.
    func send(_ sql: String, _ parameters: [PostgresValue], operation: String) throws(PostgresError) {
        let encoded = parameters.map(EncodedParameter.init)
        let sent = encoded.withPointers { types, values, lengths, formats in
            PQsendQueryParams(pointer, sql, Int32(encoded.count), types, values, lengths, formats, 0)
        }
        guard sent == 1 else { throw connectionError(operation) }
    }

    /// Sends a script of one or more statements in the simple protocol.
    func send(script: String, operation: String) throws(PostgresError) {
        guard PQsendQuery(pointer, script) == 1 else { throw connectionError(operation) }
    }

    /// Waits for the next result; nil at the command's end.
    func nextResult(
        operation: String,
        deadline: ContinuousClock.Instant?,
        token: StatementToken
    ) throws(PostgresError) -> LibpqResult? {
        try flush(operation: operation, deadline: deadline, token: token)
        while PQisBusy(pointer) == 1 {
            try wait(for: POLLIN, operation: operation, deadline: deadline, token: token)
            guard PQconsumeInput(pointer) == 1 else { throw connectionError(operation) }
        }
        return PQgetResult(pointer).map(LibpqResult.init)
    }

    /// Waits until everything buffered is with the kernel: this is what makes a fast producer wait for a slow server.
    func flush(operation: String, deadline: ContinuousClock.Instant?, token: StatementToken) throws(PostgresError) {
        while true {
            switch PQflush(pointer) {
            case 0: return
            case 1:
                try wait(for: POLLIN | POLLOUT, operation: operation, deadline: deadline, token: token)
                // The server may itself be waiting for us to read.
                guard PQconsumeInput(pointer) == 1 else { throw connectionError(operation) }
            default: throw connectionError(operation)
            }
        }
    }

    // MARK: COPY

    /// Sends a piece of a COPY FROM STDIN.
    func putCopyData(_ bytes: [UInt8], operation: String, token: StatementToken) throws(PostgresError) {
        while true {
            let status = bytes.withUnsafeBytes { buffer in
                PQputCopyData(pointer, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count))
            }
            switch status {
            case 1: return try flush(operation: operation, deadline: nil, token: token)
            case 0: try flush(operation: operation, deadline: nil, token: token)
            default: throw connectionError(operation)
            }
        }
    }

    /// Ends a COPY FROM STDIN; with a reason, makes it fail.
    func putCopyEnd(failing reason: String?, operation: String, token: StatementToken) throws(PostgresError) {
        while true {
            switch PQputCopyEnd(pointer, reason) {
            case 1: return try flush(operation: operation, deadline: nil, token: token)
            case 0: try flush(operation: operation, deadline: nil, token: token)
            default: throw connectionError(operation)
            }
        }
    }

    /// Appends rows of a COPY TO STDOUT until the buffer holds `limit` bytes or no more have arrived; waits for the
    /// first row only.
    ///
    /// False at the end of the data.
    func getCopyData(
        into buffer: inout [UInt8],
        limit: Int,
        operation: String,
        token: StatementToken
    ) throws(PostgresError) -> Bool {
        while buffer.count < limit {
            var row: UnsafeMutablePointer<CChar>?
            let length = PQgetCopyData(pointer, &row, 1)
            if length > 0, let row {
                defer { PQfreemem(row) }
                buffer.append(contentsOf: UnsafeRawBufferPointer(start: row, count: Int(length)))
            } else if length == -1 {
                return false
            } else if length == 0 {
                guard buffer.isEmpty else { return true }
                try wait(for: POLLIN, operation: operation, deadline: nil, token: token)
                guard PQconsumeInput(pointer) == 1 else { throw connectionError(operation) }
            } else {
                throw connectionError(operation)
            }
        }
        return true
    }

    // MARK: Waiting

    private static func start(_ parameters: [String: String]) -> OpaquePointer? {
        let keys = parameters.map { strdup($0.key) }
        let values = parameters.map { strdup($0.value) }
        defer { for pointer in keys + values { free(pointer) } }
        return PQconnectStartParams(keys.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 0)
    }

    private func waitForSession(deadline: ContinuousClock.Instant, token: StatementToken) throws(PostgresError) {
        var status = PQstatus(pointer) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while status != PGRES_POLLING_OK {
            guard status != PGRES_POLLING_FAILED else { throw connectionError("connect") }
            let events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT
            try wait(for: events, operation: "connect", deadline: deadline, token: token)
            status = PQconnectPoll(pointer)
        }
    }

    /// Waits for the socket, for at most half a second at a time, and sees to the deadline and to cancellations.
    ///
    /// The statement is given time to end by itself after a cancellation; a session that stays silent is given up.
    private func wait(
        for events: Int32,
        operation: String,
        deadline: ContinuousClock.Instant?,
        token: StatementToken
    ) throws(PostgresError) {
        while true {
            let now = ContinuousClock.now
            if let deadline, now >= deadline { token.cancel(.timeout) }
            if let reason = token.reason, ticket == nil || now >= (token.requestedAt ?? now) + cancelGrace {
                throw Self.cancellation(reason, operation: operation)
            }
            var pause = Duration.milliseconds(500)
            if let deadline, deadline > now { pause = min(pause, deadline - now + .milliseconds(1)) }
            var descriptor = pollfd(fd: PQsocket(pointer), events: Int16(events), revents: 0)
            let milliseconds = pause.components.seconds * 1_000 + pause.components.attoseconds / 1_000_000_000_000_000
            let count = poll(&descriptor, 1, Int32(milliseconds))
            if count > 0 { return }
            if count < 0, errno != EINTR { throw connectionError(operation) }
        }
    }

    /// The error of a cancelled statement.
    static func cancellation(_ reason: StatementToken.Reason, operation: String) -> PostgresError {
        switch reason {
        case .task:
            PostgresError(code: .cancelled, operation: operation, summary: "the task was cancelled")
        case .timeout:
            PostgresError(code: .timedOut, operation: operation, summary: "the time allowed for it has run out")
        }
    }

    /// The error of a session that could not be opened or has ended.
    private func connectionError(_ operation: String) -> PostgresError {
        let message = String(cString: PQerrorMessage(pointer))
        guard operation == "connect" else {
            let code: PostgresError.Code = isOpen ? .usage : .connectionLost
            let summary =
                isOpen ? MessageRedaction.redact(message, keeping: []) : "the session with the server has ended"
            return PostgresError(code: code, operation: operation, summary: summary)
        }
        return .connecting(message: message, wantsPassword: PQconnectionNeedsPassword(pointer) == 1)
    }
}
