import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The orchestrator's HTTP interface, by its own health page.
struct APIProbe: HealthProbe {
    let component = "api"
    /// Of the configuration, never of a request: nobody can make a worker call an address of his choice.
    let address: String
    let thresholds: HealthThresholds

    func look() async throws -> [HealthFinding] {
        let base = address.hasSuffix("/") ? String(address.dropLast()) : address
        do {
            var code: UInt = 0
            let latency = try await latency(thresholds) {
                let response = try await HTTPClient.shared.execute(
                    HTTPClientRequest(url: base + "/health"),
                    timeout: .seconds(3)
                )
                _ = try await response.body.collect(upTo: 1 << 20)
                code = response.status.code
            }
            let status: HealthStatus = code == 200 ? .ok : .critical
            return [latency, finding("health", status, "answers \(code)", value: Double(code), issue: .connection)]
        } catch {
            try Task.checkCancellation()
            return [finding("connection", .critical, "does not answer at \(base)", issue: .connection)]
        }
    }
}
