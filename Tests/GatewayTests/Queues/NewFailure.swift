import JobModel
import JobQueue

/// A job that fails for good, alone or as the only step of a flow.
enum NewFailure {
    static let job = NewJob(queue: "test_worker", action: "fail", input: Array("{}".utf8))

    static func flow(_ id: JobID, _ job: NewJob) -> NewFlow { NewFlow(id: id, steps: [NewFlow.Step("E1", job)]) }
}
