/// What a worker can be asked to do: a name, parameters, a result, and the code.
///
/// An action runs at least once per job and may run again after a crash: use ``JobContext/idempotencyKey`` for what must
/// happen once. It is cancelled (`Task.isCancelled`) when its job is cancelled, its time limit has passed, its lease is
/// lost or the process shuts down, and should then stop within a second.
public protocol Action: Sendable {
    /// Its parameters, as they stand in the job's input.
    associatedtype Parameters: Decodable & Sendable
    /// Its result, as others will read it.
    associatedtype Result: Encodable & Sendable

    /// The stable name by which jobs ask for it: `a–z 0–9 _ . -`, a letter first.
    static var name: String { get }
    /// What it does, in one sentence.
    static var summary: String { get }
    /// What its parameters must look like; checked before it runs, and when a plan is made.
    static var parameterSchema: JSONSchema { get }
    /// What its result looks like; a reviewer's replacement of a result is held against it.
    static var resultSchema: JSONSchema { get }

    /// Does the work.
    ///
    /// - Returns: the result and how sure the action is of it; below the job's threshold, a person decides.
    /// - Throws: ``JobFailure`` to say how to fail; any other error means another attempt may help.
    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result>
}

extension Action {
    /// Nothing is said.
    public static var summary: String { "" }
    /// Accepts everything that decodes.
    public static var parameterSchema: JSONSchema { .any }
    /// Accepts everything.
    public static var resultSchema: JSONSchema { .any }

    /// What others may know of it.
    package static var described: ActionDescription {
        ActionDescription(name: name, summary: summary, parameters: parameterSchema, result: resultSchema)
    }
}
