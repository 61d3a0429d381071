#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A value as it is compared.
struct NormalisedValue {
    /// The canonical text; empty for a value that says nothing.
    var text: [UInt8]
    /// The text whose words are compared, where it is not the canonical one.
    var words: [UInt8]?
    /// House number and unit of an address, or the bits of a number.
    var code: UInt64 = 0

    /// Normalises a raw value.
    init(_ raw: UnsafeBufferPointer<UInt8>, _ kind: ColumnKind, scratch: inout [UInt8]) {
        switch kind {
        case .personName: text = PersonName.normalise(raw)
        case .date: text = CalendarDay.normalise(raw)
        case .email:
            text = raw.filter { $0 > 0x20 }.map { $0 >= 0x41 && $0 <= 0x5a ? $0 | 0x20 : $0 }
        case .phone:
            text = raw.filter { $0 >= 0x30 && $0 <= 0x39 }
            if text.count == 11, text.first == UInt8(ascii: "1") { text.removeFirst() }
        case .number:
            let kept = raw.filter { ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2e || $0 == 0x2d }
            if let number = Double(String(decoding: kept, as: UTF8.self)) {
                code = number.bitPattern
                text = Array(String(number).utf8)
            } else {
                text = []
            }
        default:
            TextFolding.fold(raw, into: &scratch)
            text = scratch
            foldedValue(kind)
        }
        if Self.placeholders.contains(text[...]) { text = [] }
    }

    private mutating func foldedValue(_ kind: ColumnKind) {
        switch kind {
        case .companyName: text = CompanyName.normalise(text)
        case .givenName, .familyName: text = PersonName.part(text)
        case .address:
            let address = StreetAddress(text)
            text = address.text
            words = Array(address.street.joined(separator: [TextFolding.space]))
            code = UInt64(address.unit) << 32 | UInt64(address.number)
        case .city:
            let words = text.split(separator: TextFolding.space).map { Self.cityWords[$0] ?? Array($0) }
            text = Array(words.joined(separator: [TextFolding.space]))
        case .zip:
            text.removeAll { $0 == TextFolding.space }
            // ZIP+4: the last four digits are often left out.
            if text.count == 9, text.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) { text.removeLast(4) }
        case .identifier: text.removeAll { $0 == TextFolding.space }
        case .streetNumber:
            text.removeAll { $0 == TextFolding.space }
            text = Array(text.drop { $0 == UInt8(ascii: "0") })
        default: break
        }
    }

    /// Words that people write where they have no value.
    private static let placeholders = WordList("na null none nan unknown unk tbd")

    private static let cityWords = WordList(
        """
        saint=st
        fort=ft
        mount=mt
        north=n
        south=s
        east=e
        west=w
        """
    )
}
