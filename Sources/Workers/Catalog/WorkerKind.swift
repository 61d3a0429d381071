package import JobQueue

/// A kind of worker: its queue's name, its port, its actions.
package struct WorkerKind: Sendable {
    /// The name of the queue that it consumes.
    package let name: QueueName
    /// The port of its HTTP server unless configured otherwise.
    package let port: Int
    let actions: @Sendable (WorkerEnvironment) -> [any Action]
}

extension WorkerKind {
    /// The Department of Revenue's tax rolls: from the source into the live tables.
    static let floridaData = WorkerKind(name: "florida_data", port: 8001) { environment in
        [
            DownloadRoll(environment: environment),
            ProcessRoll(environment: environment),
            UploadRoll(environment: environment),
            MonitorRolls(environment: environment),
            FillGaps(environment: environment),
        ]
    }

    /// Checks of rows, staged or given.
    static let dataQuality = WorkerKind(name: "data_quality", port: 8002) { environment in
        [
            DiscoverFields(environment: environment),
            CreateMapping(environment: environment),
            ValidateRows(environment: environment),
            SyncLive(environment: environment),
            LoadData(environment: environment),
        ]
    }

    /// The Division of Corporations' register.
    static let sunbiz = WorkerKind(name: "sunbiz", port: 8003) { environment in
        [
            SyncEntities(environment: environment),
            MonitorStatus(environment: environment),
            DashboardMetrics(environment: environment),
        ]
    }

    /// Which records are one entity, and who owns what.
    static let entityMatching = WorkerKind(name: "entity_matching", port: 8004) { environment in
        [
            MatchEntities(environment: environment),
            Deduplicate(environment: environment),
            LinkProperties(environment: environment),
        ]
    }
}
