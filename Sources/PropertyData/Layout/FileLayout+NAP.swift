// Written by scripts/generate-layouts from the Department's documents; edit the script, not this file.
// swift-format-ignore-file

extension FileLayout {
    /// The fields of the NAP in the file's order.
    static let napFields: [FieldDefinition] = [
        FieldDefinition(1, "CO_NO", .code, .fixed(2), .required, .range(11...77), "County Number"),
        FieldDefinition(2, "ACCT_ID", .text, .upTo(20), .required, nil, "Account Identification Code"),
        FieldDefinition(3, "FILE_T", .code, .upTo(1), .required, .values(["P"]), "File (Roll) Type"),
        FieldDefinition(4, "ASMNT_YR", .int, .fixed(4), .required, nil, "Assessment Year"),
        FieldDefinition(5, "TAX_AUTH_CD", .code, .upTo(5), .required, nil, "Taxing Authority Code"),
        FieldDefinition(6, "NAICS_CD", .code, .fixed(6), .required, .format(.digits), "NAICS Code"),
        FieldDefinition(7, "JV_F_F_E", .numeric, .upTo(12), .conditional, nil, "Just Value - Furniture/Fixtures/Equipment"),
        FieldDefinition(8, "JV_LESE_IMP", .numeric, .upTo(12), .conditional, nil, "Just Value Leasehold Improvements"),
        FieldDefinition(9, "JV_TOTAL", .numeric, .upTo(12), .required, nil, "Total Just Value"),
        FieldDefinition(10, "AV_TOTAL", .numeric, .upTo(12), .required, nil, "Total Assessed Value"),
        FieldDefinition(11, "JV_POL_CONTRL", .numeric, .upTo(12), .optional, nil, "Just Value Pollution Control Device"),
        FieldDefinition(12, "AV_POL_CONTRL", .numeric, .upTo(12), .optional, nil, "Assessed Value Pollution Control Device"),
        FieldDefinition(13, "EXMPT_VAL", .numeric, .upTo(12), .conditional, nil, "Exemption Value"),
        FieldDefinition(14, "TAX_VAL", .numeric, .upTo(12), .required, nil, "Taxable Value"),
        FieldDefinition(15, "PEN_RATE", .int, .upTo(2), .optional, .observed(["0", "5", "10", "15", "25"]), "Penalty Rate"),
        FieldDefinition(16, "OWN_NAM", .text, .upTo(50), .required, nil, "Owner's Name"),
        FieldDefinition(17, "OWN_ADDR", .text, .upTo(40), .conditional, nil, "Owner's Mailing Address"),
        FieldDefinition(18, "OWN_CITY", .text, .upTo(40), .conditional, nil, "Owner's Mailing Address - City"),
        FieldDefinition(19, "OWN_STATE", .text, .upTo(25), .conditional, nil, "Owner's Mailing Address - State"),
        FieldDefinition(20, "OWN_ZIPCD", .text, .fixed(5), .conditional, .format(.digits), "Owner's Mailing Address - U.S. ZIP Code"),
        FieldDefinition(21, "OWN_STATE_DOM", .code, .fixed(2), .conditional, nil, "Owner's State of Domicile"),
        FieldDefinition(22, "FIDU_NAME", .text, .upTo(30), .optional, nil, "Fiduciary's Name"),
        FieldDefinition(23, "FIDU_ADDR", .text, .upTo(40), .optional, nil, "Fiduciary's Mailing Address"),
        FieldDefinition(24, "FIDU_CITY", .text, .upTo(40), .optional, nil, "Fiduciary's Mailing Address - City"),
        FieldDefinition(25, "FIDU_STATE", .text, .upTo(25), .optional, nil, "Fiduciary's Mailing Address - State"),
        FieldDefinition(26, "FIDU_ZIPCD", .text, .fixed(5), .optional, .format(.digits), "Fiduciary's Mailing Address - U.S. ZIP Code"),
        FieldDefinition(27, "FIDU_CD", .code, .fixed(1), .optional, nil, "Fiduciary Code"),
        FieldDefinition(28, "PHY_ADDR", .text, .upTo(40), .conditional, nil, "Physical Address"),
        FieldDefinition(29, "PHY_CITY", .text, .upTo(40), .conditional, nil, "Physical Location - City"),
        FieldDefinition(30, "PHY_ZIPCD", .text, .fixed(5), .conditional, .format(.digits), "Physical Location - U.S. ZIP Code"),
        FieldDefinition(31, "FIL", .text, .upTo(0), .optional, nil, "Filler"),
        FieldDefinition(32, "ALT_KEY", .text, .upTo(26), .optional, nil, "Alternate Key Number"),
        FieldDefinition(33, "EXMPT", .code, .upTo(50), .conditional, .format(.exemptionList), "Exemptions"),
        FieldDefinition(34, "ACCT_ID_CNG", .text, .upTo(20), .optional, nil, "Account ID Change Field"),
        FieldDefinition(35, "SEQ_NO", .int, .upTo(7), .required, nil, "File Sequence Number"),
        FieldDefinition(36, "TS_ID", .code, .upTo(4), .required, nil, "Tangible Property Submission Identification Code"),
    ]
}
