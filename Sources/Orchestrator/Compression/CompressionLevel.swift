/// How much of a piece of evidence a prompt holds, most first.
package enum CompressionLevel: String, Sendable, Codable, CaseIterable, Comparable {
    /// The document as compact JSON.
    case full
    /// Lists of objects as tables, with what repeats said once. Nothing is lost.
    case columnar
    /// Tables by their most telling column, each row reduced to what it is and what it says.
    case grouped
    /// Counts, ranges, frequent values, and examples.
    case aggregate
    /// What it is and where it can be read.
    case reference

    /// Whether the document can be restored from the text.
    package var isLossless: Bool { self <= .columnar }

    /// A level that keeps less comes later.
    package static func < (left: Self, right: Self) -> Bool { left.depth < right.depth }

    private var depth: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
