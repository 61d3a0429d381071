import ArgumentParser
import Orchestrator

/// `concord operation explain`.
struct ExplainOperationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why an operation is where it is, and what would move it on.",
        discussion: """
            A queue that is paused, a kind of worker of which no process lives, the person who is asked, the time of the \
            next attempt, the steps that a step waits for.

            Example: concord operation explain op-20251020-143022-a1b2c3d4
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var answer: OutputOptions
    @OptionGroup var operation: OperationArgument

    func run() async throws {
        let id = try operation.jobID()
        try await Deployment(command: try options.settings()).withOperations { operations in
            guard let explanation = try await operations.explain(id) else { throw operation.unknown }
            try answer.output.show(explanation) { lines(explanation, $0) }
        }
    }

    private func lines(_ explanation: OperationExplanation, _ terminal: Terminal) -> [String] {
        let head = "\(explanation.operationId) is \(explanation.status): \(explanation.summary)"
        guard explanation.reasons.count > 1 else { return [head] }
        return [head]
            + explanation.reasons.map { reason in
                let times = [reason.since.map { "since \($0)" }, reason.next.map { "at \($0)" }].compactMap(\.self)
                let tail = times.isEmpty ? "" : " (\(times.joined(separator: ", ")))"
                return "  \(reason.code.rawValue)  \(reason.message)\(tail)"
            }
    }
}
