import Testing

@testable import RedisClient

@Suite struct ServerReplyErrorTests {
    @Test(
        arguments: [
            ("NOGROUP No such key 'k' or consumer group 'g' in XREADGROUP with GROUP option", .noGroup, false),
            ("UNBLOCKED the stream key no longer exists", .unblocked, true),
            (
                "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)",
                .unblocked, true
            ),
            ("READONLY You can't write against a read only replica.", .readOnly, true),
            ("LOADING Redis is loading the dataset in memory", .loading, true),
            ("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", .masterDown, true),
            ("NOAUTH Authentication required.", .noAuth, false),
            ("WRONGPASS invalid username-password pair or user is disabled.", .noAuth, false),
            ("ERR AUTH <password> called without any password configured for the default user.", .noAuth, false),
            ("NOPERM this user has no permissions to run the 'get' command", .noPermission, false),
            ("OOM command not allowed when used memory > 'maxmemory'.", .outOfMemory, true),
            (
                "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist",
                .persistenceFailing, true
            ),
            ("ERR max number of clients reached", .tooManyClients, true),
            ("MOVED 3999 127.0.0.1:6381", .moved, true), ("ASK 3999 127.0.0.1:6381", .ask, true),
            ("TRYAGAIN Multiple keys request during rehashing of slot", .tryAgain, true),
            ("CLUSTERDOWN Hash slot not served", .clusterDown, true),
            ("CROSSSLOT Keys in request don't hash to the same slot", .crossSlot, false),
            ("NOREPLICAS Not enough good replicas to write.", .noReplicas, true),
            ("NOSCRIPT No matching script. Please use EVAL.", .noScript, false),
            ("ERR Function not found", .functionNotFound, false),
            ("BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.", .busy, true),
            ("WRONGTYPE Operation against a key holding the wrong kind of value", .wrongType, false),
            ("BUSYGROUP Consumer Group name already exists", .server, false), ("ERR syntax error", .server, false),
            ("ERR", .server, false), ("", .server, false),
        ] as [(String, RedisError.Code, Bool)]
    )
    func `every server state has its code`(text: String, code: RedisError.Code, isRetryable: Bool) {
        let error = RedisError(serverReply: text, command: "XADD")
        #expect(error.code == code)
        #expect(error.isRetryable == isRetryable)
        #expect(error.serverPrefix == String(text.prefix { $0 != " " }))
        #expect(error.command == "XADD")
        #expect(!error.mayHaveExecuted)
    }

    @Test(arguments: ["MOVED", "ASK"])
    func `a redirection names the slot and the node`(word: String) {
        let error = RedisError(serverReply: "\(word) 866 [::1]:7001", command: "GET")
        #expect(error.redirection == .init(slot: 866, address: "[::1]:7001"))
    }

    @Test(arguments: ["MOVED", "MOVED x y", "ASK 1"])
    func `a redirection that cannot be read has no address`(text: String) {
        #expect(RedisError(serverReply: text, command: "GET").redirection == nil)
    }

    @Test func `arguments that the server repeats are cut`() {
        let text = "ERR unknown command 'FOO', with args beginning with: 'secret' "
        let error = RedisError(serverReply: text, command: "FOO")
        #expect(error.message == "unknown command 'FOO'")
        #expect(!error.description.contains("secret"))
    }

    @Test func `a long text is shortened`() {
        let error = RedisError(serverReply: "ERR " + String(repeating: "x", count: 10_000), command: "FOO")
        #expect(error.message.count == 512)
    }

    @Test func `a description is one line with the command and the code`() {
        let error = RedisError(serverReply: "NOGROUP no group", command: "XREADGROUP")
        #expect(error.description == "redis: XREADGROUP: noGroup (NOGROUP): no group")
    }
}
