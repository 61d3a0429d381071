import Foundation

/// An invented register of companies in the Division's layouts: those that own property in the sample's rolls of 2025.
///
/// The same bytes every time; no person or company in it is real.
package enum SampleRegister {
    /// The year whose rolls the addresses agree with; names agree with every year's.
    package static let year = 2025

    /// The files with their names: a day's filings, the changes of the next day with their events, fictitious names.
    package static func files() -> [(name: String, bytes: [UInt8])] {
        let companies = SampleCompany.all(year: year)
        let changed = companies.enumerated().filter { $0.offset % 97 == 5 }.map(\.element)
        var filings = RecordWriter(.corporations)
        for company in companies { filings.append(company.record(isActive: true)) }
        var changes = RecordWriter(.corporations)
        var events = RecordWriter(.corporationEvents)
        for company in changed {
            changes.append(company.record(isActive: false))
            events.append(company.dissolution)
        }
        var names = RecordWriter(.fictitiousNames)
        for company in companies where company.number % 67 == 3 { names.append(company.fictitiousName) }
        return [
            ("20250701c.txt", filings.bytes), ("20250702c.txt", changes.bytes), ("20250702ce.txt", events.bytes),
            ("20250702f.txt", names.bytes),
        ]
    }

    /// Writes a file of the register into a folder and returns its path.
    package static func write(_ name: String, into folder: String) throws(PropertyDataError) -> String {
        guard let file = files().first(where: { $0.name == name }) else {
            throw PropertyDataError(.fileNotFound, file: name, "the sample has no such file")
        }
        let path = "\(folder)/\(name)"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(file.bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw PropertyDataError(.inputOutput, file: name, "cannot be written into \(folder): is the disk full?")
        }
        return path
    }
}
