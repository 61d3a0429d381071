import RedisClient

/// What Redis has spent since its start.
struct RedisUsage: Sendable {
    /// Processor time, user and system.
    var processorSeconds: Double
    /// Commands, those inside of functions counted.
    var commands: Double

    init(cpu: [String: String], commands statistics: [String: String]) {
        processorSeconds = (Double(cpu["used_cpu_sys"] ?? "") ?? 0) + (Double(cpu["used_cpu_user"] ?? "") ?? 0)
        commands = 0
        for (name, text) in statistics where name.hasPrefix("cmdstat_") && name != "cmdstat_info" {
            commands += text.split(separator: ",").first?.split(separator: "=").last.flatMap { Double($0) } ?? 0
        }
    }

    private init(processorSeconds: Double, commands: Double) {
        self.processorSeconds = processorSeconds
        self.commands = commands
    }

    static func - (later: RedisUsage, earlier: RedisUsage) -> RedisUsage {
        RedisUsage(
            processorSeconds: later.processorSeconds - earlier.processorSeconds,
            commands: later.commands - earlier.commands
        )
    }
}

extension RedisClient {
    /// A section of INFO.
    func info(_ section: String) async throws -> [String: String] {
        let text = try await send(RedisCommand("INFO", section)).string ?? ""
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let pair = line.split(separator: ":", maxSplits: 1)
            if pair.count == 2 { values[String(pair[0])] = String(pair[1]) }
        }
        return values
    }
}
