import Foundation
import Synchronization

/// Counts executed jobs in a small file that another process reads while they run: the number of jobs, the time of the
/// first and of the last, each 64 bits, little-endian, times in nanoseconds of the machine's monotonic clock.
///
/// The file is mapped into memory, so that counting costs a store and not a system call.
final class JobProbe: Sendable {
    private struct State: ~Copyable {
        let memory: UnsafeMutableRawBufferPointer
        let latencies: FileHandle
        var count: UInt64 = 0
    }

    private let state: Mutex<State>

    /// Makes `probe.PID` and `lat.bin` in a folder.
    ///
    /// - Throws: ``BenchError`` when they cannot be made.
    init(folder: String) throws {
        let path = "\(folder)/probe.\(getpid())"
        let descriptor = open(path, O_RDWR | O_CREAT, 0o644)
        guard descriptor >= 0, ftruncate(descriptor, 4096) == 0,
            let address = mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), address != MAP_FAILED
        else { throw BenchError(message: "\(path) cannot be made: error \(errno)") }
        close(descriptor)
        let latencyFile = open("\(folder)/lat.bin", O_WRONLY | O_CREAT | O_APPEND, 0o644)
        guard latencyFile >= 0 else { throw BenchError(message: "\(folder)/lat.bin cannot be made: error \(errno)") }
        state = Mutex(
            State(
                memory: UnsafeMutableRawBufferPointer(start: address, count: 4096),
                latencies: FileHandle(fileDescriptor: latencyFile, closeOnDealloc: true)
            )
        )
    }

    /// The body of a job has run.
    func hit(at time: Int = Bench.nanoseconds()) {
        state.withLock { state in
            state.count += 1
            let time = UInt64(time)
            if state.count == 1 { state.memory.storeBytes(of: time.littleEndian, toByteOffset: 8, as: UInt64.self) }
            state.memory.storeBytes(of: time.littleEndian, toByteOffset: 16, as: UInt64.self)
            state.memory.storeBytes(of: state.count.littleEndian, toByteOffset: 0, as: UInt64.self)
        }
    }

    /// The body of a job that was sent at `sent` has begun.
    func hit(sentAt sent: Int) throws {
        let now = Bench.nanoseconds()
        let pair = [UInt64(sent).littleEndian, UInt64(now).littleEndian]
        try state.withLock { try $0.latencies.write(contentsOf: pair.withUnsafeBytes { Data($0) }) }
        hit(at: now)
    }
}
