/// An invented company of the sample's rolls, as the register has it.
struct SampleCompany {
    /// Its number among all of the state.
    let number: Int
    let party: SampleParty
    private let officers: [SampleParty]
    private let agent: SampleParty?
    private let fileDate: String
    private let employerNumber: String

    /// The companies of every county.
    static func all(year: Int) -> [SampleCompany] {
        var number = 0
        return County.all.flatMap { county in
            var random = SampleRandom(seed: county.number * 10_000 + year + 9)
            return SampleCounty(county: county, year: year).companies.map { party in
                number += 1
                return SampleCompany(number, party, county, &random)
            }
        }
    }

    private init(_ number: Int, _ party: SampleParty, _ county: County, _ random: inout SampleRandom) {
        self.number = number
        self.party = party
        officers = (0..<random.number(0...3)).map { _ in SampleParty.person(&random, county) }
        // Every third company has the same agent, as in the real register: a shared address is no evidence.
        agent = random.chance(33) ? nil : SampleParty.person(&random, county)
        let (month, day) = (random.number(1...12), random.number(1...28))
        fileDate = Self.date(month, day, random.number(2_001...2_024))
        employerNumber = random.chance(10) ? "59\(random.number(1_000_000...9_999_999))" : ""
    }

    private static func date(_ month: Int, _ day: Int, _ year: Int) -> String {
        "\(String(month).leftPadded(to: 2))\(String(day).leftPadded(to: 2))\(year)"
    }

    private var filingType: FilingType {
        if party.name.hasSuffix(" LLC") { return .floridaLimitedLiability }
        return party.name.hasSuffix(" LP") ? .domesticLimitedPartnership : .domesticProfit
    }

    /// The document number: the type's letter, the year of filing, and a number.
    var documentNumber: String {
        "\(filingType.documentPrefix ?? "")\(fileDate.suffix(2))\(String(number).leftPadded(to: 9))"
    }

    /// The record of cordata.
    func record(isActive: Bool) -> [String: String] {
        var record: [String: String] = [
            "COR_NUMBER": documentNumber, "COR_NAME": party.name, "COR_STATUS": isActive ? "A" : "I",
            "COR_FILING_TYPE": filingType.rawValue, "COR_PRINC_ADD_1": party.address, "COR_PRINC_CITY": party.city,
            "COR_PRINC_ZIP": party.zip, "COR_MAIL_ADD_1": party.address, "COR_MAIL_CITY": party.city,
            "COR_MAIL_STATE": "FL", "COR_MAIL_ZIP": party.zip, "COR_MAIL_COUNTRY": "US", "COR_FILE_DATE": fileDate,
            "COR_FEI_NUMBER": employerNumber, "LAST_TRX_DATE": isActive ? "" : "07022025", "STATE_COUNTRY": "FL",
            "MORE_THAN_SIX_OFF_FLAG": officers.isEmpty ? "" : "N",
        ]
        record.merge(agentFields) { $1 }
        for (index, officer) in officers.enumerated() {
            let slot = "PRINC\(index + 1)"
            record["\(slot)_TITLE"] = filingType == .floridaLimitedLiability ? "MGR" : "P"
            record["\(slot)_NAME_TYPE"] = PartyKind.person.rawValue
            record["\(slot)_NAME"] = Self.columns(of: officer.name)
            record["\(slot)_ADD_1"] = officer.address
            record["\(slot)_CITY"] = officer.city
            record["\(slot)_STATE"] = "FL"
            record["\(slot)_ZIP5"] = officer.zip
        }
        return record
    }

    private var agentFields: [String: String] {
        guard let agent else {
            return [
                "RA_NAME": "EVERGLADES REGISTERED AGENTS INC", "RA_NAME_TYPE": PartyKind.corporation.rawValue,
                "RA_ADD_1": "100 AGENT WAY STE 300", "RA_CITY": "TALLAHASSEE", "RA_STATE": "FL", "RA_ZIP5": "32301",
            ]
        }
        return [
            "RA_NAME": Self.columns(of: agent.name), "RA_NAME_TYPE": PartyKind.person.rawValue,
            "RA_ADD_1": agent.address, "RA_CITY": agent.city, "RA_STATE": "FL", "RA_ZIP5": agent.zip,
        ]
    }

    /// `LAST,FIRST M` in the columns of a person's name: 20, 14 and 8 bytes.
    private static func columns(of name: String) -> String {
        func padded(_ text: Substring, _ width: Int) -> String {
            String(text.prefix(width)) + String(repeating: " ", count: max(0, width - text.count))
        }
        let parts = name.split(separator: ",")
        let given = parts.count > 1 ? parts[1].split(separator: " ") : []
        return padded(parts.first ?? "", 20) + padded(given.first ?? "", 14)
            + padded(given.count > 1 ? given[1] : "", 8)
    }

    /// The event of its dissolution.
    var dissolution: [String: String] {
        [
            "COR_EVENT_DOC_NUMBER": documentNumber, "COR_EVENT_SEQ_NUMBER": "00001",
            "COR_EVENT_CODE": "VOLDISS", "COR_EVENT_DESC": "VOLUNTARY DISSOLUTION",
            "COR_EVENT_EFFT_DATE": "07022025", "COR_EVENT_FILED_DATE": "07022025",
            "COR_EVENT_COR_NAME": party.name,
        ]
    }

    /// A name that it does business under.
    var fictitiousName: [String: String] {
        [
            "FIC_FIL_DOC_NUM": "G25\(String(number).leftPadded(to: 9))",
            "FIC_FIL_NAME": "\(party.name.split(separator: " ").prefix(2).joined(separator: " ")) TRADING",
            "FIC_FIL_COUNTY": party.city, "FIC_FIL_ADDR1": party.address, "FIC_FIL_CITY": party.city,
            "FIC_FIL_STATE": "FL", "FIC_FIL_ZIP": party.zip, "FIC_FIL_COUNTRY": "US", "FIC_FIL_DATE": "07022025",
            "FIC_FIL_PAGES": "00001", "FIC_FIL_STATUS": "A", "FIC_FIL_EXPIRATION_DATE": "12312030",
            "FIC_FIL_TOTAL_OWN_CUR_CTR": "00001", "FIC_GREATER_THAN_10_OWNERS": "N",
            "FIC_OWNER1_NAME": party.name, "FIC_OWNER1_NAME_FORMAT": PartyKind.corporation.rawValue,
            "FIC_OWNER1_ADDR": party.address, "FIC_OWNER1_CITY": party.city, "FIC_OWNER1_STATE": "FL",
            "FIC_OWNER1_ZIP": party.zip, "FIC_OWNER1_CHARTER_NUM": documentNumber,
        ]
    }
}
