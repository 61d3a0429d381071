import Hummingbird
import JobModel
import JobQueue
import Logging

/// `GET /metrics`: the process and what it knows, for Prometheus.
struct MetricsController: Sendable {
    /// Adds what the role of the process knows, as much as it can tell now.
    let collect: @Sendable (inout MetricsText) async throws -> Void

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/metrics",
                .health,
                "Metrics in the text format of Prometheus",
                answers: [
                    Endpoint.Answer(
                        status: 200,
                        summary: "The metrics.",
                        forms: [
                            (
                                "text/plain", Shape(.string("Version 0.0.4 of the format.")),
                                "# HELP concord_build_info The version.\n# TYPE concord_build_info gauge\n"
                            )
                        ]
                    )
                ],
                handler: metrics
            )
        ]
    }

    @Sendable private func metrics(_ request: Request, context: GatewayContext) async throws -> Response {
        var metrics = MetricsText()
        metrics.add(
            "concord_build_info",
            .gauge,
            "The version that runs; always 1.",
            [MetricsText.Sample(1, ("version", ConcordVersion.current))]
        )
        metrics.add(ProcessUsage())
        do {
            try await collect(&metrics)
        } catch {
            // The process' own metrics are worth most when something is down.
            context.logger.warning("the metrics are not complete", metadata: ["error": "\(error)"])
        }
        return Response(text: metrics.text, type: MetricsText.mediaType)
    }
}
