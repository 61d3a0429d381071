import Foundation

/// How states and numbers look, the same in every command.
enum StateStyle {
    /// The mark before a step.
    static func mark(_ state: String) -> String {
        switch state {
        case "completed": "✓"
        case "running": "▶"
        case "dead", "failed": "✗"
        case "cancelled": "–"
        case "escalated", "escalating": "?"
        default: "·"
        }
    }

    /// The text in the colour of a state, which is the text itself unless another is named.
    static func styled(_ text: String, as state: String? = nil, _ terminal: Terminal) -> String {
        switch state ?? text {
        case "completed", "approved", "overridden", "healthy": terminal.styled(text, .green)
        case "running", "executing", "planning", "validating": terminal.styled(text, .cyan)
        case "dead", "failed", "rejected": terminal.styled(text, .red)
        case "escalated", "escalating", "open", "claimed", "paused": terminal.styled(text, .yellow)
        default: terminal.styled(text, .dim)
        }
    }

    /// A confidence: `0.85`; four digits where two would hide that it is below one.
    static func number(_ value: Double) -> String {
        let short = String(format: "%.2f", value)
        return short == "1.00" && value < 1 ? String(format: "%.4f", value) : short
    }
}
