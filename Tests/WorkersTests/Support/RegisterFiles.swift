import Foundation
@testable import PropertyData

/// Files of the register as tests need them.
enum RegisterFiles {
    /// Writes files of so many invented entities each into a folder.
    static func write(_ names: [String], _ count: Int, into folder: String) throws {
        for name in names {
            try Data(corporations(count, prefix: name.prefix(8))).write(to: URL(filePath: "\(folder)/\(name)"))
        }
    }

    /// So many records, their numbers made of the prefix.
    static func corporations(_ count: Int, prefix: some StringProtocol) -> [UInt8] {
        var writer = RecordWriter(.corporations)
        for number in 0..<count {
            let digits = String(number).leftPadded(to: 7)
            writer.append([
                "COR_NUMBER": "L\(prefix.suffix(4))\(digits)", "COR_NAME": "HERON \(prefix) \(digits) LLC",
                "COR_STATUS": "A", "COR_FILING_TYPE": number % 2 == 0 ? "FLAL" : "DOMP",
                "COR_FILE_DATE": "\(prefix.suffix(4))\(prefix.prefix(4))", "RA_NAME": "PELICAN AGENTS INC",
                "RA_NAME_TYPE": "C",
            ])
        }
        return writer.bytes
    }
}
