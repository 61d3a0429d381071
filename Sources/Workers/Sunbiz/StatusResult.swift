import Foundation
import JobQueue
import PostgresClient
import PropertyData

/// What `monitor_status` found.
struct StatusResult: Encodable, Sendable {
    enum Status: String, Encodable, CaseIterable {
        /// Fresh, nothing waits, nothing failed.
        case healthy
        /// Fresh, but something waits or failed.
        case degraded
        /// Too old, or empty.
        case stale
    }

    let source: String
    let isSample: Bool
    let lastBusinessDay: CalendarDate
    var status = Status.stale
    var reasons: [String] = []
    var probe = Probe()
    /// The last daily file loaded.
    var lastFile: String?
    var lastFileDate: CalendarDate?
    var lastLoadedAt: Date?
    /// Business days since the last file's.
    var businessDaysBehind: Int?
    var filesLoaded = 0
    var backlog: Int?
    var recentFailures = 0

    init(source: SunBizSource, today: CalendarDate) {
        self.source = source.description
        isSample = source.isSample
        lastBusinessDay = StateCalendar.businessDay(before: today)
    }

    /// Reads what was loaded and what failed.
    mutating func readHistory(_ client: PostgresClient, isSample: Bool, window: Int) async throws {
        let last = try await client.query(
            """
            SELECT name, issued_on::text AS day, processed_at FROM sunbiz_files
            WHERE is_sample = $1 AND kind = 'corporations' ORDER BY issued_on DESC, processed_at DESC LIMIT 1
            """,
            [.bool(isSample)]
        )
        if let row = last.first {
            lastFile = try row.decode("name")
            lastFileDate = CalendarDate(iso: try row.decode("day", as: String.self))
            lastLoadedAt = try row.decode("processed_at")
            businessDaysBehind = lastFileDate.map {
                StateCalendar.businessDays(after: $0, through: lastBusinessDay)
            }
        }
        let counts = try await client.query(
            """
            SELECT (SELECT count(*) FROM sunbiz_files WHERE is_sample = $1) AS loaded,
                (SELECT count(DISTINCT f.name) FROM sunbiz_loads f WHERE f.status = 'failed' AND f.is_sample = $1
                    AND f.loaded_at > now() - make_interval(days => $2::integer)
                    AND NOT EXISTS (SELECT FROM sunbiz_loads l WHERE l.name = f.name AND l.status = 'loaded'
                        AND l.id > f.id)) AS failed
            """,
            [.bool(isSample), .int(window)]
        )
        filesLoaded = try counts.first?.decode("loaded") ?? 0
        recentFailures = try counts.first?.decode("failed") ?? 0
    }

    /// Sums up.
    mutating func judge(maximumDaysBehind: Int) {
        var isStale = false
        if let behind = businessDaysBehind, let lastFileDate {
            // The sample does not grow: its age says nothing.
            if !isSample, behind > maximumDaysBehind {
                isStale = true
                reasons.append("the last file is of \(lastFileDate), \(behind) business days behind \(lastBusinessDay)")
            }
        } else {
            isStale = true
            reasons.append("no file of entities was ever loaded")
        }
        if let failure = probe.failure { reasons.append("the source does not answer: \(failure)") }
        if let backlog, backlog > 0 { reasons.append("\(backlog) files wait at the source") }
        if recentFailures > 0 { reasons.append("\(recentFailures) files could not be loaded") }
        status = isStale ? .stale : reasons.isEmpty ? .healthy : .degraded
    }

    /// What the confidence rests on.
    var part: ConfidencePart {
        let checks = [probe.files != nil, lastFile != nil, backlog != nil, filesLoaded > 0 || recentFailures > 0]
        let answered = checks.count { $0 }
        return ConfidencePart(
            "checks_with_data",
            Double(answered) / Double(checks.count),
            basis: "\(answered) of \(checks.count) checks had data: connection, last file, backlog, history"
        )
    }

    private enum CodingKeys: String, CodingKey {
        case status, source, reasons, backlog, connection
        case isSample = "is_sample"
        case lastBusinessDay = "last_business_day"
        case lastFile = "last_file"
        case lastFileDate = "last_file_date"
        case lastLoadedAt = "last_loaded_at"
        case businessDaysBehind = "business_days_behind"
        case filesLoaded = "files_loaded"
        case recentFailures = "recent_failures"
    }

    private struct Connection: Encodable {
        let isReachable: Bool
        let milliseconds: Int?
        let filesOffered: Int?
        let failure: String?

        private enum CodingKeys: String, CodingKey {
            case milliseconds, failure
            case isReachable = "is_reachable"
            case filesOffered = "files_offered"
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encode(reasons, forKey: .reasons)
        try container.encode(source, forKey: .source)
        try container.encode(isSample, forKey: .isSample)
        try container.encode(lastBusinessDay, forKey: .lastBusinessDay)
        try container.encodeIfPresent(lastFile, forKey: .lastFile)
        try container.encodeIfPresent(lastFileDate, forKey: .lastFileDate)
        try container.encodeIfPresent(lastLoadedAt, forKey: .lastLoadedAt)
        try container.encodeIfPresent(businessDaysBehind, forKey: .businessDaysBehind)
        try container.encode(filesLoaded, forKey: .filesLoaded)
        try container.encodeIfPresent(backlog, forKey: .backlog)
        try container.encode(recentFailures, forKey: .recentFailures)
        let connection = Connection(
            isReachable: probe.files != nil,
            milliseconds: probe.milliseconds,
            filesOffered: probe.files?.count,
            failure: probe.failure
        )
        try container.encode(connection, forKey: .connection)
    }
}
