import JobModel

/// Where a command's answer goes: one JSON document a line for machines, or lines for people.
struct CommandOutput: Sendable {
    /// Whether machines read it.
    let isJSON: Bool
    /// Standard output.
    let terminal: Terminal

    /// Prints an answer in the form that was asked for.
    func show(_ value: some Encodable, _ lines: (Terminal) throws -> [String]) throws {
        if isJSON {
            terminal.write(lines: [String(decoding: try JSONCoding.encode(value), as: UTF8.self)])
        } else {
            terminal.write(lines: try lines(terminal))
        }
    }
}
