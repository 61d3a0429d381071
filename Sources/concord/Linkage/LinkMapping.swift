import ArgumentParser
import RecordLinkage

/// A `--map` as it is typed: `column=kind`, `left:right=kind`, or `left:right` for a guess.
struct LinkMapping {
    let mapping: LinkageSchema.Mapping

    init(parsing text: String) throws {
        var columns = text[...]
        var kind: ColumnKind?
        if let sign = text.lastIndex(of: "=") {
            columns = text[..<sign]
            let word = String(text[text.index(after: sign)...])
            guard let known = ColumnKind(rawValue: word) else {
                let words = ColumnKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--map \(text): '\(word)' is no kind; known are \(words).")
            }
            kind = known
        }
        let names = columns.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let left = names.first, let right = names.last, !left.isEmpty, !right.isEmpty,
            kind != nil || names.count == 2
        else {
            throw ValidationError("--map \(text): must be column=kind, left:right=kind or left:right.")
        }
        mapping = LinkageSchema.Mapping(left: left, right: right, kind: kind)
    }
}
