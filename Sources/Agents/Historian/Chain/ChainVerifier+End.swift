extension ChainVerifier {
    /// Judges the end of the chain by what Redis keeps, and by hashes that were written down.
    ///
    /// - Parameters:
    ///   - anchor: what Redis said before the chain was read; nil where it says nothing.
    ///   - later: what it said afterwards: entries may have been written meanwhile.
    ///   - marks: hashes that were written down elsewhere.
    /// - Returns: everything that is wrong, the end included.
    package func finish(anchor: HistoryAnchor?, later: HistoryAnchor?, marks: [ChainMark] = []) -> [ChainFinding] {
        var all = findings
        let end = head?.sequence ?? 0
        let hash = head?.hash ?? HistoryEntry.beginning
        for mark in marks.sorted(by: { $0.sequence < $1.sequence }) where mark.sequence > end {
            all.append(
                ChainFinding(
                    .truncated,
                    end + 1,
                    through: mark.sequence,
                    "the chain ends at entry \(end), and the hash of entry \(mark.sequence) was written down"
                )
            )
        }
        guard let anchor else {
            if end > 0 {
                all.append(
                    ChainFinding(
                        .unanchored,
                        end,
                        "Redis keeps no anchor of this chain: entries missing or added at its end cannot be told"
                    )
                )
            }
            return all
        }
        let newest = later ?? anchor
        // What a later append was chained to had been committed, whether or not that was confirmed.
        let known = max(anchor.confirmed, anchor.previous.sequence)
        if end < known {
            let what = known - end == 1 ? "entry \(known) is" : "entries \(end + 1) to \(known) are"
            all.append(
                ChainFinding(
                    .truncated,
                    end + 1,
                    through: known,
                    "\(what) missing at the end: Redis knows that entry \(known) was written"
                )
            )
        } else if end > newest.next.sequence {
            all.append(
                ChainFinding(
                    .inserted,
                    newest.next.sequence + 1,
                    through: end,
                    "no historian wrote entries \(newest.next.sequence + 1) to \(end): they were added at the end"
                )
            )
        } else {
            for mark in [newest.previous, newest.next] where mark.sequence == end && mark.hash != hash && end > 0 {
                all.append(
                    ChainFinding(
                        .replaced,
                        end,
                        "the last entry is not the one that the historian wrote as entry \(end)"
                    )
                )
            }
        }
        return all
    }
}
