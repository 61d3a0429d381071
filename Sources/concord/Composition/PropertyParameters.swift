import JobModel
import Orchestrator
import PropertyData

/// The parameter types that property data adds to the plan templates.
enum PropertyParameters {
    /// Each by its name in a template.
    static let types: [String: PlanTemplates.ParameterType] = [
        "county": county,
        "dataset": dataset,
        "roll": roll,
        "validation_level": validationLevel,
    ]

    /// A county in any of the accepted schemes becomes its name in upper case.
    @Sendable private static func county(_ value: JSONValue) throws(JobFailure) -> JSONValue {
        do throws(PropertyDataError) {
            switch value {
            case .string(let text): return .string(try County(parsing: text).name.uppercased())
            case .integer(let code): return .string(try County(alphabeticalCode: code).name.uppercased())
            default: throw PropertyDataError(.unknownCounty, "a county is a name or a code")
            }
        } catch {
            throw JobFailure("unknown_county", error.message)
        }
    }

    @Sendable private static func dataset(_ value: JSONValue) throws(JobFailure) -> JSONValue {
        guard let dataset = value.string.flatMap(Dataset.init(parsing:)) else {
            throw mustBe(Dataset.allCases.map(\.rawValue))
        }
        return .string(dataset.rawValue)
    }

    @Sendable private static func roll(_ value: JSONValue) throws(JobFailure) -> JSONValue {
        let text = value.string?.lowercased()
        let roll = Roll.allCases.first { text == $0.rawValue.lowercased() || text == $0.word.lowercased() }
        guard let roll else { throw mustBe(Roll.allCases.flatMap { [$0.rawValue, $0.word] }) }
        return .string(roll.rawValue)
    }

    @Sendable private static func validationLevel(_ value: JSONValue) throws(JobFailure) -> JSONValue {
        guard let level = value.string.flatMap(ValidationLevel.init(rawValue:)) else {
            throw mustBe(ValidationLevel.allCases.map(\.rawValue))
        }
        return .string(level.rawValue)
    }

    private static func mustBe(_ words: [String]) -> JobFailure {
        JobFailure("invalid_parameters", "must be one of \(words.joined(separator: ", "))")
    }
}
