import JobModel
import JobQueue

/// A flow whose second step is doubtful, built without a template.
enum EscalationFlow {
    static func flow(_ id: JobID) throws -> NewFlow {
        NewFlow(
            id: id,
            steps: [
                NewFlow.Step("E1", try job(#"{"text":"first"}"#)),
                NewFlow.Step("E2", try job(##"{"text":"#E1.text","percent":30}"##), after: ["E1"]),
            ]
        )
    }

    private static func job(_ parameters: String) throws -> NewJob {
        NewJob(queue: "test_worker", action: "echo", input: Array(parameters.utf8))
    }
}
