/// Text measured in the cells of a terminal, of which a wide character takes two and a combining one none.
enum CellText {
    /// How many cells a text takes.
    static func width(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

    /// How many cells a character takes (Unicode Standard Annex 11, wide and full-width; emoji are wide).
    static func width(_ character: Character) -> Int {
        if let ascii = character.asciiValue { return ascii < 32 || ascii == 127 ? 0 : 1 }
        let scalars = character.unicodeScalars
        if scalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
        return scalars.map(width).max() ?? 0
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        if scalar.properties.isEmojiPresentation { return 2 }
        return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
        0x1F900...0x1FAFF, 0x20000...0x3FFFD,
    ]

    /// The text without what would move the cursor, change colours or turn the direction of reading.
    ///
    /// Results come from files of others: a page that printed them as they are could be made to show anything.
    static func safe(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    if scalar == "\t" { return " " }
                    let isControl = scalar.properties.generalCategory == .control || (0x2028...0x2029) ~= scalar.value
                    let turns = (0x202A...0x202E) ~= scalar.value || (0x2066...0x2069) ~= scalar.value
                    return isControl || turns ? "\u{FFFD}" : scalar
                }
            )
        )
    }

    /// The beginning of a text that fits into so many cells; `~` marks that there is more.
    static func clipped(_ text: String, to cells: Int) -> String {
        guard width(text) > cells else { return text }
        guard cells > 0 else { return "" }
        var kept = ""
        var used = 0
        for character in text {
            let next = width(character)
            if used + next > cells - 1 { break }
            kept.append(character)
            used += next
        }
        return kept + "~"
    }

    /// The end of a text that fits into so many cells, for a line that is being typed.
    static func tail(_ text: String, of cells: Int) -> String {
        var kept: [Character] = []
        var used = 0
        for character in text.reversed() {
            let next = width(character)
            if used + next > cells { break }
            kept.append(character)
            used += next
        }
        return String(kept.reversed())
    }

    /// A text in lines of so many cells, broken at blanks where there are any; lines after the first keep its indent.
    static func wrapped(_ text: String, to cells: Int) -> [String] {
        guard cells > 4, width(text) > cells else { return [cells > 4 ? text : clipped(text, to: cells)] }
        let indent = String(text.prefix { $0 == " " }.prefix(cells / 2)) + "  "
        var lines: [String] = []
        var line = ""
        var used = 0
        var breakPoint: String.Index?
        for character in text {
            let next = width(character)
            if used + next > cells {
                if let place = breakPoint, line[place...].dropFirst().count < cells / 2 {
                    let rest = line[line.index(after: place)...]
                    lines.append(String(line[..<place]))
                    line = indent + rest
                } else {
                    lines.append(line)
                    line = indent
                }
                used = width(line)
                breakPoint = nil
            }
            line.append(character)
            used += next
            if character == " ", line.contains(where: { $0 != " " }) { breakPoint = line.index(before: line.endIndex) }
        }
        return lines + [line]
    }
}
