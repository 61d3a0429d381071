package import JobModel

/// What a schedule does and when: the part of it that a person writes.
package struct ScheduleDefinition: Hashable, Sendable {
    /// When it fires.
    package var timing: ScheduleTiming
    /// What becomes of missed times.
    package var catchUp: CatchUp
    /// What becomes of a time that comes while the last operation runs.
    package var overlap: OverlapPolicy
    /// The operation that it creates.
    package var request: OperationRequest

    package init(
        timing: ScheduleTiming,
        catchUp: CatchUp = .latest,
        overlap: OverlapPolicy = .skip,
        request: OperationRequest
    ) {
        self.timing = timing
        self.catchUp = catchUp
        self.overlap = overlap
        self.request = request
    }

    private enum Field: String, CaseIterable {
        case cron
        case timeZone = "time_zone"
        case catchUp = "catch_up"
        case overlap, operation
    }

    /// Reads a document and names every field that is wrong, missing or unknown, not only the first.
    ///
    /// The operation is checked as `POST /operations` checks its body, and further: it must be possible to plan it now,
    /// since nobody is there to read the error when it is created at night.
    ///
    /// - Throws: ``RequestError``; fields of the operation begin with `operation.`.
    package static func read(
        _ document: JSONValue,
        templates: PlanTemplates
    ) throws(RequestError) -> ScheduleDefinition {
        guard case .object(let members) = document else {
            throw RequestError(isMalformedJSON: false, defects: [FieldDefect("", "must be a JSON object")])
        }
        var defects = members.keys.sorted().filter { Field(rawValue: $0) == nil }.map {
            FieldDefect($0, "is unknown; known are \(Field.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let given = members.filter { $0.value != .null }
        func member(_ field: Field) -> JSONValue? { given[field.rawValue] }
        let timing = Self.timing(member(.cron), member(.timeZone), &defects)
        let catchUp = word(member(.catchUp), .catchUp, CatchUp.latest, &defects)
        let overlap = word(member(.overlap), .overlap, OverlapPolicy.skip, &defects)
        let request = request(member(.operation), templates, &defects)
        guard defects.isEmpty, let timing, let request else {
            throw RequestError(isMalformedJSON: false, defects: defects)
        }
        return ScheduleDefinition(timing: timing, catchUp: catchUp, overlap: overlap, request: request)
    }

    private static func timing(
        _ cron: JSONValue?,
        _ zone: JSONValue?,
        _ defects: inout [FieldDefect]
    ) -> ScheduleTiming? {
        // A field that is no text is reported once, and the other one is still looked at.
        if cron == nil { defects.append(FieldDefect(Field.cron.rawValue, "is missing")) }
        if let cron, cron.string == nil { defects.append(FieldDefect(Field.cron.rawValue, "must be a string")) }
        if let zone, zone.string == nil { defects.append(FieldDefect(Field.timeZone.rawValue, "must be a string")) }
        do throws(RequestError) {
            return try ScheduleTiming(
                cron: cron?.string ?? "@daily",
                timeZone: zone.map { $0.string ?? "UTC" } ?? "UTC"
            )
        } catch {
            defects += error.defects
            return nil
        }
    }

    private static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ value: JSONValue?,
        _ field: Field,
        _ standard: Word,
        _ defects: inout [FieldDefect]
    ) -> Word {
        guard let value else { return standard }
        if let word = value.string.flatMap(Word.init) { return word }
        let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
        defects.append(FieldDefect(field.rawValue, "must be one of \(words)"))
        return standard
    }

    private static func request(
        _ document: JSONValue?,
        _ templates: PlanTemplates,
        _ defects: inout [FieldDefect]
    ) -> OperationRequest? {
        let name = Field.operation.rawValue
        guard let document else {
            defects.append(FieldDefect(name, "is missing"))
            return nil
        }
        do {
            let request = try OperationRequest.read(document, types: templates.operationTypes)
            // A goal is planned by a language model, when the operation runs.
            let isGoal = request.operationType == PlanTemplate.custom && request.parameters["steps"] == nil
            if !isGoal || request.parameters["goal"] == nil { _ = try templates.plan(for: request) }
            return request
        } catch let error as RequestError {
            defects += error.defects.map { FieldDefect($0.field.isEmpty ? name : "\(name).\($0.field)", $0.message) }
        } catch let failure as JobFailure {
            defects.append(FieldDefect(failure.field.map { "\(name).\($0)" } ?? name, failure.message))
        } catch {
            defects.append(FieldDefect(name, "cannot be planned"))
        }
        return nil
    }
}
