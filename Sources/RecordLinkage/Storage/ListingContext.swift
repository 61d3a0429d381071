/// What the places of organisations say about their other columns.
struct ListingContext: Sendable {
    /// The house number of each record; 0 for none.
    var sites: [UInt32]
    /// Words of cities, which branches of chains bear in their names.
    var placeWords: Set<[UInt8]>

    /// Looks at the places of a listing; nil where records are not organisations with addresses.
    init?(_ columns: [LinkageSchema.Column], left: RecordTable, right: RecordTable?) throws {
        guard ColumnAspect.isListing(columns.map(\.kind)),
            let address = columns.first(where: { $0.kind == .address })
        else { return nil }
        let table = try ValueTable(address, left: left, right: right)
        sites = table.values.map { UInt32(truncatingIfNeeded: table.codes[Int($0)]) }
        placeWords = []
        for city in columns where city.kind == .city {
            let table = try ValueTable(city, left: left, right: right)
            for value in 1..<max(1, table.count) {
                table.withBytes(of: UInt32(value)) { bytes in
                    for word in bytes.split(separator: TextFolding.space) { placeWords.insert(Array(word)) }
                }
            }
        }
    }
}
