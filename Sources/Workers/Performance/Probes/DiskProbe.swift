import Glibc

/// The disk of the work folder: space and file entries.
struct DiskProbe: HealthProbe {
    let component = "disk"
    let folder: String
    let thresholds: HealthThresholds

    func look() async throws -> [HealthFinding] {
        guard let usage = DiskUsage(of: folder) else {
            return [finding("work folder", .critical, "the work folder cannot be looked at (errno \(errno))")]
        }
        return [use("space", usage.spaceShare), use("file entries", usage.entryShare)]
    }

    private func use(_ subject: String, _ share: Double) -> HealthFinding {
        finding(
            subject,
            HealthStatus(share, warning: thresholds.diskWarningShare, critical: thresholds.diskCriticalShare),
            "\(Measured.percent(share)) used",
            value: share,
            threshold: thresholds.diskWarningShare,
            unit: "share"
        )
    }
}

/// How full a file system is.
struct DiskUsage: Sendable {
    /// The share of the space that is used, as `df` counts it: what only root may use is not free.
    let spaceShare: Double
    /// The share of the file entries; 0 on systems that have no fixed number.
    let entryShare: Double

    /// Asks the file system of a path (statvfs(3)); nil where it cannot be.
    init?(of path: String) {
        var status = statvfs()
        guard statvfs(path, &status) == 0, status.f_blocks > 0 else { return nil }
        let used = Double(status.f_blocks - status.f_bfree)
        spaceShare = used / max(1, used + Double(status.f_bavail))
        entryShare = status.f_files == 0 ? 0 : Double(status.f_files - status.f_ffree) / Double(status.f_files)
    }
}
