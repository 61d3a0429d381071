/// A piece of a report, before it is written as Markdown or HTML.
enum ReportBlock: Sendable {
    /// How a text is to be taken.
    enum Tone: String, Sendable, Hashable {
        case plain, good, doubtful, bad, quiet
    }

    /// A cell of a table.
    struct Cell: Sendable, Hashable {
        var text: String
        var tone: Tone = .plain
        /// Whether it is an id, a hash or a path.
        var isCode = false

        init(_ text: String, _ tone: Tone = .plain) {
            self.text = text
            self.tone = tone
        }

        /// An id, a hash or a path.
        static func code(_ text: String) -> Cell {
            var cell = Cell(text)
            cell.isCode = true
            return cell
        }
    }

    /// The beginning of a section.
    case heading(String)
    /// A heading within a section.
    case subheading(String)
    /// Text.
    case paragraph(String, Tone)
    /// Names and values.
    case facts([(name: String, value: Cell)])
    /// Short texts.
    case list([String])
    /// A table; `numbers` are the columns that stand to the right.
    case table(columns: [String], rows: [[Cell]], numbers: Set<Int>)
    /// The picture of a plan.
    case picture(svg: String, mermaid: String)

}

/// A report, before it is written.
struct Report: Sendable {
    var title: String
    var subtitle: String
    var blocks: [ReportBlock]
}
