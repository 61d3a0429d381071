/// One message of a prompt.
package struct ChatMessage: Sendable, Hashable, Codable {
    /// Who speaks.
    package enum Role: String, Sendable, Codable {
        case system, user, assistant
    }

    /// Who speaks.
    package var role: Role
    /// What is said.
    package var content: String

    package init(_ role: Role, _ content: String) {
        self.role = role
        self.content = content
    }
}
