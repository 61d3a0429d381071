import JobQueue

/// Something that is wrong now, as a remedy's own detector counts it.
struct HealingTarget: Sendable, Hashable {
    /// What it concerns: a roll such as `NAL 16 2025P`, a table, a component.
    var subject: String
    /// How many rows, files or things are wrong.
    var found: Int
    /// What was found, for a person.
    var detail: String
}

/// What a remedy did.
enum Treatment: Sendable {
    /// Everything is done; the detector says whether it helped.
    case done(String)
    /// Jobs were enqueued, whose end decides.
    case started(JobID, String)
}

/// One safe or reviewed action against one type of issue, with the detector that says whether it is there.
protocol Remedy: Sendable {
    /// The type of issue.
    var type: IssueType { get }
    /// What it does, as a word for the log.
    var action: String { get }
    /// Whether it takes rows away, so that a person has to agree first.
    var isDestructive: Bool { get }

    /// Everything of this type that is wrong now; of one subject only, where one is given.
    func detect(_ subject: String?) async throws -> [HealingTarget]

    /// Acts on one target; doing it again must be harmless.
    func treat(_ target: HealingTarget) async throws -> Treatment
}

/// What remedies work with.
struct HealingContext: Sendable {
    let environment: WorkerEnvironment
    let job: JobContext
    /// The key under which rows are quarantined and jobs enqueued.
    let key: String

    /// The remedy of each type.
    func remedy(_ type: IssueType) throws(JobFailure) -> any Remedy {
        switch type {
        case .corruption: CorruptionRemedy(context: self, client: try environment.database())
        case .missing: MissingRollRemedy(context: self, client: try environment.database())
        case .staleness: StaleRollRemedy(context: self, client: try environment.database())
        case .referential: OrphanRemedy(context: self, client: try environment.database())
        case .duplicate: DuplicateRemedy(key: key, client: try environment.database())
        case .validation: ImpossibleValueRemedy(key: key, client: try environment.database())
        case .performance: StatisticsRemedy(client: try environment.database())
        case .schema: SchemaRemedy(environment: environment, client: try environment.database())
        case .connection: ConnectionRemedy(environment: environment)
        case .resource: ResourceRemedy(environment: environment)
        }
    }
}
