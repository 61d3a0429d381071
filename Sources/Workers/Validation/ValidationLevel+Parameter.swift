import JobQueue
import PropertyData

extension ValidationLevel {
    /// Reads a job's parameter `field`; standard when it is not given.
    init(named name: String?, field: String) throws(JobFailure) {
        guard let name, !name.isEmpty else {
            self = .standard
            return
        }
        guard let level = ValidationLevel(rawValue: name.lowercased()) else {
            let known = ValidationLevel.allCases.map(\.rawValue).joined(separator: ", ")
            throw JobFailure("unknown_level", "the level is one of \(known)", field: field)
        }
        self = level
    }
}
