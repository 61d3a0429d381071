// Written by scripts/generate-layouts from the Department's documents; edit the script, not this file.
// swift-format-ignore-file

extension QualificationCode {
    /// The Department's real property transfer codes.
    package static let all: [QualificationCode] = [
        QualificationCode(code: "01", group: .marketSale, meaning: "Arm's length, examination of deed/instrument"),
        QualificationCode(code: "02", group: .marketSale, meaning: "Arm's length, documented evidence"),
        QualificationCode(code: "03", group: .qualifiedExcluded, meaning: "Physical characteristics changed after sale and before Jan 1, or incomplete (SAL_CHG_CD subcodes 1-8)"),
        QualificationCode(code: "04", group: .qualifiedExcluded, meaning: "Legal characteristics changed after sale and before Jan 1"),
        QualificationCode(code: "05", group: .qualifiedExcluded, meaning: "Multiple parcels with multiple parcel IDs; full price on every parcel"),
        QualificationCode(code: "06", group: .qualifiedExcluded, meaning: "Single parcel crossing county lines"),
        QualificationCode(code: "11", group: .disqualifiedByInstrument, meaning: "Corrective/quit claim/tax deed; minimum documentary stamp; no stamps paid"),
        QualificationCode(code: "12", group: .disqualifiedByInstrument, meaning: "To/from financial institution; in lieu of foreclosure"),
        QualificationCode(code: "13", group: .disqualifiedByInstrument, meaning: "Cemetery lots"),
        QualificationCode(code: "14", group: .disqualifiedByInstrument, meaning: "Life estate / reservation of occupancy over 90 days"),
        QualificationCode(code: "15", group: .notAccepted, meaning: "Removed; reserved"),
        QualificationCode(code: "16", group: .disqualifiedByInstrument, meaning: "Less than 100% undivided interest"),
        QualificationCode(code: "17", group: .disqualifiedByInstrument, meaning: "Religious/charitable/benevolent organisation"),
        QualificationCode(code: "18", group: .disqualifiedByInstrument, meaning: "Government agency (incl. FDIC HUD Fannie Mae Freddie Mac)"),
        QualificationCode(code: "19", group: .disqualifiedByInstrument, meaning: "Bankruptcy trustee, administrator, executor, guardian, receiver"),
        QualificationCode(code: "20", group: .disqualifiedByInstrument, meaning: "Utility company"),
        QualificationCode(code: "21", group: .disqualifiedByInstrument, meaning: "Contract/agreement for deed"),
        QualificationCode(code: "30", group: .disqualifiedByEvidence, meaning: "Relatives or corporate affiliates"),
        QualificationCode(code: "31", group: .disqualifiedByEvidence, meaning: "Trade or exchange of land (not 1031)"),
        QualificationCode(code: "32", group: .disqualifiedByEvidence, meaning: "Abnormal time between contract and sale"),
        QualificationCode(code: "33", group: .disqualifiedByEvidence, meaning: "Incomplete/unbuilt common property"),
        QualificationCode(code: "34", group: .disqualifiedByEvidence, meaning: "Payment in full of a prior contract"),
        QualificationCode(code: "35", group: .disqualifiedByEvidence, meaning: "Atypical amount of personal property"),
        QualificationCode(code: "36", group: .disqualifiedByEvidence, meaning: "Atypical costs of sale"),
        QualificationCode(code: "37", group: .disqualifiedByEvidence, meaning: "Atypical market exposure/motivation/knowledge"),
        QualificationCode(code: "38", group: .disqualifiedByEvidence, meaning: "Forced / duress / to prevent foreclosure"),
        QualificationCode(code: "39", group: .disqualifiedByEvidence, meaning: "Consideration verified different from stamps"),
        QualificationCode(code: "40", group: .disqualifiedByEvidence, meaning: "Non-market financing or lease"),
        QualificationCode(code: "41", group: .disqualifiedByEvidence, meaning: "Other incl. duplicate recordings and rehabbed; needs DOR approval"),
        QualificationCode(code: "42", group: .disqualifiedByEvidence, meaning: "Mortgage fraud notified by law enforcement"),
        QualificationCode(code: "43", group: .disqualifiedByEvidence, meaning: "Allocated price in package/bulk transaction"),
        QualificationCode(code: "98", group: .pending, meaning: "Cannot process: instrument errors"),
        QualificationCode(code: "99", group: .pending, meaning: "Recorded/discovered within previous 90 days; invalid if older"),
    ]
}
