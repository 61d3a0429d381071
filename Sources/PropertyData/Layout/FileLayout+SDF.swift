// Written by scripts/generate-layouts from the Department's documents; edit the script, not this file.
// swift-format-ignore-file

extension FileLayout {
    /// The fields of the SDF in the file's order.
    static let sdfFields: [FieldDefinition] = [
        FieldDefinition(1, "CO_NO", .code, .fixed(2), .required, .range(11...77), "County Number"),
        FieldDefinition(2, "PARCEL_ID", .text, .upTo(26), .required, nil, "Parcel Identification Code"),
        FieldDefinition(3, "ASMNT_YR", .int, .fixed(4), .required, nil, "Assessment Year"),
        FieldDefinition(4, "ATV_STRT", .code, .fixed(1), .conditional, .values(["1", "2", "3", "4", "5", "6", "7", "8"]), "Active Stratum"),
        FieldDefinition(5, "GRP_NO", .code, .fixed(1), .conditional, .values(["1", "2", "3", "4", "5", "6"]), "Group Number"),
        FieldDefinition(6, "DOR_UC", .code, .fixed(3), .required, .useCode, "DOR Land Use Code"),
        FieldDefinition(7, "NBRHD_CD", .code, .upTo(10), .conditional, nil, "Neighborhood Code"),
        FieldDefinition(8, "MKT_AR", .code, .upTo(3), .conditional, nil, "Market Area Code"),
        FieldDefinition(9, "CENSUS_BK", .code, .upTo(16), .conditional, nil, "Census Block Group Number"),
        FieldDefinition(10, "SALE_ID_CD", .text, .upTo(25), .required, nil, "Sale Identification Code"),
        FieldDefinition(11, "SAL_CHG_CD", .code, .fixed(1), .conditional, .values(["1", "2", "3", "4", "5", "6", "7", "8"]), "Sale Change Code"),
        FieldDefinition(12, "VI_CD", .code, .fixed(1), .required, .values(["V", "I"]), "Vacant/Improved Code"),
        FieldDefinition(13, "OR_BOOK", .text, .upTo(6), .conditional, nil, "Official Record Book Number"),
        FieldDefinition(14, "OR_PAGE", .text, .upTo(6), .conditional, nil, "Official Record Page Number"),
        FieldDefinition(15, "CLERK_NO", .text, .upTo(20), .conditional, nil, "Clerk's Instrument Number"),
        FieldDefinition(16, "QUAL_CD", .code, .fixed(2), .required, .qualification, "Qualification Code"),
        FieldDefinition(17, "SALE_YR", .int, .fixed(4), .required, nil, "Sale Year"),
        FieldDefinition(18, "SALE_MO", .code, .fixed(2), .required, .values(["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"]), "Sale Month"),
        FieldDefinition(19, "SALE_PRC", .numeric, .upTo(12), .required, nil, "Sale Price"),
        FieldDefinition(20, "MULTI_PAR_SAL", .code, .fixed(1), .conditional, .values(["C", "D"]), "Multi-Parcel Sale"),
        FieldDefinition(21, "RS_ID", .code, .upTo(4), .required, nil, "Real Property Submission Identification Code"),
        FieldDefinition(22, "MP_ID", .text, .upTo(8), .required, nil, "Master Parcel Identification Code"),
        FieldDefinition(23, "STATE_PARCEL_ID", .text, .upTo(18), .required, nil, "Uniform Parcel Identification Code"),
    ]
}
