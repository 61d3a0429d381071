import Foundation
@testable import PropertyData
import Testing

@Suite("Files of SunBiz")
struct SunBizFileTests {
    @Test(
        "a layout covers its record without gaps",
        arguments: [(SunBizKind.corporations, 1_440), (.corporationEvents, 662), (.fictitiousNames, 2_098)]
    )
    func lengths(kind: SunBizKind, length: Int) {
        let layout = RecordLayout.of(kind)
        #expect(layout.length == length)
        var next = 0
        for field in layout.fields {
            #expect(field.offset == next)
            next += field.length
        }
    }

    @Test(
        "the layouts are those of the reference",
        .enabled(if: SharedData.reference != nil, "the reference is not at hand"),
        arguments: [
            (SunBizKind.corporations, "sunbiz_cordata_fields.csv"),
            (.corporationEvents, "sunbiz_corevent_fields.csv"), (.fictitiousNames, "sunbiz_ficfile_fields.csv"),
        ]
    )
    func reference(kind: SunBizKind, file: String) throws {
        let folder = try #require(SharedData.reference)
        let lines = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8).split(whereSeparator: \.isNewline)
            .dropFirst()
        let fields = RecordLayout.of(kind).fields
        #expect(lines.count == fields.count)
        for (line, field) in zip(lines, fields) {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            #expect(cells[0] == "\(field.position)" && cells[1] == field.name)
            #expect(cells[4] == "\(field.offset)" && cells[5] == "\(field.length)")
        }
    }

    @Test(
        "a file's name tells its kind and edition",
        arguments: [
            ("20260413c.txt", SunBizKind.corporations, "2026-04-13"),
            ("doc/cor/20260413ce.txt", .corporationEvents, "2026-04-13"),
            ("20260606F.TXT.gz", .fictitiousNames, "2026-06-06"), ("cordata3.txt", .corporations, "shard 3"),
            ("cordata.zip", .corporations, "all"), ("corevt.zip", .corporationEvents, "all"),
            ("FICFILE.zip", .fictitiousNames, "all"), ("ficdata0.txt.gz", .fictitiousNames, "shard 0"),
        ]
    )
    func names(text: String, kind: SunBizKind, edition: String) throws {
        let name = try #require(SunBizFileName(parsing: text))
        #expect(name.kind == kind)
        switch name.edition {
        case .daily(let date): #expect(date.description == edition)
        case .quarterly(let shard): #expect(edition == (shard.map { "shard \($0)" } ?? "all"))
        }
    }

    @Test(
        "a name without a known layout is none",
        arguments: ["20260413g.txt", "20260413tm.txt", "20261301c.txt", "npcordata.zip", "c.txt", "", "20260413c.csv"]
    )
    func unknownNames(text: String) {
        #expect(SunBizFileName(parsing: text) == nil)
    }

    @Test("files load in order: the register, then day by day, entities before events")
    func order() {
        let names = ["20260414c.txt", "20260413ce.txt", "cordata1.txt", "20260413c.txt", "corevt.zip", "cordata0.txt"]
            .compactMap { SunBizFileName(parsing: $0) }
        #expect(
            names.sorted(by: SunBizFileName.isBefore).map(\.text) == [
                "cordata0.txt", "cordata1.txt", "corevt.zip", "20260413c.txt", "20260413ce.txt", "20260414c.txt",
            ]
        )
    }

    @Test(
        "the same records come from a plain file, a gzip with two members, and a zip of two shards",
        arguments: ["20250701c.txt", "20250701c.txt.gz", "cordata.zip"]
    )
    func forms(name: String) async throws {
        try await withFolder { folder in
            let path = "\(folder)/\(name)"
            let bytes = SampleFiles.corporations(3_000)
            let half = bytes.count / 2 / 1_441 * 1_441
            if name.hasSuffix(".gz") {
                let parts = [Array(bytes[..<half]), Array(bytes[half...])]
                try SampleFiles.gzip(parts, to: path, in: folder)
            } else if name.hasSuffix(".zip") {
                let shards = [("cordata0.txt", Array(bytes[..<half])), ("cordata1.txt", Array(bytes[half...]))]
                try SampleFiles.zip(shards, to: path, in: folder)
            } else {
                try Data(bytes).write(to: URL(filePath: path))
            }
            let file = try SunBizFile(path: path)
            var seen: [String] = []
            let read = try await file.read { record in
                seen.append(CorporationRecord(record).documentNumber ?? "")
                #expect(record.isConforming)
            }
            #expect(seen.count == 3_000 && Set(seen).count == 3_000)
            #expect(read == bytes.count)
        }
    }

    @Test("a cut gzip, an HTML page, a foreign archive and an unknown name are refused, each in its way")
    func refused() async throws {
        try await withFolder { folder in
            let packed = "\(folder)/20250701c.txt.gz"
            try SampleFiles.gzip([SampleFiles.corporations(500)], to: packed, in: folder)
            let whole = try Data(contentsOf: URL(filePath: packed))
            try whole.dropLast(40).write(to: URL(filePath: packed))
            #expect(await propertyError { try await SunBizFile(path: packed).read { _ in } }?.code == .truncatedArchive)
            var broken = whole
            broken[whole.count / 2] ^= 0xff
            try broken.write(to: URL(filePath: packed))
            #expect(await propertyError { try await SunBizFile(path: packed).read { _ in } }?.code == .corruptArchive)
            let page = "\(folder)/20250702c.txt"
            try Data("<html><body>not found</body></html>".utf8).write(to: URL(filePath: page))
            #expect(await propertyError { _ = try SunBizFile(path: page) }?.code == .htmlPage)
            let foreign = "\(folder)/corevt.zip"
            try SampleFiles.zip([("readme.txt", Array("x".utf8))], to: foreign, in: folder)
            #expect(await propertyError { _ = try SunBizFile(path: foreign) }?.code == .unexpectedContent)
            try Data("x".utf8).write(to: URL(filePath: "\(folder)/names.txt"))
            #expect(
                await propertyError { _ = try SunBizFile(path: "\(folder)/names.txt") }?.code == .invalidFileName
            )
        }
    }
}
