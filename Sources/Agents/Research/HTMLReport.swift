/// Writes a report as one HTML page: no script, nothing from elsewhere, made to be printed.
enum HTMLReport {
    static func text(_ report: Report) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>\(escaped(report.title))</title>
        <style>\(style)</style>
        </head>
        <body>
        <main>
        <h1>\(escaped(report.title))</h1>
        <p class="subtitle">\(escaped(report.subtitle))</p>
        \(report.blocks.map(block).joined(separator: "\n"))
        </main>
        </body>
        </html>

        """
    }

    private static func block(_ block: ReportBlock) -> String {
        switch block {
        case .heading(let text): return "<h2>\(escaped(text))</h2>"
        case .subheading(let text): return "<h3>\(escaped(text))</h3>"
        case .paragraph(let text, let tone): return "<p class=\"\(tone.rawValue)\">\(escaped(text))</p>"
        case .facts(let facts):
            let rows = facts.map {
                "<tr><th scope=\"row\">\(escaped($0.name))</th>\(cell($0.value, isNumber: false))</tr>"
            }
            return "<table class=\"facts\"><tbody>\n\(rows.joined(separator: "\n"))\n</tbody></table>"
        case .list(let items): return "<ul>\n\(items.map { "<li>\(escaped($0))</li>" }.joined(separator: "\n"))\n</ul>"
        case .table(let columns, let rows, let numbers):
            let head = columns.enumerated().map { place, name in
                "<th scope=\"col\"\(numbers.contains(place) ? " class=\"number\"" : "")>\(escaped(name))</th>"
            }
            let body = rows.map { row in
                "<tr>" + row.enumerated().map { cell($1, isNumber: numbers.contains($0)) }.joined() + "</tr>"
            }
            return """
                <div class="wide"><table><thead><tr>\(head.joined())</tr></thead>
                <tbody>
                \(body.joined(separator: "\n"))
                </tbody></table></div>
                """
        case .picture(let svg, _): return "<figure>\(svg)</figure>"
        }
    }

    private static func cell(_ cell: ReportBlock.Cell, isNumber: Bool) -> String {
        var classes = isNumber ? ["number"] : []
        if cell.tone != .plain { classes.append(cell.tone.rawValue) }
        let attribute = classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
        let text = escaped(cell.text)
        return "<td\(attribute)>\(cell.isCode ? "<code>\(text)</code>" : text)</td>"
    }

    /// Text as it is read, in elements and in attributes.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            // Characters that no document may have (HTML, section 13.1.3).
            case _ where scalar.value < 0x20 && scalar != "\t" && scalar != "\n" && scalar != "\r": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static let style = """
        :root{--ink:#1c2430;--quiet:#5b6675;--line:#d9dee5;--good:#1a7f4b;--doubtful:#9a6700;--bad:#b42318;--paper:#fff;\
        --shade:#f5f7f9}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI",Roboto,Arial,sans-serif}
        main{max-width:960px;margin:0 auto;padding:40px 24px}
        h1{font-size:26px;line-height:1.25;margin:0 0 4px}
        h2{font-size:19px;margin:34px 0 10px;padding-bottom:4px;border-bottom:2px solid var(--line)}
        h3{font-size:16px;margin:22px 0 8px}
        .subtitle,.quiet{color:var(--quiet)}
        .good{color:var(--good)}.doubtful{color:var(--doubtful)}.bad{color:var(--bad);font-weight:600}
        table{border-collapse:collapse;width:100%;font-size:14px}
        th,td{text-align:left;vertical-align:top;padding:6px 10px;border-bottom:1px solid var(--line)}
        thead th{background:var(--shade);font-weight:600}
        .facts th{width:190px;font-weight:600;color:var(--quiet)}
        .number{text-align:right;font-variant-numeric:tabular-nums}
        code{font:12.5px/1.4 ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
        .wide{overflow-x:auto}
        figure{margin:12px 0;overflow-x:auto}
        svg{max-width:100%;height:auto}
        @media print{body{font-size:11pt}main{max-width:none;padding:0}h2{break-after:avoid}tr,figure{break-inside:avoid}\
        thead{display:table-header-group}.wide,figure{overflow:visible}@page{margin:18mm}}
        """
}
