import Foundation
import JobQueue
import PrivateServers
import PropertyData

/// Lists and fetches files by the `sftp` command in batch mode.
///
/// Commands go to it in a file and secrets through its environment to the program that answers `ssh`'s question
/// (`SSH_ASKPASS`, ssh(1)): neither a command line nor a log has them.
struct SFTPClient {
    let address: SFTPAddress
    let settings: SFTPSettings
    /// A folder of the caller's own, for the batch and the client's log.
    let scratch: String

    /// The files of the address' folder, those of the Division's names only.
    func list(today: CalendarDate) async throws -> [OfferedFile] {
        try await run(["ls -l"]).split(separator: "\n").compactMap { line in
            SFTPListing.file(String(line), today: today)
        }
    }

    /// Fetches a file, or the rest of it where a part is there already.
    func fetch(_ name: String, to path: String, isContinued: Bool) async throws {
        _ = try await run(["\(isContinued ? "reget" : "get") \(name) \"\(path)\""])
    }

    /// Runs commands in the address' folder and returns what the client printed.
    private func run(_ commands: [String]) async throws -> String {
        guard let program = ExecutableSearch.find("sftp") else {
            throw JobFailure("sftp_not_installed", "the sftp client is not installed: apt-get install openssh-client")
        }
        let key = UUID().uuidString
        let (batch, log, answer) = ("\(scratch)/\(key).batch", "\(scratch)/\(key).log", "\(scratch)/\(key).answer")
        defer { for path in [batch, log, answer] { try? FileManager.default.removeItem(atPath: path) } }
        let entering = address.path.isEmpty ? [] : ["cd \(address.path)"]
        try write((entering + commands).joined(separator: "\n") + "\n", to: batch, mode: 0o600)
        var environment = ProcessInfo.processInfo.environment.filter { name, _ in
            ["PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "SSH_AUTH_SOCK"].contains(name)
        }
        environment["LC_ALL"] = "C"
        if !settings.password.isEmpty {
            try write("#!/bin/sh\nprintf '%s\\n' \"$CONCORD_SFTP_SECRET\"\n", to: answer, mode: 0o700)
            environment["SSH_ASKPASS"] = answer
            environment["SSH_ASKPASS_REQUIRE"] = "force"
            environment["CONCORD_SFTP_SECRET"] = settings.password
        }
        let child: ChildProcess
        do throws(PrivateServerError) {
            child = try await ChildProcess.spawn(
                ChildCommand(
                    executable: program,
                    arguments: arguments(batch),
                    environment: environment,
                    logFile: log
                )
            )
        } catch {
            throw JobFailure("sftp_not_started", "the sftp client cannot be started", isRetryable: true)
        }
        let (status, isLate) = await wait(for: child)
        try Task.checkCancellation()
        let output = FileManager.default.contents(atPath: log).map { String(decoding: $0, as: UTF8.self) } ?? ""
        guard status.isSuccess else {
            throw SFTPFailure(address: address, output: output, isLate: isLate).failure
        }
        return output
    }

    /// Waits for the client's end, and ends it on cancellation and when its time is over.
    private func wait(for child: ChildProcess) async -> (ExitStatus, isLate: Bool) {
        await withTaskCancellationHandler {
            await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    guard (try? await Task.sleep(for: settings.totalTimeout)) != nil else { return false }
                    child.signal(SIGKILL)
                    return true
                }
                let status = await child.waitForExit()
                group.cancelAll()
                let isLate = await group.next() ?? false
                return (status, isLate)
            }
        } onCancel: {
            child.signal(SIGKILL)
        }
    }

    private func arguments(_ batch: String) -> [String] {
        var options = [
            // The first value given counts: a batch would else never ask for a password.
            "BatchMode=\(settings.password.isEmpty ? "yes" : "no")", "NumberOfPasswordPrompts=1",
            "ConnectTimeout=\(max(1, settings.connectTimeout.wholeMilliseconds / 1_000))",
            // Anything quieter does not say why a server or a key was refused.
            "LogLevel=ERROR", "ServerAliveInterval=15", "ServerAliveCountMax=2",
            "StrictHostKeyChecking=\(settings.hostKeyCheck.rawValue)",
        ]
        if !settings.knownHostsFile.isEmpty {
            options += ["UserKnownHostsFile=\(settings.knownHostsFile)", "GlobalKnownHostsFile=/dev/null"]
        } else if settings.hostKeyCheck == .no {
            options.append("UserKnownHostsFile=/dev/null")
        }
        if !settings.identityFile.isEmpty {
            options += ["IdentityFile=\(settings.identityFile)", "IdentitiesOnly=yes"]
        }
        var arguments = options.flatMap { ["-o", $0] } + ["-b", batch]
        if let port = address.port { arguments += ["-P", String(port)] }
        if let limit = settings.bandwidthKilobits { arguments += ["-l", String(limit)] }
        return arguments + ["--", "\(address.user)@\(address.host)"]
    }

    private func write(_ text: String, to path: String, mode: Int) throws(JobFailure) {
        guard
            FileManager.default.createFile(
                atPath: path,
                contents: Data(text.utf8),
                attributes: [.posixPermissions: mode]
            )
        else { throw JobFailure("work_folder_unusable", "\(path) cannot be written", isRetryable: true) }
    }
}
