import JobQueue
import PostgresClient
import PropertyData

extension JobFailure {
    /// Runs the body and turns the errors of the modules below into failures that say whether another attempt may help.
    ///
    /// A cancellation stays one: the queue knows why it asked for it.
    static func naming<R>(_ body: () async throws -> R) async throws -> R {
        do {
            return try await body()
        } catch let error as PropertyDataError {
            throw JobFailure(error)
        } catch let error as PostgresError {
            try Task.checkCancellation()
            throw JobFailure(error)
        }
    }

    /// A refused file or load: the same file is refused again, so that only a broken disk is worth another attempt.
    init(_ error: PropertyDataError) {
        let place = [error.file, error.line.map { "line \($0)" }].compactMap(\.self).joined(separator: ", ")
        self.init(
            Self.word(error.code.rawValue),
            place.isEmpty ? error.message : "\(place): \(error.message)",
            field: error.code == .unknownCounty ? "county" : nil,
            isRetryable: error.code == .inputOutput
        )
    }

    /// A failed call of the database.
    ///
    /// A commit whose end is unknown is tried again too: every write here may be repeated.
    init(_ error: PostgresError) {
        let isOutage = error.isRetryable || error.code == .commitUnknown
        self.init(
            isOutage ? "database_unavailable" : "database_error",
            error.description,
            isRetryable: isOutage
        )
    }

    /// `htmlPage` as `html_page`.
    private static func word(_ name: String) -> String {
        name.reduce(into: "") { word, character in
            if character.isUppercase { word += "_" }
            word += character.lowercased()
        }
    }
}
