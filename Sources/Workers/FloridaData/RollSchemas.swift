import JobQueue
import PropertyData

extension JSONSchema {
    /// A county as results name it.
    static let county = JSONSchema.object(
        [
            .required("dor_number", .integer("the Department's number", minimum: 11, maximum: 77)),
            .required("name", .string("the usual name")),
        ],
        "the county"
    )

    /// A county as parameters name it.
    static let countyCode: JSONSchema = {
        var schema = JSONSchema(
            .string,
            .integer,
            summary: "the county: a name such as BROWARD, DOR:16, FIPS:12011, or the alphabetical code 06"
        )
        schema.examples = ["BROWARD", "DOR:16", "06"]
        return schema
    }()

    /// Preliminary or final.
    static let roll = JSONSchema.string("P preliminary, F final", enum: Roll.allCases.map(\.rawValue))

    /// One of the Department's files, as parameters name it.
    static let datasetName = JSONSchema.string("NAL, SDF or NAP (also TPP), in any case")

    /// A source of tax rolls, as parameters name it.
    static let rollSource = JSONSchema.string(
        "https://…, file:/folder or sample; the deployment's source by default"
    )

    /// How far rows are checked, as parameters name it.
    static let levelName = JSONSchema.string("permissive, standard or strict", default: "standard")

    /// How far rows were checked.
    static let level = JSONSchema.string(
        "how far rows were checked",
        enum: ValidationLevel.allCases.map(\.rawValue)
    )

    /// A verified file.
    static let rollFile = JSONSchema.object(
        [
            .required("path", .string("where the file lies on the machine that fetched it")),
            .required("name", .string("the Department's name of the file")),
            .required("sha256", .string("SHA-256 of the file, in hexadecimal")),
            .required("bytes", .count("bytes of the file")),
            .required("dataset", .string("the file's kind", enum: Dataset.allCases.map(\.rawValue))),
            .required("county", .county), .required("roll", .roll),
            .required("year", .integer("the assessment year")),
            .required("submission", .count("the number of the submission within its roll, from 1")),
            .required("source", .string("the source, as a job can name it again")),
            .required("address", .string("the exact address within the source")),
            .required("is_sample", .isSample),
            .optional("is_partial", .boolean("whether the file is a part of a roll, which upload refuses")),
        ],
        "a verified tax roll file, as download returns it"
    )

    /// Staged rows.
    static let staging = JSONSchema.object(
        [
            .required("id", .string("the key under which the database knows the rows")),
            .required("file", .rollFile), .required("level", .level), .required("rows", .count("rows staged")),
        ],
        "staged rows, as process returns them"
    )

    /// A rule that failed.
    static let ruleIssue = JSONSchema.object(
        [
            .required("rule", .string("the rule's id")), .required("title", .string("what must hold")),
            .required("severity", .string("what a violation means", enum: ["error", "warning"])),
            .required("kind", .string("what the rule looks at")),
            .required("fields", .array(of: .string(), "the fields concerned")),
            .required("checked", .count("rows to which the rule applied")),
            .required("failed", .count("rows on which it failed")),
            .required(
                "samples",
                .array(
                    of: .object([
                        .required("line", .count("the line or row, from 1")), .required("field", .string("the field")),
                    ]),
                    "some of the violations; values stay in the database"
                )
            ),
        ],
        "a rule that failed on some row"
    )
}

extension DownloadRoll {
    static let summary =
        "Brings the newest submission of one county's tax roll from its source to this machine and verifies it."
    static var parameterSchema: JSONSchema {
        .object([
            .required("county", .countyCode), .required("dataset", .datasetName),
            .required("year", .integer("the assessment year", minimum: 2000, maximum: 2100)),
            .optional("roll", .string("P preliminary or F final", default: "P")),
            .optional("source", .rollSource),
            .optional("force", .boolean("whether an unchanged file is fetched again", default: false)),
        ])
    }
    static var resultSchema: JSONSchema {
        .object([
            .required("file", .rollFile),
            .required("is_unchanged", .boolean("whether this machine had the very same file before")),
            .required("lines", .count("lines of the table, the header included")),
            .required("table_bytes", .count("bytes of the table")),
            .required("encoding", .string("how bytes become characters", enum: ["utf-8", "iso-8859-1"])),
            .required("is_sample", .isSample),
        ])
    }
}

extension ProcessRoll {
    static let summary = "Validates a tax roll file row by row and stages its valid rows in PostgreSQL."
    static var parameterSchema: JSONSchema {
        .object([.required("file", .rollFile), .optional("validation_level", .levelName)])
    }
    static var resultSchema: JSONSchema {
        .object([
            .required("staging", .staging), .required("rows_read", .count("rows of the file, without the header")),
            .required("rows_valid", .count("rows without an error")),
            .required("rows_invalid", .count("rows with one")),
            .required("rows_warned", .count("valid rows that deserve a look")),
            .required("rejected_violations", .count("violations kept in table rejected_rows")),
            .required("level", .level), .required("rules_failed", .count("rules that failed on some row")),
            .required("issues", .array(of: .ruleIssue, "the worst of them")),
            .required("facts", .map(of: .integer(), "numbers of the whole file, such as its distinct parcels")),
            .required("unknown_columns", .array(of: .string(), "columns that the layout does not know")),
            .required("is_sample", .isSample),
        ])
    }
}

extension UploadRoll {
    static let summary = "Merges staged rows into the live table of their dataset, in one transaction."
    static var parameterSchema: JSONSchema {
        .object([
            .required("staging", .staging),
            .optional(
                "maximum_deleted_share",
                .number("the share of a roll's live rows that may go", minimum: 0, maximum: 1, default: 0.2)
            ),
        ])
    }
    static var resultSchema: JSONSchema {
        .object([
            .required("rows_staged", .count("rows staged")),
            .required("rows_live", .count("rows of the roll in the live table after the merge")),
            .required("inserted", .count("rows that were not there before")),
            .required("updated", .count("rows whose content changed")),
            .required("unchanged", .count("rows that were there already")),
            .required("deleted", .count("rows that the file no longer has")),
            .required("source_file_id", .integer("the file's id in table source_files")),
            .required("parity", .number("live rows for each staged one", minimum: 0)),
            .required("is_sample", .isSample),
        ])
    }
}

extension MonitorRolls {
    static var parameterSchema: JSONSchema {
        .object([
            .optional(
                "check_type",
                .string("what is looked at", enum: Check.allCases.map(\.rawValue), default: Check.health.rawValue)
            ),
            .optional("counties", .array(of: .countyCode, "the counties; all by default")),
            .optional("datasets", .array(of: .datasetName, "the datasets; all by default")),
            .optional(
                "days",
                .integer("days back, for gaps and performance", minimum: 1, maximum: 3_660, default: 366)
            ),
            .optional(
                "maximum_drop",
                .number("the share by which a roll may shrink", minimum: 0, maximum: 1, default: 0.1)
            ),
        ])
    }
    static var resultSchema: JSONSchema {
        let loaded = JSONSchema.object([
            .required("roll", .object(RollName.properties, "the roll")),
            .required("file", .string("the file that was loaded last")),
            .required("submission", .count("its submission")),
            .required("loaded_at", .string("when it was loaded", format: "date-time")),
            .required("age_days", .count("days since then")), .required("rows", .count("rows loaded")),
            .optional("previous_rows", .count("rows of the roll before in the same county")),
            .optional("change", .number("the change against it, as a share of it")),
            .required("invalid_rows", .count("rows that were not loaded")),
            .optional("invalid_share", .number("their share of all rows", minimum: 0, maximum: 1)),
            .required("is_sample", .isSample), .optional("finding", .string("what deserves a look")),
        ])
        let rule = JSONSchema.object([
            .required("rule", .string("the rule's id")), .required("severity", .string("error or warning")),
            .required("files", .count("files on which it failed")),
            .required("checked", .count("rows to which it applied")), .required("failed", .count("rows that failed")),
        ])
        let performance = JSONSchema.object([
            .required("files", .count("files merged")), .required("rows", .count("rows merged")),
            .required("bytes", .count("bytes of their files")),
            .optional("median_wait_seconds", .number("between staging and merge, in seconds")),
            .optional("maximum_wait_seconds", .number("the longest such time, in seconds")),
            .required("waiting", .count("files staged and not merged")),
            .optional("oldest_wait_seconds", .number("how long the oldest of them waits, in seconds")),
        ])
        return .object([
            .required("check_type", .string("what was looked at", enum: Check.allCases.map(\.rawValue))),
            .required("status", .string("what came of it", enum: MonitorResult.Status.allCases.map(\.rawValue))),
            .required("findings", .array(of: .string(), "what deserves a look")),
            .optional("rolls_expected", .count("rolls that fell due")),
            .required("rolls_loaded", .count("rolls, or for performance files, that are loaded")),
            .optional("rolls_missing", .count("rolls that fell due and are not loaded")),
            .required("loaded", .array(of: loaded, "loaded rolls, the first 200")),
            .required("missing", .array(of: .object(RollName.properties), "missing rolls, the first 200")),
            .required("failing_rules", .array(of: rule, "the rules that failed most")),
            .optional("performance", performance),
        ])
    }
}

extension FillGaps {
    static var parameterSchema: JSONSchema {
        .object([
            .required(
                "date_range",
                .object(
                    [
                        .required("from", .string("the first day, as 2025-07-01", format: "date")),
                        .required("to", .string("the last day", format: "date")),
                    ],
                    "between which days the rolls fell due"
                )
            ),
            .optional("counties", .array(of: .countyCode, "the counties; all by default")),
            .optional("datasets", .array(of: .datasetName, "the datasets; all by default")),
            .optional("source", .rollSource),
            .optional(
                "maximum_files",
                .integer("the most rolls that one run loads", minimum: 1, maximum: 500, default: 12)
            ),
            .optional("validation_level", .levelName),
        ])
    }
    static var resultSchema: JSONSchema {
        let roll = JSONSchema.object(RollName.properties, "the roll")
        return .object([
            .required("rolls_expected", .count("rolls that fell due in the range")),
            .required("gaps_found", .count("those that were not loaded")),
            .required("gaps_filled", .count("those that are loaded now")),
            .required("gaps_remaining", .count("those that are still missing")),
            .required(
                "filled",
                .array(
                    of: .object([
                        .required("roll", roll), .required("file", .string("the file loaded")),
                        .required("rows", .count("live rows")), .required("invalid_rows", .count("rows not loaded")),
                    ])
                )
            ),
            .required(
                "failed",
                .array(
                    of: .object([
                        .required("roll", roll), .required("code", .string("why, in a word")),
                        .required("message", .string("why")),
                    ])
                )
            ),
            .required("untried", .array(of: roll, "gaps that this run did not try, the first 200")),
            .required("is_sample", .isSample),
        ])
    }
}
