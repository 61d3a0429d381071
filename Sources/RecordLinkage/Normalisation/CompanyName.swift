/// Normalises names of companies: legal forms and articles go, abbreviations are written out.
enum CompanyName {
    /// Turns folded words into the name's core.
    static func normalise(_ folded: [UInt8]) -> [UInt8] {
        let words = joinInitials(folded.split(separator: TextFolding.space))
        var core = words.map { abbreviations[$0[...]] ?? $0 }
        if core.count > 1, core[0] == Array("the".utf8) { core.removeFirst() }
        while core.count > 1, let last = core.last, legalForms.contains(last[...]) { core.removeLast() }
        if core.count > 1 { core.removeAll { $0 == Array("and".utf8) } }
        return Array(core.joined(separator: [TextFolding.space]))
    }

    /// Whether the last words are a legal form.
    static func hasLegalForm(_ folded: [UInt8]) -> Bool {
        let words = joinInitials(folded.split(separator: TextFolding.space))
        guard words.count > 1, let last = words.last else { return false }
        return legalForms.contains(last[...])
    }

    /// `l l c` as `llc`: single letters in a row are one word.
    private static func joinInitials(_ words: [ArraySlice<UInt8>]) -> [[UInt8]] {
        var joined: [[UInt8]] = []
        var isInitials = false
        for word in words {
            if word.count == 1, word[word.startIndex] > UInt8(ascii: "9"), isInitials, let last = joined.popLast() {
                joined.append(last + word)
            } else {
                joined.append(Array(word))
                isInitials = word.count == 1 && word[word.startIndex] > UInt8(ascii: "9")
            }
        }
        return joined
    }

    private static let legalForms = WordList(
        """
        llc inc incorporated corp corporation co company ltd limited lp llp lllp pllc pa plc pc lc gmbh sa ag bv nv
        pty srl sarl ab oy as spa kk
        """
    )

    private static let abbreviations = WordList(
        """
        intl int=international
        svc serv=service
        svcs servs=services
        mgmt mgt mngmt=management
        grp=group
        bros=brothers
        mfg=manufacturing
        natl=national
        dept=department
        ctr centre cntr=center
        univ=university
        props=properties
        prop=property
        constr const=construction
        ent entrprs=enterprises
        hldgs hldg=holdings
        tech technol=technologies
        assoc assocs=associates
        assn=association
        fla=florida
        amer=american
        bldrs=builders
        bldg=building
        invs invt invmts=investments
        inv=investment
        mtg=mortgage
        ins=insurance
        med=medical
        hosp=hospital
        rlty=realty
        dev devel=development
        mkt=market
        rest restr=restaurant
        cafe caffe=cafe
        saint=st
        mt=mount
        ft=fort
        """
    )
}
