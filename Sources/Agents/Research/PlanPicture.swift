import Orchestrator

/// Draws the DAG of a plan as SVG: columns by depth, a box for each step, its colour by how it ended.
struct PlanPicture {
    let plan: Plan
    /// The steps' states by name.
    let states: [String: String]
    /// The steps' confidences by name.
    let confidences: [String: Double]

    private static let box = (width: 190, height: 52)
    private static let gap = (across: 56, down: 16)
    private static let margin = 12
    /// More boxes than that are no picture any more: the table of the steps says it better.
    static let most = 150

    private struct Place {
        var x: Int
        var y: Int
    }

    /// The picture; nil for a plan that is too large for one.
    var svg: String? {
        guard !plan.steps.isEmpty, plan.steps.count <= Self.most else { return nil }
        let places = layout()
        let width = (places.values.map(\.x).max() ?? 0) + Self.box.width + Self.margin
        let height = (places.values.map(\.y).max() ?? 0) + Self.box.height + Self.margin
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" width=\"\(width)\" "
                + "height=\"\(height)\" role=\"img\" aria-label=\"The plan: \(plan.steps.count) steps\" "
                + "font-family=\"system-ui,sans-serif\">",
            "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" "
                + "orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#7b8794\"/></marker></defs>",
        ]
        for step in plan.steps {
            guard let to = places[step.name] else { continue }
            for parent in step.after {
                if let from = places[parent] { lines.append(Self.arrow(from, to)) }
            }
        }
        for step in plan.steps { if let place = places[step.name] { lines += draw(step, place) } }
        lines.append("</svg>")
        return lines.joined(separator: "\n")
    }

    /// A step stands one column behind the last of those that it waits for, and in its column near them.
    private func layout() -> [String: Place] {
        var depth: [String: Int] = [:]
        for step in plan.steps { depth[step.name] = (step.after.compactMap { depth[$0] }.max() ?? -1) + 1 }
        var rows: [String: Int] = [:]
        var used: [Int: Int] = [:]
        for step in plan.steps {
            let column = depth[step.name] ?? 0
            let beside = step.after.compactMap { rows[$0] }.min() ?? 0
            let row = max(used[column] ?? 0, beside)
            rows[step.name] = row
            used[column] = row + 1
        }
        return Dictionary(
            plan.steps.map { step in
                let x = Self.margin + (depth[step.name] ?? 0) * (Self.box.width + Self.gap.across)
                let y = Self.margin + (rows[step.name] ?? 0) * (Self.box.height + Self.gap.down)
                return (step.name, Place(x: x, y: y))
            }
        ) { first, _ in first }
    }

    private static func arrow(_ from: Place, _ to: Place) -> String {
        let start = (x: from.x + box.width, y: from.y + box.height / 2)
        let end = (x: to.x - 2, y: to.y + box.height / 2)
        let bend = max(20, (end.x - start.x) / 2)
        return
            "<path d=\"M\(start.x) \(start.y)C\(start.x + bend) \(start.y) \(end.x - bend) \(end.y) \(end.x) \(end.y)\" "
            + "fill=\"none\" stroke=\"#7b8794\" stroke-width=\"1.4\" marker-end=\"url(#arrow)\"/>"
    }

    private func draw(_ step: Plan.Step, _ place: Place) -> [String] {
        let state = states[step.name] ?? "pending"
        let colour =
            switch state {
            case "completed": (fill: "#e7f6ee", line: "#1a7f4b")
            case "dead", "cancelled": (fill: "#fdecea", line: "#b42318")
            case "escalated": (fill: "#fff4d6", line: "#9a6700")
            case "running": (fill: "#e8f0fe", line: "#1f5fbf")
            default: (fill: "#f5f7f9", line: "#9aa5b1")
            }
        let confidence = confidences[step.name].map { " · \(NumberText.share($0))" } ?? ""
        func text(_ y: Int, _ size: Int, _ fill: String, _ words: String, bold: Bool = false) -> String {
            let shown = words.count > 32 ? String(words.prefix(31)) + "…" : words
            return "<text x=\"\(place.x + 10)\" y=\"\(place.y + y)\" font-size=\"\(size)\" fill=\"\(fill)\""
                + "\(bold ? " font-weight=\"600\"" : "")>\(HTMLReport.escaped(shown))</text>"
        }
        let branch = step.branch.isEmpty ? "" : " · \(step.branch)"
        return [
            "<g><title>\(HTMLReport.escaped("\(step.name) \(step.worker).\(step.action)\(branch): \(state)\(confidence)"))</title>",
            "<rect x=\"\(place.x)\" y=\"\(place.y)\" width=\"\(Self.box.width)\" height=\"\(Self.box.height)\" rx=\"8\" "
                + "fill=\"\(colour.fill)\" stroke=\"\(colour.line)\" stroke-width=\"1.4\"/>",
            text(20, 12, "#1c2430", "\(step.name)  \(step.action)", bold: true),
            text(36, 11, "#5b6675", "\(step.worker)\(branch)"),
            text(48, 10, colour.line, "\(state)\(confidence)"),
            "</g>",
        ]
    }
}

/// Numbers as a person reads them.
enum NumberText {
    /// A share as percent, never rounded up to a certainty that it is not.
    static func share(_ value: Double) -> String {
        let percent = value * 100
        if percent >= 100 { return "100 %" }
        let tenths = Int((min(99.9, max(0, percent)) * 10).rounded(.down))
        return "\(tenths / 10).\(tenths % 10) %"
    }

    /// A count with thin groups of three digits.
    static func count(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return value < 0 ? "-\(text)" : text
    }

    /// A length of time.
    static func length(milliseconds: Double) -> String {
        switch milliseconds {
        case ..<1000: "\(Int(milliseconds.rounded())) ms"
        case ..<60_000: "\((milliseconds / 100).rounded() / 10) s"
        default: "\(Int(milliseconds / 60_000)) min \(Int(milliseconds / 1000) % 60) s"
        }
    }
}
