import Foundation
import Testing

@testable import PropertyData

@Suite("Zip archives", .timeLimit(.minutes(2)))
struct ZipTests {
    private let name = "SDF16P202501.csv"

    private func write(_ bytes: [UInt8], _ folder: String, _ file: String = "SDF16P202501.zip") throws -> String {
        let path = "\(folder)/\(file)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func content(_ path: String) throws -> [UInt8] {
        let stream = try TaxRollFile(path: path).stream()
        var bytes: [UInt8] = []
        while let piece = try stream.next() { bytes += piece }
        return bytes
    }

    @Test("what the writer packs the reader unpacks, whatever the size", arguments: [0, 1, 100, 65_536, 1_000_003])
    func roundTrip(size: Int) async throws {
        var random = SeededGenerator(seed: UInt64(size))
        let content = (0..<size).map { _ in UInt8.random(in: 0...(size % 2 == 0 ? 255 : 3), using: &random) }
        try await withFolder { folder in
            let path = try write(try ZipWriter.archive(name: name, content: content), folder)
            let unpacked = try self.content(path)
            #expect(unpacked == content)
        }
    }

    @Test("stored entries, zip64 fields, folders and comments are read")
    func stored() async throws {
        try await withFolder { folder in
            let content = Array("a,b\r\n1,2\r\n".utf8)
            for zip64 in [false, true] {
                let archive = StoredZip(name: "roll/\(name)", content: content, zip64: zip64).bytes
                let unpacked = try self.content(try write(archive, folder))
                #expect(unpacked == content)
            }
        }
    }

    @Test("an archive cut anywhere is refused with a typed error, never read in part")
    func truncated() async throws {
        let archive = try ZipWriter.archive(
            name: name,
            content: Array("a,b\r\n".utf8) + (0..<4_000).map { UInt8($0 % 251) }
        )
        try await withFolder { folder in
            for length in stride(from: 0, to: archive.count, by: 37) {
                let path = try write(Array(archive[..<length]), folder)
                let error = await propertyError { _ = try content(path) }
                let expected: [PropertyDataError.Code] =
                    length < 2 ? [.notAnArchive] : [.truncatedArchive, .corruptArchive]
                #expect(
                    error.map { expected.contains($0.code) } == true,
                    "cut at \(length): \(String(describing: error))"
                )
            }
        }
    }

    @Test("a flipped bit is an error or changes nothing that is read", arguments: 0..<150)
    func flipped(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let content = Array("CO_NO,PARCEL_ID\r\n16,\"474131AA0070\"\r\n".utf8)
        var archive = try ZipWriter.archive(name: name, content: content)
        let index = Int.random(in: 0..<archive.count, using: &random)
        archive[index] ^= 1 << UInt8.random(in: 0...7, using: &random)
        try await withFolder { folder in
            let path = try write(archive, folder)
            var read: [UInt8]?
            let error = await propertyError { read = try self.content(path) }
            #expect(error != nil || read == content)
        }
    }

    @Test("an HTML page is recognised, whatever its name, and told apart from an empty file")
    func html() async throws {
        let page = Array("\r\n<!DOCTYPE html><html><body>File Not Found</body></html>".utf8)
        try await withFolder { folder in
            for file in ["SDF16P202501.zip", "SDF16P202501.csv"] {
                let path = try write(page, folder, file)
                let error = await propertyError { _ = try TaxRollFile(path: path) }
                #expect(error?.code == .htmlPage)
                #expect(error?.file == file)
                #expect(error?.message.contains("HTML page") == true)
            }
            let empty = try write([], folder)
            #expect(await propertyError { _ = try TaxRollFile(path: empty) }?.code == .notAnArchive)
        }
    }

    @Test("the real error page of the portal is recognised", .enabled(if: SharedData.rolls != nil))
    func realPage() async throws {
        let path = "\(try #require(SharedData.rolls))/portal_error_page.html"
        #expect(await propertyError { _ = try TaxRollFile(path: path) }?.code == .htmlPage)
    }

    @Test("an archive with another roll, or with none, is refused by what it holds")
    func otherContent() async throws {
        try await withFolder { folder in
            let other = try write(try ZipWriter.archive(name: "SDF17P202501.csv", content: [65]), folder)
            let wrong = await propertyError { _ = try TaxRollFile(path: other, expecting: try broward(.sdf)) }
            #expect(wrong?.code == .unexpectedContent)
            #expect(wrong?.message.contains("SDF17P202501") == true)
            let none = try write(try ZipWriter.archive(name: "../../etc/passwd", content: [65]), folder)
            #expect(await propertyError { _ = try TaxRollFile(path: none) }?.code == .unexpectedContent)
        }
    }
}

/// A zip with one stored file, an archive comment, and zip64 sizes if asked for.
private struct StoredZip {
    var bytes: [UInt8] = []

    init(name: String, content: [UInt8], zip64: Bool) {
        let checksum = crc(content)
        let shown = zip64 ? 0xffff_ffff : content.count
        put(0x0403_4b50, 4)
        put(20, 2); put(0, 4); put(0x0021_0000, 4); put(checksum, 4); put(content.count, 4); put(content.count, 4)
        put(name.utf8.count, 2); put(0, 2)
        bytes += Array(name.utf8) + content
        let directory = bytes.count
        put(0x0201_4b50, 4)
        put(20, 2); put(20, 2); put(0, 4); put(0x0021_0000, 4); put(checksum, 4); put(shown, 4); put(shown, 4)
        put(name.utf8.count, 2); put(zip64 ? 20 : 0, 2); put(3, 2); put(0, 8); put(0, 4)
        bytes += Array(name.utf8)
        if zip64 { put(1, 2); put(16, 2); put(content.count, 8); put(content.count, 8) }
        bytes += Array("hey".utf8)
        let size = bytes.count - directory
        let end64 = bytes.count
        if zip64 {
            put(0x0606_4b50, 4); put(44, 8); put(45, 2); put(45, 2); put(0, 8); put(1, 8); put(1, 8); put(size, 8)
            put(directory, 8)
            put(0x0706_4b50, 4); put(0, 4); put(end64, 8); put(1, 4)
        }
        put(0x0605_4b50, 4); put(0, 4); put(zip64 ? 0xffff : 1, 2); put(zip64 ? 0xffff : 1, 2)
        put(zip64 ? 0xffff_ffff : size, 4); put(zip64 ? 0xffff_ffff : directory, 4); put(7, 2)
        bytes += Array("comment".utf8)
    }

    private mutating func put(_ number: Int, _ count: Int) {
        bytes += (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    private func crc(_ content: [UInt8]) -> Int {
        var value: UInt32 = 0xffff_ffff
        for byte in content {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xedb8_8320 : value >> 1 }
        }
        return Int(~value)
    }
}
