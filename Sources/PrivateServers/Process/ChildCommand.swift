/// The signal that the kernel sends to a child when its parent dies, by the name that `setpriv` knows it by.
package enum DeathSignal: String, Sendable {
    /// SIGTERM.
    case terminate = "TERM"
    /// SIGINT, PostgreSQL's fast shutdown.
    case interrupt = "INT"
    /// SIGKILL.
    case kill = "KILL"
}

/// What to run as a child process, and how.
package struct ChildCommand: Sendable {
    /// The executable's absolute path.
    package var executable: String
    /// The arguments after the executable's name.
    package var arguments: [String]
    /// The whole environment; nil inherits this process' own.
    package var environment: [String: String]?
    /// The file that receives standard output and error, appended to; nil discards both.
    package var logFile: String?
    /// The user to run as, which only root may choose; nil keeps the current one.
    package var user: String?
    /// The signal that the kernel sends to the child when this process dies, however it dies; nil lets the child live on.
    ///
    /// Needs `setpriv` of util-linux; without it the child outlives a crash of its parent.
    package var deathSignal: DeathSignal?

    /// Creates a command that inherits the environment and is terminated together with this process.
    package init(
        executable: String,
        arguments: [String] = [],
        environment: [String: String]? = nil,
        logFile: String? = nil,
        user: String? = nil,
        deathSignal: DeathSignal? = .terminate
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.logFile = logFile
        self.user = user
        self.deathSignal = deathSignal
    }

    /// The argument vector, in front of it `setpriv` where the user or the death signal needs it.
    ///
    /// `setpriv` replaces itself by the command, so that the process id is the command's own. It sets the death signal
    /// after the change of user, which would clear it.
    func argumentVector() throws(PrivateServerError) -> [String] {
        guard user != nil || deathSignal != nil else { return [executable] + arguments }
        guard let setpriv = ExecutableSearch.find("setpriv") else {
            guard user == nil else {
                throw PrivateServerError(
                    code: .executableNotFound,
                    message: "setpriv is needed to run \(executable) as another user: apt-get install util-linux"
                )
            }
            return [executable] + arguments
        }
        var vector = [setpriv]
        if let user {
            vector += ["--reuid=\(user)", "--regid=\(user == "nobody" ? "nogroup" : user)", "--init-groups"]
        }
        if let deathSignal {
            vector += ["--pdeathsig", deathSignal.rawValue]
        }
        return vector + ["--", executable] + arguments
    }
}
