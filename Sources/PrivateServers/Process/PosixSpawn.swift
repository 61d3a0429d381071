import Foundation
import Glibc

/// Starts a process with `posix_spawn`: a session of its own, default signals, no inherited descriptors but 0, 1 and 2.
func posixSpawn(_ vector: [String], _ command: ChildCommand) throws(PrivateServerError) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let log = command.logFile ?? "/dev/null"
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o640)
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    // A listening socket that leaked into a child would keep its port taken after the parent's end. Closing a
    // descriptor that is gone by then is no error to posix_spawn.
    for descriptor in openDescriptors() where descriptor > STDERR_FILENO {
        posix_spawn_file_actions_addclose(&actions, descriptor)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK) | spawnInNewSession)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)

    let environment = (command.environment ?? ProcessInfo.processInfo.environment).map { "\($0.key)=\($0.value)" }
    var pid: Int32 = 0
    let status = withCStrings(vector) { arguments in
        withCStrings(environment) { variables in
            posix_spawn(&pid, vector[0], &actions, &attributes, arguments, variables)
        }
    }
    guard status == 0 else {
        throw .system(.spawnFailed, "cannot start \(command.executable) with its log in \(log)", errorNumber: status)
    }
    return pid
}

/// POSIX_SPAWN_SETSID of glibc's and musl's spawn.h, which shows it to GNU sources only.
private let spawnInNewSession: Int16 = 0x80

/// The descriptors that this process has open now.
private func openDescriptors() -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return names.compactMap { Int32($0) }
}

/// Lends a null-terminated array of C strings.
private func withCStrings<R>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
    let pointers = strings.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
}
