extension SunBizTable {
    /// `sunbiz_entities` with `sunbiz_officers`.
    static let entities: SunBizTable = {
        let make = ColumnMaker(.corporations)
        let field = make.layout.field
        let kinds = Set(PartyKind.allCases.map(\.rawValue))
        let head = [
            make.text("doc_number", .required(field("COR_NUMBER"))),
            make.text("name", .required(field("COR_NAME"))),
            make.text("name_norm", .normalized(field("COR_NAME"))),
            make.text("status", .code(field("COR_STATUS"), Set(EntityStatus.allCases.map(\.rawValue)))),
            make.text("filing_type", .code(field("COR_FILING_TYPE"), Set(FilingType.allCases.map(\.rawValue)))),
        ]
        let addresses = make.texts([
            "princ_addr1": "COR_PRINC_ADD_1", "princ_addr2": "COR_PRINC_ADD_2", "princ_city": "COR_PRINC_CITY",
            "princ_state": "COR_PRINC_STATE", "princ_zip": "COR_PRINC_ZIP", "princ_country": "COR_PRINC_COUNTRY",
            "mail_addr1": "COR_MAIL_ADD_1", "mail_addr2": "COR_MAIL_ADD_2", "mail_city": "COR_MAIL_CITY",
            "mail_state": "COR_MAIL_STATE", "mail_zip": "COR_MAIL_ZIP", "mail_country": "COR_MAIL_COUNTRY",
        ])
        let filing = [
            make.date("file_date", "COR_FILE_DATE"), make.text("fei", .text(field("COR_FEI_NUMBER"))),
            make.column("more_officers", "boolean", .flag(field("MORE_THAN_SIX_OFF_FLAG"))),
            make.date("last_trx_date", "LAST_TRX_DATE"), make.text("state_country", .text(field("STATE_COUNTRY"))),
        ]
        let reports = (1...3).flatMap { number in
            [
                make.text("report_year\(number)", .text(field("REPORT_YEAR_\(number)"))),
                make.date("report_date\(number)", "REPORT_DATE_\(number)"),
            ]
        }
        let agent = [
            make.text("ra_name", .collapsed(field("RA_NAME"))),
            make.text("ra_type", .code(field("RA_NAME_TYPE"), kinds)),
            make.text("ra_addr", .text(field("RA_ADD_1"))), make.text("ra_city", .text(field("RA_CITY"))),
            make.text("ra_state", .text(field("RA_STATE"))),
            make.text("ra_zip", .zip(field("RA_ZIP5"), field("RA_ZIP4"))),
        ]
        let officers = (1...6).map { slot in
            let kind = field("PRINC\(slot)_NAME_TYPE")
            let name = field("PRINC\(slot)_NAME")
            let columns = PersonColumns(name)
            return [
                make.text("title", .text(field("PRINC\(slot)_TITLE"))), make.text("name_type", .code(kind, kinds)),
                make.text("last", .personal(columns.last, kind: kind)),
                make.text("first", .personal(columns.first, kind: kind)),
                make.text("middle", .personal(columns.middle, kind: kind)), make.text("name_raw", .collapsed(name)),
                make.text("addr", .text(field("PRINC\(slot)_ADD_1"))),
                make.text("city", .text(field("PRINC\(slot)_CITY"))),
                make.text("state", .text(field("PRINC\(slot)_STATE"))),
                make.text("zip", .zip(field("PRINC\(slot)_ZIP5"), field("PRINC\(slot)_ZIP4"))),
            ]
        }
        return SunBizTable(
            name: "sunbiz_entities",
            key: ["doc_number"],
            columns: head + addresses + filing + reports + agent + [make.hash],
            slots: Slots(name: "sunbiz_officers", slots: officers, presence: "name_raw")
        )
    }()

    /// `sunbiz_events`.
    static let events: SunBizTable = {
        let make = ColumnMaker(.corporationEvents)
        let field = make.layout.field
        return SunBizTable(
            name: "sunbiz_events",
            key: ["doc_number", "seq"],
            columns: [
                make.text("doc_number", .required(field("COR_EVENT_DOC_NUMBER"))),
                make.column("seq", "integer", .required(field("COR_EVENT_SEQ_NUMBER"))),
                make.text("code", .text(field("COR_EVENT_CODE"))),
                make.text("description", .text(field("COR_EVENT_DESC"))),
                make.date("effective_date", "COR_EVENT_EFFT_DATE", yearMayBeFirst: true),
                make.date("filed_date", "COR_EVENT_FILED_DATE", yearMayBeFirst: true),
                make.text("cons_mer_number", .text(field("COR_EVENT_CONS_MER_NUMBER"))),
                make.text("name", .text(field("COR_EVENT_COR_NAME"))),
                make.text("notes", .joined((1...3).map { field("COR_EVENT_NOTE_\($0)") })), make.hash,
            ],
            slots: nil
        )
    }()

    /// `sunbiz_fictitious_names` with `sunbiz_fictitious_owners`.
    static let fictitiousNames: SunBizTable = {
        let make = ColumnMaker(.fictitiousNames)
        let field = make.layout.field
        let kinds = Set(PartyKind.allCases.map(\.rawValue))
        let statuses = Set(FictitiousNameStatus.allCases.map(\.rawValue))
        let head = [
            make.text("doc_number", .required(field("FIC_FIL_DOC_NUM"))),
            make.text("name", .required(field("FIC_FIL_NAME"))),
            make.text("name_norm", .normalized(field("FIC_FIL_NAME"))),
        ]
        let place = make.texts([
            "county": "FIC_FIL_COUNTY", "addr1": "FIC_FIL_ADDR1", "addr2": "FIC_FIL_ADDR2", "city": "FIC_FIL_CITY",
            "state": "FIC_FIL_STATE", "zip": "FIC_FIL_ZIP", "country": "FIC_FIL_COUNTRY",
        ])
        let filing = [
            make.date("file_date", "FIC_FIL_DATE"), make.column("pages", "integer", .number(field("FIC_FIL_PAGES"))),
            make.text("status", .code(field("FIC_FIL_STATUS"), statuses)),
            make.date("cancellation_date", "FIC_FIL_CANCELLATION_DATE"),
            make.date("expiration_date", "FIC_FIL_EXPIRATION_DATE"),
            make.column("owner_count", "integer", .number(field("FIC_FIL_TOTAL_OWN_CUR_CTR"))),
            make.text("fei", .text(field("FIC_FIL_FEI_NUM"))),
            make.column("more_owners", "boolean", .flag(field("FIC_GREATER_THAN_10_OWNERS"))), make.hash,
        ]
        let owners = (1...10).map { slot in
            [
                make.text("owner_doc_number", .text(field("FIC_OWNER\(slot)_DOC_NUM"))),
                make.text("name", .collapsed(field("FIC_OWNER\(slot)_NAME"))),
                make.text("name_type", .code(field("FIC_OWNER\(slot)_NAME_FORMAT"), kinds)),
                make.text("addr", .text(field("FIC_OWNER\(slot)_ADDR"))),
                make.text("city", .text(field("FIC_OWNER\(slot)_CITY"))),
                make.text("state", .text(field("FIC_OWNER\(slot)_STATE"))),
                make.text("zip", .text(field("FIC_OWNER\(slot)_ZIP"))),
                make.text("country", .text(field("FIC_OWNER\(slot)_COUNTRY"))),
                make.text("fei", .text(field("FIC_OWNER\(slot)_FEI_NUM"))),
                make.text("charter_number", .text(field("FIC_OWNER\(slot)_CHARTER_NUM"))),
            ]
        }
        return SunBizTable(
            name: "sunbiz_fictitious_names",
            key: ["doc_number"],
            columns: head + place + filing,
            slots: Slots(name: "sunbiz_fictitious_owners", slots: owners, presence: "name")
        )
    }()
}
