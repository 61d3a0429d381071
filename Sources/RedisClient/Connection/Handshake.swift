/// What a new connection says before any command: AUTH, SELECT, CLIENT SETNAME, and always PING.
///
/// The PING keeps commands waiting while the server loads its data set after a restart, which otherwise would answer
/// each of them with LOADING; and it shows that a peer which accepted the connection is alive. A server that is BUSY, or
/// has lost its master, is let pass: the former must hear FUNCTION KILL, and both do not end by waiting.
enum Handshake {
    /// One command of the handshake.
    struct Step {
        let command: RedisCommand
        /// Errors that do not spoil the connection.
        let toleratedCodes: Set<RedisError.Code>

        func tolerates(_ error: RedisError) -> Bool { toleratedCodes.contains(error.code) }
    }

    /// The commands in order; the connection is ready when all are answered.
    static func steps(_ configuration: RedisConfiguration) -> [Step] {
        var steps: [Step] = []
        if let password = configuration.password {
            let words = ["AUTH"] + [configuration.user, password].compactMap(\.self)
            steps.append(Step(command: RedisCommand(words: words), toleratedCodes: []))
        }
        if configuration.database != 0 {
            let select = RedisCommand("SELECT", String(configuration.database))
            steps.append(Step(command: select, toleratedCodes: []))
        }
        if let clientName = configuration.clientName {
            // The name only serves people who read CLIENT LIST, so a server that refuses it is used all the same.
            let name = RedisCommand("CLIENT", "SETNAME", clientName)
            steps.append(Step(command: name, toleratedCodes: [.noPermission, .server, .busy, .masterDown]))
        }
        steps.append(Step(command: RedisCommand("PING"), toleratedCodes: [.noPermission, .busy, .masterDown]))
        return steps
    }
}
