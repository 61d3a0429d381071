import Foundation
import PropertyData
import Testing

@Suite("Counties")
struct CountyTests {
    @Test(
        "a county is found by name, tag and the existing API's code",
        arguments: [
            ("BROWARD", 16), ("broward", 16), (" Broward County ", 16), ("06", 16), ("6", 16), ("DOR:16", 16),
            ("dor: 16", 16), ("FIPS:12011", 16), ("16", 27), ("43", 23), ("Miami-Dade", 23), ("MIAMI DADE", 23),
            ("Dade", 23), ("FIPS:12086", 23), ("13", 24), ("DeSoto", 24), ("Desoto", 24), ("De Soto", 24),
            ("St. Johns", 65), ("SAINT JOHNS", 65), ("st johns", 65), ("55", 65), ("St. Lucie", 66), ("Santa Rosa", 67),
            ("67", 77), ("01", 11), ("Palm Beach", 60), ("Indian River", 41),
        ]
    )
    func found(text: String, number: Int) throws {
        #expect(try County(parsing: text).number == number)
    }

    @Test(
        "what is no county is refused with what is accepted",
        arguments: ["", "Atlantis", "0", "68", "DOR:10", "DOR:78", "FIPS:12012", "FIPS:1", "DOR:", "1.5", "-6", "06x"]
    )
    func refused(text: String) async {
        let error = await propertyError { _ = try County(parsing: text) }
        #expect(error?.code == .unknownCounty)
        #expect(error?.message.contains("DOR:11 to DOR:77") == true)
    }

    @Test("there are 67, with the numbers, codes and federal codes of the schemes")
    func schemes() throws {
        #expect(County.all.map(\.number) == Array(11...77))
        #expect(Set(County.all.map(\.alphabeticalCode)) == Set(1...67))
        for county in County.all {
            #expect(
                county.fipsCounty
                    == (county.number == 23
                        ? 86 : (county.number < 23 || county.number > 23 ? 2 * (county.number - 10) - 1 : 0))
            )
            #expect(try County(parsing: county.name) == county)
            #expect(try County(alphabeticalCode: county.alphabeticalCode) == county)
        }
    }

    @Test("a county is its Department number in JSON")
    func coding() throws {
        let data = try JSONEncoder().encode([try County(number: 16)])
        #expect(String(decoding: data, as: UTF8.self) == "[16]")
        #expect(try JSONDecoder().decode([County].self, from: data) == [try County(number: 16)])
        #expect(throws: PropertyDataError.self) { try JSONDecoder().decode([County].self, from: Data("[99]".utf8)) }
    }
}
