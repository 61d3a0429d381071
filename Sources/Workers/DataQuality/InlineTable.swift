import Foundation
import JobQueue
import PropertyData

/// Rows given in a job's parameters, checked as a file of theirs would be.
struct InlineTable {
    let dataset: Dataset
    let rows: [[String: JSONValue]]
    /// Fields that the rows cannot have: they are filled with what breaks no rule, and the rules about them are skipped.
    var absentFields: Set<String> = []
    /// Whether no rows are fine: then there is nothing that could be wrong.
    var allowsEmpty = false

    /// Checks all rows; a field that a row does not name is blank.
    func check(
        _ level: ValidationLevel,
        rules: RuleSet?,
        in folder: String,
        _ progress: @escaping ProgressReport
    ) async throws -> QualityCheck {
        guard allowsEmpty || !rows.isEmpty else {
            throw JobFailure("empty_data", "there are no rows to check", field: "data")
        }
        let layout = FileLayout.of(dataset)
        let identity = identity(layout)
        let path = "\(folder)/\(TaxRollFileName(identity: identity, submission: 1).csv)"
        do {
            try Data(try table(layout).utf8).write(to: URL(filePath: path))
        } catch let failure as JobFailure {
            throw failure
        } catch {
            throw JobFailure("work_folder_unusable", "\(path) cannot be written", isRetryable: true)
        }
        let report = try await TaxRollFile(path: path, expecting: identity)
            .validate(level: level, additional: rules, encoding: .utf8, progress: progress)
        // The header is line 1, so that the first row is on line 2.
        return QualityCheck(report: report, absentFields: absentFields, allowsEmpty: allowsEmpty, rowNumber: { $0 - 1 })
    }

    /// County and year of the first row that has them: all rows must be of one file.
    private func identity(_ layout: FileLayout) -> RollIdentity {
        let first = rows.lazy.compactMap { row -> (County, Int)? in
            var values: [String: JSONValue] = [:]
            for (name, value) in row { layout.index(of: name).map { values[layout.fields[$0].name] = value } }
            guard let number = Self.number(values["CO_NO"]), let county = try? County(number: number),
                let year = Self.number(values["ASMNT_YR"]), (1000...9999).contains(year)
            else { return nil }
            return (county, year)
        }.first
        // Without them the rows fail the rules about county and year, whatever the file's name says.
        let (county, year) = first ?? (County.all[0], 2000)
        return RollIdentity(dataset: dataset, county: county, roll: .preliminary, year: year)
    }

    private static func number(_ value: JSONValue?) -> Int? { value?.int ?? value?.string.flatMap { Int($0) } }

    /// The rows as CSV under the layout's header, with unknown fields behind it.
    private func table(_ layout: FileLayout) throws(JobFailure) -> String {
        let unknown = Set(rows.flatMap(\.keys)).filter { layout.index(of: $0) == nil }.sorted()
        var text = (layout.fields.map(\.name) + unknown.map(Self.cell)).joined(separator: ",") + "\n"
        for (index, row) in rows.enumerated() {
            var cells = [String](repeating: "", count: layout.fields.count + unknown.count)
            for field in layout.fields where absentFields.contains(field.name) {
                cells[field.position - 1] = Self.cell(Self.filler(field, row: index + 1))
            }
            for (name, value) in row {
                let place = layout.index(of: name) ?? layout.fields.count + (unknown.firstIndex(of: name) ?? 0)
                cells[place] = Self.cell(try Self.text(value, row: index + 1, field: name))
            }
            text += cells.joined(separator: ",") + "\n"
        }
        return text
    }

    private static func filler(_ field: FieldDefinition, row: Int) -> String {
        field.domain?.values?.first ?? (field.kind.isNumber ? String(row) : "0")
    }

    static func text(_ value: JSONValue, row: Int, field: String) throws(JobFailure) -> String {
        switch value {
        case .null: return ""
        case .string(let text): return text
        case .integer(let number): return String(number)
        case .number(let number): return value.int.map(String.init) ?? String(number)
        case .bool, .array, .object:
            throw JobFailure(
                "invalid_parameters",
                "row \(row) has a value that is neither text nor number",
                field: "data[\(row - 1)].\(field)"
            )
        }
    }

    /// A cell of CSV; one line per row, so that lines count rows.
    static func cell(_ text: String) -> String {
        let line = text.map { $0.isNewline ? " " : String($0) }.joined()
        return line.isEmpty ? "" : "\"\(line.replacing("\"", with: "\"\""))\""
    }
}
