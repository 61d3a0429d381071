import JobQueue
import Testing

/// The results of the steps of one pipeline.
struct PipelineRun {
    var process: Outcome<JSONValue>
    var validate: Outcome<JSONValue>
    var upload: Outcome<JSONValue>
}

extension TestWorkers {
    /// Downloads and stages a roll of Broward 2025 P.
    func stage(
        _ dataset: String,
        source: String,
        level: String = "standard",
        job: String = "process-\(UInt64.random(in: 0...UInt64.max))"
    ) async throws -> Outcome<JSONValue> {
        let file = try await download(dataset, source: source)
        let parameters: JSONValue = ["file": file, "validation_level": .string(level)]
        return try await run("florida_data", "process", parameters, job: job)
    }

    /// Merges what a `process` has staged.
    func upload(_ process: Outcome<JSONValue>, share: Double? = nil) async throws -> Outcome<JSONValue> {
        var parameters = ["staging": try #require(process.result["staging"])]
        if let share { parameters["maximum_deleted_share"] = .number(share) }
        return try await run("florida_data", "upload", .object(parameters))
    }

    /// Runs the steps of the data pipeline on a roll of Broward 2025 P.
    func pipeline(_ dataset: String, source: String, level: String = "standard") async throws -> PipelineRun {
        let process = try await stage(dataset, source: source, level: level)
        let staging = try #require(process.result["staging"])
        let validate = try await run("data_quality", "validate", ["staging": staging, "level": .string(level)])
        return PipelineRun(process: process, validate: validate, upload: try await upload(process))
    }
}
