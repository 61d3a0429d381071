import Foundation
@testable import PropertyData

/// Files of rolls as the tests need them.
enum RollFiles {
    /// Broward 2025 P.
    static func broward(_ dataset: Dataset) throws -> RollIdentity {
        RollIdentity(dataset: dataset, county: try County(number: 16), roll: .preliminary, year: 2025)
    }

    /// The zip of the built-in sample.
    static func sampleZip(_ dataset: Dataset) throws -> [UInt8] {
        try SampleSource.archive(broward(dataset)).bytes
    }

    /// A zip of a table with another name or content than it should have.
    static func zip(name: String, _ text: String) throws -> [UInt8] {
        try ZipWriter.archive(name: name, content: Array(text.utf8))
    }

    /// The lines of the sample's table, the header first.
    static func sampleLines(_ dataset: Dataset) throws -> [String] {
        let identity = try broward(dataset)
        let county = SampleCounty(county: identity.county, year: identity.year)
        let text = String(decoding: county.table(dataset, .preliminary), as: UTF8.self)
        return text.split(separator: "\r\n").map(String.init)
    }

    /// Writes a table under the Department's name into a new folder; returns the source that names the folder.
    static func source(_ dataset: Dataset, _ lines: [String], in folder: String) throws -> String {
        try source(Data((lines.joined(separator: "\r\n") + "\r\n").utf8), name: "\(dataset)16P202501.csv", in: folder)
    }

    /// Writes a file into a new folder; returns the source that names the folder.
    static func source(_ data: Data, name: String, in folder: String) throws -> String {
        let path = "\(folder)/source-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try data.write(to: URL(filePath: "\(path)/\(name)"))
        return "file:\(path)"
    }
}
