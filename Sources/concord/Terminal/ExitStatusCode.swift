/// How a command ends: the documented exit codes, thrown by a command that has said all there is to say.
enum ExitStatusCode: Int32, Error, Sendable {
    /// Done.
    case done = 0
    /// It failed, or what it looked at has failed.
    case failed = 1
    /// The command line, the configuration or a parameter is wrong; nothing was changed.
    case usage = 2
    /// Redis cannot be reached.
    case unreachable = 3
    /// It waits for a person.
    case waiting = 4
}
