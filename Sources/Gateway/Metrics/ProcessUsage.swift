import Glibc

/// What this process takes of its machine now, from Linux' `/proc` (proc(5)).
struct ProcessUsage {
    /// Resident memory, in bytes.
    var residentBytes: Int?
    /// Time of all its threads on processors, user and system, in seconds.
    var processorSeconds: Double
    /// Open file descriptors.
    var openFiles: Int?
    /// Its start, seconds since 1970.
    var startSeconds: Double?

    /// Reads it; what the system does not tell is `nil`.
    init() {
        let pages = Self.words("/proc/self/statm").dropFirst().first.flatMap { Int($0) }
        residentBytes = pages.map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) }
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        processorSeconds =
            Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1_000_000
        openFiles = Self.entries("/proc/self/fd")
        startSeconds = Self.start()
    }

    /// Clock ticks after the boot are the 20th word after the command, which may hold spaces, in parentheses.
    private static func start() -> Double? {
        let text = read("/proc/self/stat")
        guard let end = text.lastIndex(of: ")") else { return nil }
        let words = text[text.index(after: end)...].split(separator: " ")
        let boot = read("/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }?.dropFirst("btime ".count)
        guard words.count > 19, let ticks = Double(words[19]), let boot, let seconds = Double(boot) else { return nil }
        return seconds + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func words(_ path: String) -> [Substring] { read(path).split(separator: " ") }

    private static func read(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(file, &part, part.count)
            guard count > 0 else { break }
            bytes += part[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The entries of a folder but for `.`, `..` and the descriptor that reads it.
    private static func entries(_ path: String) -> Int? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return count - 3
    }
}

extension MetricsText {
    /// Adds what a process takes, by the names that Prometheus' own clients use.
    mutating func add(_ usage: ProcessUsage) {
        add(
            "process_cpu_seconds_total",
            .counter,
            "Time of all threads on processors, in seconds.",
            usage.processorSeconds
        )
        if let bytes = usage.residentBytes {
            add("process_resident_memory_bytes", .gauge, "Resident memory, in bytes.", Double(bytes))
        }
        if let count = usage.openFiles { add("process_open_fds", .gauge, "Open file descriptors.", Double(count)) }
        if let start = usage.startSeconds {
            add("process_start_time_seconds", .gauge, "Start of the process, in seconds since 1970.", start)
        }
    }
}
