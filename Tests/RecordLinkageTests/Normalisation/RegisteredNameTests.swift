import Testing

@testable import RecordLinkage

@Suite("Names in a register")
struct RegisteredNameTests {
    @Test(
        "are one name with another legal form, spaces, marks or one typing error in a long word",
        arguments: [
            ("ACME HOLDINGS, L.L.C.", "Acme Hldgs Inc"), ("SUN TRUST REALTY LLC", "SUNTRUST REALTY LLC"),
            ("FALCON HARBOR 12, LLC", "FALCNO HARBOR 12 LLC"), ("A.B.C. ROOFING", "ABC ROOFING"),
            ("Sunset1 LLC", "SUNSET 1, LLC"), ("Harbor Fund II", "HARBOUR FUND II"),
        ]
    )
    func same(left: String, right: String) {
        #expect(RegisteredName(left).isSame(as: RegisteredName(right)))
        #expect(RegisteredName(right).isSame(as: RegisteredName(left)))
    }

    @Test(
        "are two names with another word, number, numeral, ordinal or letter",
        arguments: [
            ("ACME HOLDINGS LLC", "ACME REALTY LLC"), ("ACME 1 LLC", "ACME 2 LLC"), ("ACME 1", "ACME 12"),
            ("HARBOR FUND II", "HARBOR FUND III"), ("HARBOR FUND", "HARBOR FUND I"), ("SUNSET1", "SUNSET2"),
            ("FOURTH STREET HOMES", "FORTH STREET HOMES"), ("ACME A LLC", "ACME B LLC"), ("ACME 1 23", "ACME 12 3"),
            ("OAK LAND", "OAK SAND"), ("FALCON HARBOR MARINE", "FALCNO HARBOUR MARINE"), ("", ""),
        ]
    )
    func different(left: String, right: String) {
        #expect(!RegisteredName(left).isSame(as: RegisteredName(right)))
        #expect(!RegisteredName(right).isSame(as: RegisteredName(left)))
    }
}
