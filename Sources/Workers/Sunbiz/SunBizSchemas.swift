import JobQueue
import PropertyData

extension SyncEntities {
    static var parameterSchema: JSONSchema {
        .object([
            .optional(
                "filing_types",
                .array(
                    of: .string("a code of COR_FILING_TYPE", enum: FilingType.allCases.map(\.rawValue)),
                    "the filing types to load; all by default"
                )
            ),
            .optional("source", .sunbizSource),
            .optional("from", .string("the first day of daily files to take, as 2026-04-13", format: "date")),
            .optional(
                "maximum_files",
                .integer("the most files that one run takes", minimum: 1, maximum: 10_000, default: 50)
            ),
            .optional("force", .boolean("whether files that were taken are taken again", default: false)),
        ])
    }

    static var resultSchema: JSONSchema {
        let file = JSONSchema.object([
            .required("name", .string("the Division's name of the file")), .required("kind", .sunbizKind),
            .required("issued_on", .string("the day that the content stands for", format: "date")),
            .required("sha256", .string("SHA-256 of the file, in hexadecimal")),
            .required("bytes", .count("bytes of the file")), .required("records", .count("records read")),
            .required("malformed", .count("records of a wrong length or without their key")),
            .required("inserted", .count("rows that were not there before")),
            .required("updated", .count("rows whose content changed")),
            .required("unchanged", .count("rows that were there already, as they are or newer")),
        ])
        let failure = JSONSchema.object([
            .required("name", .string("the file's name")), .required("code", .string("why it was refused, in a word")),
            .required("message", .string("why it was refused")),
        ])
        let defect = JSONSchema.object([
            .required("file", .string("the table's name")), .required("line", .count("the line, from 1")),
            .optional("field", .string("the field; none for the record as a whole")),
            .required("message", .string("what is wrong with it")),
        ])
        return .object([
            .required("table", .string("the table of entities, for match_entities")),
            .required("source", .string("where the files come from")), .required("is_sample", .isSample),
            .required("files_offered", .count("files that the source offers")),
            .required("files_loaded", .count("files that this run loaded")),
            .required("files_failed", .count("files that could not be loaded")),
            .required("files_remaining", .count("new files left to the next run")),
            .required("files", .array(of: file, "the files loaded, the last hundred of them")),
            .required("failures", .array(of: failure, "the files that could not be loaded, the first twenty of them")),
            .required("records", .count("records read")),
            .required("malformed", .count("records of a wrong length or without their key")),
            .required("filtered", .count("records of other filing types than asked for")),
            .required("inserted", .count("rows that were not there before")),
            .required("updated", .count("rows whose content changed")),
            .required("unchanged", .count("rows that were there already, as they are or newer")),
            .required("officers", .count("officers and owners written with their records")),
            .required("events", .count("events written")),
            .required("field_defects", .count("fields whose value cannot be used or whose code is unknown")),
            .required("by_filing_type", .map(of: .count("records"), "records loaded by filing type")),
            .required("defects", .array(of: defect, "some of the defects; values are left out")),
        ])
    }
}

extension MonitorStatus {
    static var parameterSchema: JSONSchema {
        .object([
            .optional("source", .sunbizSource),
            .optional(
                "maximum_days_behind",
                .integer("business days that the register may be behind", minimum: 0, maximum: 366, default: 2)
            ),
            .optional(
                "failure_days",
                .integer("over how many days failures count", minimum: 1, maximum: 3_650, default: 7)
            ),
        ])
    }

    static var resultSchema: JSONSchema {
        .object([
            .required("status", .string("how the register is", enum: StatusResult.Status.allCases.map(\.rawValue))),
            .required("reasons", .array(of: .string(), "why it is not healthy")),
            .required("source", .string("where the files come from")), .required("is_sample", .isSample),
            .required("last_business_day", .string("the last business day before today", format: "date")),
            .optional("last_file", .string("the newest file of entities that was loaded")),
            .optional("last_file_date", .string("the day that it stands for", format: "date")),
            .optional("last_loaded_at", .string("when it was loaded", format: "date-time")),
            .optional("business_days_behind", .count("business days between it and the last one")),
            .required("files_loaded", .count("files that were ever loaded")),
            .optional("backlog", .count("files that wait at the source; none where it does not answer")),
            .required("recent_failures", .count("files that failed and were not loaded since")),
            .required(
                "connection",
                .object([
                    .required("is_reachable", .boolean("whether the source answers")),
                    .optional("milliseconds", .count("how long it took, in milliseconds")),
                    .optional("files_offered", .count("files that it offers")),
                    .optional("failure", .string("why it does not answer, in a word")),
                ])
            ),
        ])
    }
}

extension DashboardMetrics {
    static var parameterSchema: JSONSchema {
        .object([
            .optional(
                "days",
                .integer("days of filings, back from the last one", minimum: 1, maximum: 366, default: 30)
            ),
            .optional("agents", .integer("how many agents are listed", minimum: 0, maximum: 100, default: 10)),
        ])
    }

    static var resultSchema: JSONSchema {
        let agent = JSONSchema.object([
            .required("name", .string("the agent, a corporation")), .required("entities", .count("its entities")),
        ])
        let day = JSONSchema.object([
            .required("date", .string("the day of filing", format: "date")),
            .required("filings", .count("entities filed on it")),
        ])
        return .object([
            .required("entities", .count("entities in the table")),
            .required("by_status", .map(of: .count("entities"), "entities by status: A active, I inactive")),
            .required("by_filing_type", .map(of: .count("entities"), "entities by filing type")),
            .required("officers", .count("officers")), .required("events", .count("events")),
            .required("fictitious_names", .count("fictitious names")),
            .required("personal_agents", .count("entities whose agent is a person; persons are not listed")),
            .required("top_agents", .array(of: agent, "corporate agents of most entities")),
            .required("filings_by_day", .array(of: day, "entities by day of filing, days without any left out")),
            .required("files_loaded", .count("files that were loaded")),
            .optional("last_sync_at", .string("when the last one was", format: "date-time")),
            .required("is_sample", .isSample),
        ])
    }
}

extension JSONSchema {
    /// A number of something, 0 or more.
    static func count(_ summary: String) -> JSONSchema { .integer(summary, minimum: 0) }

    /// Whether rows are synthetic.
    static let isSample = JSONSchema.boolean("whether the rows are synthetic")

    fileprivate static let sunbizSource = JSONSchema.string(
        "https://…, sftp://user@host/path, file:/folder or sample; the deployment's source by default"
    )

    fileprivate static let sunbizKind = JSONSchema.string(
        "what the records are",
        enum: SunBizKind.allCases.map(\.rawValue)
    )
}
