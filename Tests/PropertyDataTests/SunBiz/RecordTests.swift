import Foundation
import PostgresClient
@testable import PropertyData
import Testing

@Suite("Records of SunBiz")
struct RecordTests {
    @Test(
        "a date is month first; zeros and blanks are none, and other days are invalid",
        arguments: [
            ("04132026", RecordDates.Reading.date(CalendarDate(iso: "2026-04-13") ?? .init(daysSince1970: 0))),
            ("00000000", .none), ("        ", .none), ("20260413", .invalid), ("02302026", .invalid),
            ("4132026", .invalid), ("O4132026", .invalid),
        ]
    )
    func dates(text: String, reading: RecordDates.Reading) {
        let bytes = Array(text.trimmingCharacters(in: .whitespaces).utf8)
        #expect(bytes.withUnsafeBytes { RecordDates.read($0) } == reading)
    }

    @Test("an event's date may have its year first")
    func eventDates() {
        let bytes = Array("20260413".utf8)
        let reading = bytes.withUnsafeBytes { RecordDates.read($0, yearMayBeFirst: true) }
        #expect(reading == .date(CalendarDate(daysSince1970: 20_556)))
    }

    @Test("fields are cut by bytes and decoded afterwards, as UTF-8 or else as Latin-1")
    func text() throws {
        var writer = RecordWriter(.corporations)
        let long = String(repeating: "A", count: 41) + "É"
        writer.append([
            "COR_NUMBER": "L25000000001", "COR_NAME": "CAFÉ PEÑA LLC", "COR_STATUS": "A", "COR_FILING_TYPE": "FLAL",
            "COR_PRINC_ADD_1": long, "COR_PRINC_CITY": "MIAMI\tBEACH", "COR_FILE_DATE": "04132026",
        ])
        var latin = writer.bytes
        let place = RecordLayout.of(.corporations).field("COR_MAIL_CITY").offset
        latin.replaceSubrange(place..<(place + 4), with: [0x43, 0x41, 0x46, 0xc9])
        let records = try read(latin) { record in
            ["COR_NAME", "COR_PRINC_ADD_1", "COR_PRINC_CITY", "COR_MAIL_CITY", "COR_PRINC_ADD_2", "COR_STATUS"].map {
                record.text(record.layout.field($0))
            }
        }
        #expect(
            records == [["CAFÉ PEÑA LLC", String(repeating: "A", count: 41), "MIAMI BEACH", "CAFÉ", nil, "A"]]
        )
    }

    @Test("officers have their slot, title, kind, and a person's three names")
    func officers() throws {
        var writer = RecordWriter(.corporations)
        writer.append([
            "COR_NUMBER": "P25000000001", "COR_NAME": "TARPON INC", "COR_STATUS": "I", "COR_FILING_TYPE": "DOMP",
            "PRINC1_TITLE": "PRES", "PRINC1_NAME_TYPE": "P",
            "PRINC1_NAME": "DE LA CRUZ          ANA MARIA     J       ", "PRINC3_TITLE": "MGR",
            "PRINC3_NAME_TYPE": "C", "PRINC3_NAME": "CORAL   HOLDINGS  OF BROWARD COUNTY LLC",
        ])
        let officers = try read(writer.bytes) { CorporationRecord($0).officers }.flatMap(\.self)
        #expect(
            officers == [
                .init(
                    slot: 1,
                    title: "PRES",
                    kind: .person,
                    name: "DE LA CRUZ ANA MARIA J",
                    person: .init(last: "DE LA CRUZ", first: "ANA MARIA", middle: "J")
                ),
                .init(
                    slot: 3,
                    title: "MGR",
                    kind: .corporation,
                    name: "CORAL HOLDINGS OF BROWARD COUNTY LLC",
                    person: nil
                ),
            ]
        )
    }

    @Test("lines come whole whatever the pieces, with CR LF as with LF, and without filler")
    func pieces() throws {
        let bytes = SampleFiles.corporations(7)
        let variants = [
            bytes, Array(String(decoding: bytes, as: UTF8.self).replacing("\n", with: "\r\n").utf8),
            bytes.split(separator: UInt8(ascii: "\n")).flatMap { $0.dropLast(4) + [UInt8(ascii: "\n")] },
        ]
        for variant in variants {
            for size in [1, 7, 1_440, 1_441, 5_000] {
                let reader = FixedWidthReader(RecordLayout.of(.corporations), file: "x")
                var lines: [Int] = []
                for start in stride(from: 0, to: variant.count, by: size) {
                    try variant[start..<min(start + size, variant.count)].withUnsafeBytes { piece in
                        try reader.read(piece) { record in
                            #expect(record.isConforming)
                            lines.append(record.line)
                        }
                    }
                }
                try reader.finish { lines.append($0.line) }
                #expect(lines == Array(1...7))
            }
        }
    }

    @Test("hostile bytes end in records or a typed error, never in a crash", arguments: 0..<40)
    func hostile(seed: Int) throws {
        var random = SampleRandom(seed: seed)
        let bytes = (0..<random.number(0...90_000)).map { _ in
            random.chance(seed % 3) ? UInt8(ascii: "\n") : UInt8(random.number(0...255))
        }
        var encoder = RecordEncoder(SunBizKind.allCases[seed % 3], filingTypes: [])
        do {
            for record in try read(bytes, SunBizKind.allCases[seed % 3], { $0.length }) { #expect(record > 0) }
        } catch let error as PropertyDataError {
            #expect(error.code == .recordTooLong)
        }
        let layout = RecordLayout.of(SunBizKind.allCases[seed % 3])
        var random2 = SampleRandom(seed: seed + 100)
        let whole = (0..<layout.length).map { _ in UInt8(random2.number(0...255)) }
        whole.withUnsafeBytes { raw in
            var rows = CopyTextRows()
            encoder.encode(FixedWidthRecord(bytes: raw, layout: layout, file: "x", line: 1), into: &rows)
        }
        #expect(encoder.records == 1)
    }

    @Test(
        "names meet in their normalized form",
        arguments: [
            ("Palm & Sons, L.L.C.", "PALM AND SONS LLC"), ("O'Brien-Smith  Inc", "OBRIEN SMITH INC"),
            ("CAFÉ PEÑA", "CAFE PENA"), ("A&B", "A AND B"), ("", ""), ("…", ""),
        ]
    )
    func normalized(name: String, form: String) {
        #expect(CompanyName.normalized(name) == form)
    }

    private func read<R>(
        _ bytes: [UInt8],
        _ kind: SunBizKind = .corporations,
        _ body: (FixedWidthRecord) throws -> R
    ) throws -> [R] {
        var results: [R] = []
        let reader = FixedWidthReader(RecordLayout.of(kind), file: "x")
        try bytes.withUnsafeBytes { try reader.read($0) { results.append(try body($0)) } }
        try reader.finish { results.append(try body($0)) }
        return results
    }
}
