import Foundation

/// The rates of a run as bars.
struct BenchPicture {
    let rows: [BenchRow]

    private static let rowHeight = 22
    private static let labelWidth = 230
    private static let barWidth = 420

    /// The picture, readable on light and dark ground.
    var svg: String {
        let rated = rows.filter { $0.jobsPerSecond != nil }
        let most = rated.flatMap { [$0.jobsPerSecond ?? 0, $0.redisBenchmarkPerSecond ?? 0] }.max() ?? 1
        var shapes: [String] = []
        var y = 30
        for row in rated {
            let name = [row.scenario, row.variant, row.persistence].compactMap(\.self).joined(separator: ", ")
            shapes.append(text(x: Self.labelWidth - 8, y: y + 14, "end", name))
            shapes += bar(row.jobsPerSecond ?? 0, of: most, y: y, color: "royalblue")
            y += Self.rowHeight
            if let yardstick = row.redisBenchmarkPerSecond {
                shapes.append(text(x: Self.labelWidth - 8, y: y + 14, "end", "redis-benchmark"))
                shapes += bar(yardstick, of: most, y: y, color: "darkgray")
                y += Self.rowHeight
            }
        }
        let width = Self.labelWidth + Self.barWidth + 110
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(y + 10)" font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="#ffffff"/>
            <text x="8" y="18" font-size="14">Jobs a second</text>
            \(shapes.joined(separator: "\n"))
            </svg>

            """
    }

    private func text(x: Int, y: Int, _ anchor: String, _ words: String) -> String {
        let escaped = words.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        return #"<text x="\#(x)" y="\#(y)" text-anchor="\#(anchor)" fill="black">\#(escaped)</text>"#
    }

    private func bar(_ value: Double, of most: Double, y: Int, color: String) -> [String] {
        let width = max(1, Int(value / most * Double(Self.barWidth)))
        return [
            #"<rect x="\#(Self.labelWidth)" y="\#(y + 2)" width="\#(width)" height="\#(Self.rowHeight - 6)" fill="\#(color)"/>"#,
            text(
                x: Self.labelWidth + width + 6,
                y: y + 14,
                "start",
                value.formatted(.number.precision(.fractionLength(0)))
            ),
        ]
    }
}
