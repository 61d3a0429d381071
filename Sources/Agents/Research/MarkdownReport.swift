/// Writes a report as Markdown (GitHub's dialect, with Mermaid for the picture).
enum MarkdownReport {
    static func text(_ report: Report) -> String {
        let head = "# \(escaped(report.title))\n\n\(escaped(report.subtitle))\n"
        return ([head] + report.blocks.map(block)).joined(separator: "\n")
    }

    private static func block(_ block: ReportBlock) -> String {
        switch block {
        case .heading(let text): return "## \(escaped(text))\n"
        case .subheading(let text): return "### \(escaped(text))\n"
        case .paragraph(let text, let tone): return tone == .bad ? "**\(escaped(text))**\n" : "\(escaped(text))\n"
        case .facts(let facts):
            return table(["", ""], facts.map { [ReportBlock.Cell($0.name), $0.value] }, [])
        case .list(let items): return items.map { "- \(escaped($0))\n" }.joined()
        case .table(let columns, let rows, let numbers): return table(columns, rows, numbers)
        case .picture(_, let mermaid): return "```mermaid\n\(mermaid)\n```\n"
        }
    }

    private static func table(_ columns: [String], _ rows: [[ReportBlock.Cell]], _ numbers: Set<Int>) -> String {
        let head = "| \(columns.map(escaped).joined(separator: " | ")) |\n"
        let rule = "|" + columns.indices.map { numbers.contains($0) ? "---:|" : "---|" }.joined() + "\n"
        let body = rows.map { row in "| \(row.map(cell).joined(separator: " | ")) |\n" }
        return head + rule + body.joined()
    }

    private static func cell(_ cell: ReportBlock.Cell) -> String {
        guard !cell.text.isEmpty else { return "" }
        guard cell.isCode else { return cell.tone == .bad ? "**\(escaped(cell.text))**" : escaped(cell.text) }
        // Within a code span nothing can be escaped: what would need it is written otherwise.
        let isHarmless = cell.text.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || " .,:/_-{}\"".contains($0))
        }
        return isHarmless ? "`\(cell.text)`" : "<code>\(escaped(cell.text))</code>"
    }

    /// Text as it is read, whatever it holds: no markup, no HTML, no new lines.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\", "`", "*", "_", "[", "]", "#", "|", "~": result += "\\\(character)"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case _ where character.isNewline: result += " "
            default: result.append(character)
            }
        }
        return result
    }
}
