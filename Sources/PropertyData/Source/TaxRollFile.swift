/// A tax roll file on disk: a CSV, or a zip with one inside.
package struct TaxRollFile: Sendable {
    /// The path.
    package let path: String
    /// What the file is, by the Department's name of the table.
    package let name: TaxRollFileName
    /// How many bytes the file has on disk.
    package let byteCount: Int
    /// How many bytes the table has.
    package let tableByteCount: Int
    private let entry: ZipEntry?

    /// Opens a file and finds out what it is.
    ///
    /// The table inside a zip has to bear a Department name, and the expected one when an identity is given. Refuses an
    /// HTML page, a cut download and a damaged directory; the content is checked while it is read.
    package init(path: String, expecting identity: RollIdentity? = nil) throws(PropertyDataError) {
        let file = try RandomAccessFile(path)
        self.path = path
        byteCount = file.byteCount
        let start = try file.bytes(at: 0, count: min(512, file.byteCount)) ?? []
        if start.starts(with: [0x50, 0x4b]) {
            let entry = try Self.table(in: file)
            self.entry = entry
            name = try TaxRollFileName(parsing: entry.name)
            tableByteCount = entry.byteCount
        } else {
            let isNamedZip = path.lowercased().hasSuffix(".zip")
            guard !isNamedZip, !start.isEmpty, !ZipDirectory.looksLikeHTML(start) else {
                throw ZipDirectory.notAnArchive(file, start)
            }
            entry = nil
            name = try TaxRollFileName(parsing: path)
            tableByteCount = file.byteCount
        }
        if let identity, name.identity != identity {
            throw PropertyDataError(.unexpectedContent, file: file.name, "holds \(name), expected \(identity)")
        }
    }

    /// The table in a zip: the one file with a Department name.
    private static func table(in file: RandomAccessFile) throws(PropertyDataError) -> ZipEntry {
        let entries = try ZipDirectory.read(file).filter { !$0.name.hasSuffix("/") }
        let tables = entries.filter {
            $0.name.lowercased().hasSuffix(".csv") && (try? TaxRollFileName(parsing: $0.name)) != nil
        }
        guard let table = tables.first, tables.count == 1 else {
            let names = entries.prefix(5).map { String($0.name.prefix(60)) }.joined(separator: ", ")
            throw PropertyDataError(
                .unexpectedContent,
                file: file.name,
                "expected one table named like SDF16P202501.csv, found \(names.isEmpty ? "nothing" : names)"
            )
        }
        return table
    }

    /// The file's name without its folder.
    package var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Opens the table for reading from its start.
    func stream() throws(PropertyDataError) -> TaxRollStream {
        let file = try RandomAccessFile(path)
        guard let entry else { return TaxRollStream(plain: file) }
        return TaxRollStream(zipped: try ZipEntryStream(file, entry))
    }
}
