import Foundation
import JobModel
import PostgresClient
import PropertyData

/// What the configured sources offer that is not loaded.
///
/// A folder is listed; the built-in sample offers what the calendar says; the Department's portal has no listing, so that
/// what is due by its calendar stands for it, and the offer says so.
struct SourceOffers: SearchPlace {
    let kind = SearchKind.offer
    let environment: AgentEnvironment

    func candidates(for query: SearchQuery) async throws -> [SearchCandidate] {
        guard let postgres = environment.postgres else {
            throw SearchUnavailable(reason: "this agent has no database that says what is loaded")
        }
        return try await rolls(postgres) + register(postgres)
    }

    /// What can be said of the sources themselves.
    var notes: [String] {
        var notes: [String] = []
        if isRemote(environment.floridaSource) {
            notes.append("the tax rolls' source cannot be listed: what is due by the Department's calendar is shown")
        }
        if !environment.sunbizSource.isEmpty, folder(environment.sunbizSource) == nil {
            notes.append("the SunBiz source is not a folder of this machine and is not listed")
        }
        return notes
    }

    private func isRemote(_ source: String) -> Bool { source.lowercased().hasPrefix("http") }

    private func folder(_ source: String) -> String? {
        guard source.lowercased().hasPrefix("file:") else { return nil }
        let path = String(source.dropFirst(5))
        return (path.hasPrefix("//") ? String(path.dropFirst(2)) : path).removingPercentEncoding ?? path
    }

    private func rolls(_ postgres: PostgresClient) async throws -> [SearchCandidate] {
        let isSample = environment.floridaSource.isEmpty || environment.floridaSource == "sample"
        let rows = try await postgres.query(
            "SELECT DISTINCT dataset, co_no, roll, year FROM source_files WHERE status = 'loaded' AND ($1 OR NOT is_sample)",
            [.bool(isSample)]
        )
        var loaded: Set<RollIdentity> = []
        for row in rows {
            guard let dataset = Dataset(rawValue: try row.decode("dataset")),
                let roll = Roll(rawValue: try row.decode("roll")),
                let county = try? County(number: try row.decode("co_no"))
            else { continue }
            loaded.insert(RollIdentity(dataset: dataset, county: county, roll: roll, year: try row.decode("year")))
        }
        if let folder = folder(environment.floridaSource) {
            do throws(PropertyDataError) {
                return try FolderSource(path: folder).files().filter { !loaded.contains($0.name.identity) }.map {
                    file in
                    offer(file.name.identity, file: file.path, origin: "in the folder \(folder)")
                }
            } catch {
                throw SearchUnavailable(reason: error.message)
            }
        }
        let origin = isSample ? "of the built-in sample" : "due by the Department's calendar"
        return due().filter { !loaded.contains($0) }.map { identity in
            offer(identity, file: TaxRollFileName(identity: identity, submission: 1).zip, origin: origin)
        }
    }

    /// The rolls of the last year by the Department's calendar.
    private func due() -> [RollIdentity] {
        let days = Int((environment.now().timeIntervalSince1970 / 86_400).rounded(.down))
        let today = CalendarDate(daysSince1970: days)
        return RollCalendar.due(from: CalendarDate(daysSince1970: days - 366), through: today).flatMap { roll, year in
            County.all.flatMap { county in
                Dataset.allCases.map { RollIdentity(dataset: $0, county: county, roll: roll, year: year) }
            }
        }
    }

    private func offer(_ identity: RollIdentity, file: String, origin: String) -> SearchCandidate {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        return SearchCandidate(
            kind: .offer,
            name: name,
            title: "\(identity.dataset.rawValue) of \(identity.county.name) \(identity.year), "
                + "\(identity.roll.word.lowercased()), not loaded",
            keywords: "\(RollWords.meaning(of: identity.dataset.rawValue)) \(origin)",
            facts: [
                "origin": origin, "county": identity.county.name, "dataset": identity.dataset.rawValue,
                "year": String(identity.year), "roll": identity.roll.rawValue,
            ]
        )
    }

    private func register(_ postgres: PostgresClient) async throws -> [SearchCandidate] {
        guard let folder = folder(environment.sunbizSource) else { return [] }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw SearchUnavailable(reason: "the SunBiz source's folder cannot be read")
        }
        let rows = try await postgres.query("SELECT name FROM sunbiz_files")
        let loaded = Set(try rows.map { try $0.decode("name", as: String.self) })
        return names.sorted().compactMap(SunBizFileName.init(parsing:)).filter { !loaded.contains($0.text) }.map {
            file in
            SearchCandidate(
                kind: .offer,
                name: file.text,
                title: "SunBiz \(file.kind.rawValue), not loaded",
                keywords: "sunbiz division corporations in the folder \(folder)",
                facts: ["origin": "in the folder \(folder)"]
            )
        }
    }
}
