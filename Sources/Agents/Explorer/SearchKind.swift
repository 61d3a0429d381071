/// What the explorer finds.
enum SearchKind: String, Codable, Sendable, Hashable, CaseIterable {
    /// A file that was loaded.
    case file
    /// A table of the database.
    case table
    /// A column of a table, or a field of a file.
    case field
    /// An operation.
    case operation
    /// A validation rule, built in or stored.
    case rule
    /// An action of a worker or agent.
    case action
    /// A company or a fictitious name of the Division's register.
    case entity
    /// What a source offers and nobody has loaded.
    case offer
}

/// Something that may be found.
struct SearchCandidate: Sendable {
    let kind: SearchKind
    /// What it is called, by which a person or a command finds it again.
    let name: String
    /// What it is, in a few words.
    let title: String
    /// More words by which it may be looked for.
    var keywords = ""
    /// What is known of it.
    var facts: [String: String] = [:]
}

/// A place in which candidates are.
protocol SearchPlace: Sendable {
    /// What it holds.
    var kind: SearchKind { get }

    /// The candidates for the words of a query; more than match is fine.
    ///
    /// - Throws: ``SearchUnavailable`` where it cannot be looked into, with the reason.
    func candidates(for query: SearchQuery) async throws -> [SearchCandidate]
}

/// Why a place cannot be looked into.
struct SearchUnavailable: Error {
    let reason: String
}
