// Written by scripts/generate-layouts from the Department's documents; edit the script, not this file.
// swift-format-ignore-file

extension RecordLayout {
    /// The fields of corevt: events of entities.
    static let corporationEventFields: [RecordField] = [
        RecordField(1, "COR_EVENT_DOC_NUMBER", 0, 12),
        RecordField(2, "COR_EVENT_SEQ_NUMBER", 12, 5),
        RecordField(3, "COR_EVENT_CODE", 17, 20),
        RecordField(4, "COR_EVENT_DESC", 37, 40),
        RecordField(5, "COR_EVENT_EFFT_DATE", 77, 8),
        RecordField(6, "COR_EVENT_FILED_DATE", 85, 8),
        RecordField(7, "COR_EVENT_NOTE_1", 93, 35),
        RecordField(8, "COR_EVENT_NOTE_2", 128, 35),
        RecordField(9, "COR_EVENT_NOTE_3", 163, 35),
        RecordField(10, "COR_EVENT_CONS_MER_NUMBER", 198, 12),
        RecordField(11, "COR_EVENT_COR_NAME", 210, 192),
        RecordField(12, "COR_EVENT_NAME_SEQ", 402, 5),
        RecordField(13, "COR_EVENT_X_NAME_SEQ", 407, 5),
        RecordField(14, "COR_EVENT_NAME_CHG", 412, 1),
        RecordField(15, "COR_EVENT_X_NAME_CHG", 413, 1),
        RecordField(16, "COR_EVENT_ADD_1", 414, 42),
        RecordField(17, "COR_EVENT_ADD_2", 456, 42),
        RecordField(18, "COR_EVENT_CITY", 498, 28),
        RecordField(19, "COR_EVENT_STATE", 526, 2),
        RecordField(20, "COR_EVENT_ZIP", 528, 10),
        RecordField(21, "COR_EVENT_MAIL_ADD_1", 538, 42),
        RecordField(22, "COR_EVENT_MAIL_ADD_2", 580, 42),
        RecordField(23, "COR_EVENT_MAIL_CITY", 622, 28),
        RecordField(24, "COR_EVENT_MAIL_STATE", 650, 2),
        RecordField(25, "COR_EVENT_MAIL_ZIP", 652, 10),
    ]
}
