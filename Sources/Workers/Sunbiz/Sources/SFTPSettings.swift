/// How SFTP servers are reached; nothing of it goes on a command line but the paths of files.
package struct SFTPSettings: Sendable, Equatable {
    /// What is done about a server's host key.
    package enum HostKeyCheck: String, Sendable, CaseIterable {
        /// It must be a known one.
        case yes
        /// An unknown server's key is taken on first contact; a changed one is refused.
        case acceptNew = "accept-new"
        /// None is refused: whoever answers is believed.
        case no
    }

    /// The private key's file; empty for the keys that `ssh` finds itself.
    package var identityFile = ""
    /// The password, or the passphrase of the private key; empty for none.
    package var password = ""
    /// The file of known host keys; empty for the one of the process' user.
    package var knownHostsFile = ""
    /// What is done about a server's host key.
    package var hostKeyCheck = HostKeyCheck.yes
    /// How long a connection may take.
    package var connectTimeout: Duration = .seconds(15)
    /// How long one listing or one transfer may take; what it got stays for the next attempt.
    package var totalTimeout: Duration = .seconds(3_600)
    /// The most kilobits a second that a transfer takes; nil for no limit.
    package var bandwidthKilobits: Int?

    /// The defaults.
    package init() {}
}
