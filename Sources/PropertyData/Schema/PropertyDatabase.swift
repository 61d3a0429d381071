package import PostgresClient

/// The property tables of a database: schema, staging, merging.
package struct PropertyDatabase: Sendable {
    let client: PostgresClient

    /// Uses a client's database.
    package init(client: PostgresClient) {
        self.client = client
    }

    /// Brings the schema up to date and fills in counties and use codes; any number of processes may do so at once.
    package func prepare() async throws {
        try await client.migrate(PropertySchema.migrations)
        try await client.withTransaction { connection in
            try await connection.execute(
                """
                INSERT INTO counties (co_no, name, fips, alphabetical_code)
                SELECT * FROM unnest($1::smallint[], $2, $3::integer[], $4::smallint[])
                ON CONFLICT (co_no) DO NOTHING
                """,
                [
                    .intArray(County.all.map(\.number)), .textArray(County.all.map(\.name)),
                    .intArray(County.all.map(\.fips)), .intArray(County.all.map(\.alphabeticalCode)),
                ]
            )
            try await connection.execute(
                """
                INSERT INTO use_codes (code, category, title, is_vacant)
                SELECT code, category, title, vacant = 't' FROM unnest($1, $2, $3, $4) AS u (code, category, title, vacant)
                ON CONFLICT (code) DO NOTHING
                """,
                [
                    .textArray(UseCode.all.map(\.code)), .textArray(UseCode.all.map(\.category)),
                    .textArray(UseCode.all.map(\.title)), .textArray(UseCode.all.map { $0.isVacant ? "t" : "f" }),
                ]
            )
        }
    }
}
