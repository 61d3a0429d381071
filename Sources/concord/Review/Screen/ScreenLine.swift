/// One line of the page: pieces of text, each in a style.
struct ScreenLine: Hashable, Sendable {
    /// A piece of text in one style; `nil` for none.
    struct Piece: Hashable, Sendable {
        var text: String
        var style: Terminal.Style?
    }

    private(set) var pieces: [Piece]

    /// A line of one piece.
    init(_ text: String = "", _ style: Terminal.Style? = nil) {
        pieces = text.isEmpty ? [] : [Piece(text: text, style: style)]
    }

    /// The line with another piece behind it.
    func adding(_ text: String, _ style: Terminal.Style? = nil) -> ScreenLine {
        var line = self
        if !text.isEmpty { line.pieces.append(Piece(text: text, style: style)) }
        return line
    }

    /// The text alone.
    var text: String { pieces.map(\.text).joined() }

    /// The line cut to so many cells.
    func clipped(to cells: Int) -> ScreenLine {
        var line = ScreenLine()
        var room = cells
        for piece in pieces where room > 0 {
            let text = CellText.clipped(piece.text, to: room)
            line = line.adding(text, piece.style)
            room -= CellText.width(text)
            if text != piece.text { break }
        }
        return line
    }

    /// The line as it is written to a terminal.
    func encoded(hasColour: Bool) -> String {
        pieces.map { piece in
            guard hasColour, let style = piece.style else { return piece.text }
            return "\u{1B}[\(style.rawValue)m\(piece.text)\u{1B}[0m"
        }.joined()
    }
}
