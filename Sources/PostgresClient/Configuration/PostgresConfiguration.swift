/// Where the database is and how the client uses it.
package struct PostgresConfiguration: Sendable {
    /// The most sessions that are open at a time.
    package var maximumConnections = 8
    /// How long a task waits for a free session.
    package var acquireTimeout: Duration = .seconds(30)
    /// How many tasks may wait for a free session; the next one is refused at once.
    package var maximumWaiting = 1_000
    /// How long the opening of a session may take.
    package var connectTimeout: Duration = .seconds(10)
    /// How long a query may run before the client cancels it on the server; nil for no limit.
    ///
    /// COPY and migrations have none.
    package var statementTimeout: Duration?
    /// The name shown in `pg_stat_activity`.
    package var applicationName = "concord"
    /// The parameters of the address, as libpq reads them.
    let parameters: [String: String]

    /// Reads an address: `postgres://user:password@host:port/database?sslmode=require`, or libpq's `key=value` form.
    package init(url: String) throws(PostgresError) {
        parameters = try ConnectionString.parse(url)
    }

    /// Host, port and database, for logs and errors.
    package var endpoint: String {
        let host = parameters["host"] ?? parameters["hostaddr"] ?? "local socket"
        return "\(host):\(parameters["port"] ?? "5432")/\(parameters["dbname"] ?? parameters["user"] ?? "")"
    }

    /// Everything that a new session is opened with.
    ///
    /// Keep-alives make a session whose server's host vanished end after a minute, not after hours. The date style is
    /// the one that the decoders read.
    var sessionParameters: [String: String] {
        let ours = [
            "client_encoding": "UTF8",
            "application_name": applicationName,
            "connect_timeout": String(max(2, connectTimeout.components.seconds)),
            "keepalives_idle": "30",
            "keepalives_interval": "10",
            "keepalives_count": "3",
            "tcp_user_timeout": "60000",
        ]
        var all = ours.merging(parameters) { $1 }
        all["options"] = [parameters["options"], "-c DateStyle=ISO -c TimeZone=UTC"].compactMap(\.self)
            .joined(separator: " ")
        return all
    }
}
