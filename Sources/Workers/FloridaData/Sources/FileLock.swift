import Glibc

/// A lock that one process of the machine holds at a time, and that ends with it (flock(2)).
///
/// The lock's file stays: one that is removed can be held twice.
final class FileLock {
    private let descriptor: Int32

    /// Takes the lock; nil when another holds it or the file cannot be made.
    init?(path: String) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
    }

    deinit {
        close(descriptor)
    }
}
