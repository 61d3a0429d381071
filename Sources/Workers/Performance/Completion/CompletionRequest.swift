import Foundation
import JobQueue
import PropertyData

/// What should be loaded, as a job's parameters ask for it.
struct CompletionRequest: Sendable {
    let calendar: CompletionCalendar
    let year: Int
    let datasets: [Dataset]
    let counties: [County]
    /// The rolls of the year that are due.
    let due: [CompletionCalendar.Due]

    init(_ parameters: TrackCompletion.Parameters) throws(JobFailure) {
        if let text = parameters.asOf {
            guard let day = CompletionCalendar.day(text) else {
                throw JobFailure("invalid_date", "a day is written as 2025-11-22", field: "as_of")
            }
            calendar = CompletionCalendar(today: day)
        } else {
            calendar = CompletionCalendar(today: Date())
        }
        if let year = parameters.year, !(2000...2100).contains(year) {
            throw JobFailure("invalid_year", "the year is from 2000 to 2100", field: "year")
        }
        year = parameters.year ?? calendar.newestYear
        var datasets: [Dataset] = []
        for (index, name) in (parameters.datasets ?? []).enumerated() {
            guard let dataset = Dataset(parsing: name) else {
                throw JobFailure("unknown_dataset", "it is none of NAL, SDF and NAP", field: "datasets[\(index)]")
            }
            if !datasets.contains(dataset) { datasets.append(dataset) }
        }
        self.datasets = datasets.isEmpty ? Dataset.allCases : datasets
        var counties: Set<County> = []
        for (index, code) in (parameters.counties ?? []).enumerated() {
            do throws(PropertyDataError) {
                counties.insert(try County(parsing: code.text))
            } catch {
                throw JobFailure("unknown_county", error.message, field: "counties[\(index)]")
            }
        }
        self.counties = counties.isEmpty ? County.all : counties.sorted()
        due = calendar.due(year: year)
    }
}
