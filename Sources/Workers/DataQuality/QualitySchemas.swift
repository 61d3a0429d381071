import JobQueue
import PropertyData

extension JSONSchema {
    fileprivate static let rows = JSONSchema.array(
        of: .map(of: JSONSchema(.string, .integer, .number, .null)),
        "rows, each an object of field names and values"
    )
    fileprivate static let tablePath = JSONSchema.string(
        "a CSV or a zip with one, in the work folder or in the folder of florida.source or sunbiz.source"
    )
    fileprivate static let datasetEnum = JSONSchema.string("the dataset", enum: Dataset.allCases.map(\.rawValue))

    fileprivate static func versioned(_ summary: String) -> JSONSchema {
        .object(
            [
                .required("name", .string("its name")),
                .optional("version", .integer("its version, from 1; the newest by default", minimum: 1)),
            ],
            summary
        )
    }
}

extension ValidateRows {
    static let summary =
        "Checks staged or given rows against their dataset's rules and, where a rule set is named, the deployment's own."
    static var parameterSchema: JSONSchema {
        .object([
            .optional("staging", .staging), .optional("data", .rows),
            .optional("dataset", .string("the dataset of the rows in data: NAL, SDF or NAP")),
            .optional("level", .levelName), .optional("rules", .versioned("a stored rule set that is checked too")),
            .optional(
                "fields_not_kept",
                .array(of: .string(), "fields that data cannot have: rules about them are skipped")
            ),
            .optional("allow_empty", .boolean("whether data may have no rows", default: false)),
        ])
    }
    static var resultSchema: JSONSchema {
        .object([
            .optional("run_id", .string("the key of the results in quality_runs; none without a database")),
            .required("dataset", .datasetEnum), .required("level", .level),
            .required("rows_checked", .count("rows checked")), .required("rows_valid", .count("rows without an error")),
            .required("rows_invalid", .count("rows with one")),
            .required("rows_warned", .count("valid rows with a warning")),
            .required(
                "weighted_pass_rate",
                .number("the share of rows that passed, a warning weighing a tenth", minimum: 0, maximum: 1)
            ),
            .required("rules_checked", .count("rules that applied to some row")),
            .required("rules_failed", .count("rules that failed on some row")),
            .required("issues", .array(of: .ruleIssue, "the worst of them")),
            .required("rules_skipped", .array(of: .string(), "rules about fields that staged rows do not have")),
            .required("unknown_fields", .array(of: .string(), "fields that the dataset does not have")),
            .optional("rule_set", .string("the stored rule set that was checked")),
            .optional("rule_version", .integer("its version", minimum: 1)),
            .optional("is_sample", .boolean("whether the rows are synthetic; none where nobody knows")),
        ])
    }
}

extension DiscoverFields {
    static var parameterSchema: JSONSchema {
        .object([
            .optional("table", .string("a table of the property database", enum: TableInput.tables)),
            .optional("path", .tablePath), .optional("data", .rows),
            .optional("dataset", .string("the dataset to compare with: NAL, SDF or NAP")),
            .optional(
                "sample_rows",
                .integer("the most rows looked at", minimum: 1, maximum: 10_000_000, default: 100_000)
            ),
        ])
    }
    static var resultSchema: JSONSchema {
        let field = JSONSchema.object([
            .required("name", .string("the column")),
            .required("type", .string("what it holds", enum: ["integer", "number", "code", "text", "blank"])),
            .required("purity", .number("the share of values of that type", minimum: 0, maximum: 1)),
            .required("null_rate", .number("the share of blank rows", minimum: 0, maximum: 1)),
            .optional("minimum_width", .count("characters of the shortest value")),
            .required("maximum_width", .count("characters of the longest")),
            .optional("distinct", .count("different values; none for more than 10000")),
            .required("shapes", .array(of: .string(), "the commonest forms: 9 a digit, A a letter, + more of them")),
            .required("values", .array(of: .string(), "the codes, of a column of short codes only")),
            .optional("layout_field", .string("the layout's field; none for an unknown column")),
            .required("differences", .array(of: .string(), "how the column differs from it")),
        ])
        return .object([
            .required("rows_sampled", .count("rows looked at")), .required("rows_total", .count("rows there are")),
            .required("fields", .array(of: field, "the columns in their order")),
            .required("unknown_fields", .array(of: .string(), "columns that the layout does not have")),
            .required("missing_fields", .array(of: .string(), "fields of the layout that are no column")),
        ])
    }
}

extension CreateMapping {
    static var parameterSchema: JSONSchema {
        .object([
            .required("name", .string("the mapping's name: small letters, digits and _ . -", maxLength: 80)),
            .required("dataset", .datasetName),
            .optional("columns", .array(of: .string(), "the source's columns, without values")),
            .optional("table", .string("a table of the property database", enum: TableInput.tables)),
            .optional("path", .tablePath), .optional("data", .rows),
        ])
    }
    static var resultSchema: JSONSchema {
        let pair = JSONSchema.object([
            .required("source", .string("the column")), .required("target", .string("the field")),
            .required("score", .number("how sure the pair is", minimum: 0, maximum: 1)),
            .required("method", .string("what it rests on", enum: ["exact", "alias", "name", "values"])),
        ])
        return .object([
            .required("name", .string("the mapping's name")),
            .required("version", .integer("its version, from 1", minimum: 1)), .required("dataset", .datasetEnum),
            .required("pairs", .array(of: pair, "the proposed pairs in the layout's order")),
            .required("unmapped_columns", .array(of: .string(), "columns without a field")),
            .required("unmapped_required", .array(of: .string(), "required fields without a column")),
        ])
    }
}

extension SyncLive {
    static var parameterSchema: JSONSchema {
        .object([
            .optional(
                "tables",
                .array(
                    of: .string("a live table", enum: ["parcels", "sales", "tangible"]),
                    "the tables; all by default"
                )
            ),
            .optional(
                "maximum_deleted_share",
                .number("the share of a roll's live rows that may go", minimum: 0, maximum: 1, default: 0.2)
            ),
        ])
    }
    static var resultSchema: JSONSchema {
        let table = JSONSchema.object([
            .required("table", .string("the live table")), .required("rolls", .count("rolls merged")),
            .required("inserted", .count("rows that were not there before")),
            .required("updated", .count("rows whose content changed")),
            .required("unchanged", .count("rows that were there already")),
            .required("deleted", .count("rows that the rolls no longer have")),
            .required("live", .count("live rows of the rolls")),
            .required("staged", .count("staged rows of the rolls")),
            .required("passed_over", .count("staged rolls that a later file replaced, and parts of rolls")),
            .optional("watermark", .string("when the last applied rows were staged", format: "date-time")),
        ])
        return .object([
            .required("tables", .array(of: table, "what was done, by table")),
            .required(
                "failed",
                .array(
                    of: .object([
                        .required("staging", .string("the staged rows")), .required("code", .string("why, in a word")),
                        .required("message", .string("why")),
                    ]),
                    "rolls that could not be merged"
                )
            ),
        ])
    }
}

extension LoadData {
    static var parameterSchema: JSONSchema {
        .object([
            .required("dataset", .datasetName), .optional("data", .rows), .optional("path", .tablePath),
            .optional("table", .string("the live table of the dataset", enum: ["parcels", "sales", "tangible"])),
            .optional("county", .countyCode),
            .optional("year", .integer("the assessment year", minimum: 2000, maximum: 2100)),
            .optional("roll", .string("P preliminary or F final", default: "P")),
            .optional(
                "filters",
                .map(
                    of: JSONSchema(.string, .integer, .array, .object),
                    "by field: a value, a list of values, or an object of minimum and maximum"
                )
            ),
            .optional("mapping", .versioned("a stored mapping of the columns")),
            .optional("level", .string("how far rows are checked on the way", default: "permissive")),
        ])
    }
    static var resultSchema: JSONSchema {
        .object([
            .required("staging", .staging), .required("rows_read", .count("rows read")),
            .required("rows_filtered", .count("rows that the filters left out")),
            .required("rows_staged", .count("rows staged")), .required("rows_invalid", .count("rows not staged")),
            .required("unknown_columns", .array(of: .string(), "columns that are no field")),
            .required("is_partial", .boolean("whether they are a part of a roll, which upload refuses")),
            .required("is_sample", .isSample),
        ])
    }
}
