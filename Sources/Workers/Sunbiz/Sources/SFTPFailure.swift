import JobQueue

/// What the `sftp` client's last words mean; they are not repeated, since they may name keys and users.
struct SFTPFailure {
    let address: SFTPAddress
    let output: String
    let isLate: Bool

    /// The failure, retryable where a later attempt may find things changed.
    var failure: JobFailure {
        if isLate { return make("source_timed_out", "took longer than one attempt may", isRetryable: true) }
        let text = output.lowercased()
        let has = { (words: String...) in words.contains { text.contains($0) } }
        if has("host key verification failed", "remote host identification has changed") {
            return make(
                "host_key_refused",
                "is not the known server: compare its key and add it to the file of sunbiz.known_hosts"
            )
        }
        if has("permission denied (", "too many authentication failures", "incorrect passphrase", "invalid format") {
            return make(
                "source_refused",
                "refused the credentials: check sunbiz.identity_file, sunbiz.password and the user"
            )
        }
        if has("not found", "no such file") {
            return make("file_not_found", "has no such folder or file: check the path, whose letter case counts")
        }
        if has("no space left", "couldn't open local", "write to", "local write") {
            return JobFailure(
                "work_folder_unusable",
                "the file cannot be written into the work folder: is the disk full?",
                isRetryable: true
            )
        }
        return make("source_unavailable", "closed the connection or cannot be reached", isRetryable: true)
    }

    private func make(_ code: String, _ what: String, isRetryable: Bool = false) -> JobFailure {
        JobFailure(code, "\(address) \(what)", field: "source", isRetryable: isRetryable)
    }
}
