import Foundation

/// What a classifier sees of a parcel: which of many small facts hold, each at a place of a fixed range.
///
/// Amounts become their place on a logarithmic scale, codes and words of the legal description become themselves; each
/// is hashed into the range (Weinberger et al, 2009). `BAS_STRT` is left out: it is computed from the use code itself.
struct ParcelFeatures: Sendable {
    /// The size of the range.
    static let range = 4096
    /// The places of the facts that hold, each once.
    let places: [Int32]

    private static let amounts = [
        "JV", "LND_VAL", "LND_SQFOOT", "TOT_LVG_AREA", "NO_BULDNG", "NO_RES_UNTS", "AV_NSD", "TV_NSD",
    ]
    private static let codes = [
        "PA_UC", "IMP_QUAL", "CONST_CLASS", "LND_UNTS_CD", "NBRHD_CD", "MKT_AR", "SPC_CIR_CD", "PUBLIC_LND",
    ]

    /// Reads a parcel's fields under their names in the NAL; a field that is not there says that it is not.
    init(_ fields: [String: String], without excluded: Set<String> = []) {
        var places: Set<Int32> = [Self.place("always")]
        func add(_ fact: String) { places.insert(Self.place(fact)) }
        func number(_ name: String) -> Double? { fields[name].flatMap { Double($0) } }
        for name in Self.amounts where !excluded.contains(name) {
            guard let value = number(name) else {
                add("\(name)=blank")
                continue
            }
            add("\(name)~\(value <= 0 ? -1 : Int(log2(value) * 2))")
        }
        for name in Self.codes where !excluded.contains(name) { add("\(name)=\(fields[name] ?? "")") }
        if let year = number("ACT_YR_BLT") { add("built~\(Int(year) / 10)") } else { add("built=blank") }
        if let value = number("JV"), let land = number("LND_VAL"), value > 0 { add("land~\(Int(10 * land / value))") }
        if let area = number("TOT_LVG_AREA"), let units = number("NO_RES_UNTS"), units > 0 {
            add("area per unit~\(Int(area / units) / 250)")
        }
        add("address=\((fields["PHY_ADDR1"] ?? "").isEmpty)")
        add("homestead=\(fields["EXMPT_01"] != nil)")
        for name in fields.keys where name.hasPrefix("EXMPT_") { add(name) }
        let owner = (fields["OWN_NAME"] ?? "").uppercased().split { !$0.isLetter }
        let kinds: Set<Substring> = [
            "LLC", "INC", "CORP", "LP", "TRUST", "CHURCH", "CITY", "COUNTY", "STATE", "SCHOOL", "ASSN", "BANK",
        ]
        for word in owner where kinds.contains(word) { add("owner \(word)") }
        for word in (fields["S_LEGAL"] ?? "").uppercased().split(whereSeparator: { !$0.isLetter }).prefix(12)
        where word.count > 2 {
            add("legal \(word)")
        }
        self.places = places.sorted()
    }

    /// FNV-1a, which is the same on every machine and in every run; the standard library's is not.
    private static func place(_ fact: String) -> Int32 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in fact.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return Int32(truncatingIfNeeded: (hash ^ (hash >> 32)) % UInt64(range))
    }
}
