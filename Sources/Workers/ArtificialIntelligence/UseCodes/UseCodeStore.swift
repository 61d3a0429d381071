import JobQueue
import PostgresClient

/// Keeps assignments, and what was measured of the classifier behind them.
struct UseCodeStore {
    let client: PostgresClient

    /// Stores a run under its key, in the place of an earlier one.
    func record(_ assignments: [UseCodeAssignment], _ quality: ClassifierQuality?, runKey: String) async throws {
        let coded = assignments.filter { $0.code != nil }
        let measured = try quality.map { String(decoding: try JSONCoding.encode($0), as: UTF8.self) }
        try await client.withTransaction { connection in
            try await connection.execute("DELETE FROM use_code_assignments WHERE run_key = $1", [.text(runKey)])
            try await connection.execute("DELETE FROM use_code_models WHERE run_key = $1", [.text(runKey)])
            if let quality, let measured {
                try await connection.execute(
                    """
                    INSERT INTO use_code_models (run_key, rows, classes, accuracy, calibration_error, measured)
                    VALUES ($1, $2, $3, $4, $5, $6)
                    """,
                    [
                        .text(runKey), .int(quality.rows), .int(quality.classes), .double(quality.accuracy),
                        .double(quality.calibrationError), .json(measured),
                    ]
                )
            }
            try await connection.execute(
                """
                INSERT INTO use_code_assignments (run_key, co_no, asmnt_yr, parcel_id, code, source, confidence)
                SELECT $1, co_no, year, parcel, code, source, confidence::float8
                FROM unnest($2, $3, $4, $5, $6, $7) AS a (co_no, year, parcel, code, source, confidence)
                ON CONFLICT (run_key, co_no, asmnt_yr, parcel_id) DO NOTHING
                """,
                [
                    .text(runKey), .intArray(coded.map(\.county.dorNumber)), .intArray(coded.map(\.year)),
                    .textArray(coded.map(\.parcelID)), .textArray(coded.map(\.code)),
                    .textArray(coded.map(\.source.rawValue)), .textArray(coded.map { String($0.confidence) }),
                ]
            )
        }
    }
}

extension KnownParcel {
    /// County and number, by which parcels of one year are told apart.
    var key: String { "\(county) \(id)" }

    /// Reads a parcel of a job's parameters; fields that are null count as not given.
    init(given fields: [String: JSONValue], at path: String) throws(JobFailure) {
        var texts: [String: String] = [:]
        for (name, value) in fields {
            let text = value.string ?? value.int.map { String($0) } ?? value.double.map { String($0) }
            if let text, !text.isEmpty { texts[name.uppercased()] = text }
        }
        guard let id = texts["PARCEL_ID"] else {
            throw JobFailure("invalid_parameters", "a parcel has a PARCEL_ID", field: "\(path).PARCEL_ID")
        }
        guard let county = texts["CO_NO"].flatMap({ Int($0) }), (11...77).contains(county) else {
            throw JobFailure(
                "invalid_parameters",
                "a parcel has the Department's number of its county, 11 to 77",
                field: "\(path).CO_NO"
            )
        }
        self.init(county: county, year: texts["ASMNT_YR"].flatMap { Int($0) } ?? 0, id: id, fields: texts)
    }
}
