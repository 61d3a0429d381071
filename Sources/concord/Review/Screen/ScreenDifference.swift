/// What has to be written so that a terminal which shows one page shows another: the changed lines, and no more.
struct ScreenDifference {
    /// The bytes, as text; empty where nothing has changed. `old` is `nil` where nobody knows what the terminal shows.
    static func text(from old: [ScreenLine]?, to new: [ScreenLine], hasColour: Bool) -> String {
        var text = old == nil ? "\u{1B}[2J" : ""
        for (row, line) in new.enumerated() {
            if let old, row < old.count, old[row] == line { continue }
            if old == nil, line.pieces.isEmpty { continue }
            // The line first and the rest of the old one erased after it: a slow link shows no empty line in between.
            text += "\u{1B}[\(row + 1);1H\(line.encoded(hasColour: hasColour))\u{1B}[K"
        }
        for row in new.count..<max(new.count, old?.count ?? 0) { text += "\u{1B}[\(row + 1);1H\u{1B}[K" }
        return text
    }
}
