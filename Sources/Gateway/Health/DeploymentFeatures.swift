/// What `GET /health` tells of how the deployment is configured.
package struct DeploymentFeatures: Sendable {
    /// The confidence below which a person decides.
    package var confidenceThreshold: Double
    /// Whether evidence is compressed before a language model sees it.
    package var contextCompression: Bool
    /// Whether plans are made once, before anything runs.
    package var rewooPlanning: Bool

    /// A threshold of 0.7, plans made once, compression on.
    package init(confidenceThreshold: Double = 0.7, contextCompression: Bool = true, rewooPlanning: Bool = true) {
        self.confidenceThreshold = confidenceThreshold
        self.contextCompression = contextCompression
        self.rewooPlanning = rewooPlanning
    }
}
