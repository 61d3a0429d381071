/// What a plan may cost at most.
package struct PlanLimits: Sendable, Hashable {
    /// Steps of one plan.
    package var steps: Int
    /// Bytes of one step's parameters as JSON, references not resolved.
    package var parameterBytes: Int

    /// A thousand steps, and a mebibyte of parameters each.
    package init(steps: Int = 1000, parameterBytes: Int = 1 << 20) {
        self.steps = steps
        self.parameterBytes = parameterBytes
    }
}
