/// Normalises names of persons: `LAST,FIRST M` is put in order, titles and generations go.
enum PersonName {
    /// Turns the text of a whole name into given, middle and last names.
    static func normalise(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var parts: [[UInt8]] = []
        var scratch: [UInt8] = []
        for part in text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: true) {
            TextFolding.fold(UnsafeBufferPointer(rebasing: part), into: &scratch)
            let kept = scratch.split(separator: TextFolding.space).filter { !dropped.contains($0) }
            let words = Array(kept.joined(separator: [TextFolding.space]))
            if !words.isEmpty { parts.append(words) }
        }
        guard parts.count > 1 else { return parts.first ?? [] }
        return Array((Array(parts[1...]) + [parts[0]]).joined(separator: [TextFolding.space]))
    }

    /// A given or last name alone, without title or generation.
    static func part(_ folded: [UInt8]) -> [UInt8] {
        let words = folded.split(separator: TextFolding.space)
        let kept = words.filter { !dropped.contains($0) }
        return Array((kept.isEmpty ? words : kept).joined(separator: [TextFolding.space]))
    }

    private static let dropped = WordList(
        """
        mr mrs ms miss dr prof rev hon jr sr ii iii iv esq md phd cpa
        and etal etux trustee trustees tr trs est estate
        """
    )
}
