import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Asks processes for their health over HTTP.
struct HealthProbe: Sendable {
    let client: HTTPClient

    /// Whether the process behind a port says that it is healthy, within two seconds.
    func isHealthy(port: Int) async -> Bool {
        do {
            let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/health")
            return try await client.execute(request, timeout: .seconds(2)).status == .ok
        } catch {
            return false  // Not there yet, or not any more: that is the answer.
        }
    }

    /// The ports whose processes are healthy, all asked at once.
    func healthy(of ports: [Int]) async -> Set<Int> {
        await withTaskGroup { group in
            for port in ports { group.addTask { await isHealthy(port: port) ? port : nil } }
            var healthy: Set<Int> = []
            for await port in group { if let port { healthy.insert(port) } }
            return healthy
        }
    }
}
