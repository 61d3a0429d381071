import JobModel
import JobQueue
import Testing
@testable import Workers

/// Parameters that no action can use, made from what each declares.
@Suite("Bad parameters of every action", .timeLimit(.minutes(2)))
struct BadParameterTests {
    /// A value that occurs in no message, since the values of parameters may name persons.
    private static let secret = "ZYXWV-NOBODY"

    private static let actions: [(worker: QueueName, described: ActionDescription)] =
        WorkerCatalog.kinds.flatMap { kind in
            (WorkerCatalog.described[kind.name] ?? []).map { (kind.name, $0) }
        }

    /// A value that a schema accepts.
    private static func sample(_ schema: JSONSchema) -> JSONValue {
        if let choice = schema.choices.first { return choice }
        switch schema.kinds.first {
        case .object:
            let required = schema.properties.filter(\.isRequired)
            return .object(Dictionary(required.map { ($0.name, sample($0.schema)) }) { first, _ in first })
        case .array: return .array([])
        case .integer: return .integer(Int(schema.minimum ?? 1))
        case .number: return .number(schema.minimum ?? 1)
        case .boolean: return true
        default: return .string(String(repeating: "x", count: max(1, Int(schema.minimum ?? 1))))
        }
    }

    /// Values that a schema refuses.
    private static func refused(_ schema: JSONSchema) -> [JSONValue] {
        var values: [JSONValue] = []
        let others: [(JSONSchema.Kind, JSONValue)] = [
            (.boolean, true), (.object, [secret: .string(secret)]), (.array, [.string(secret)]),
            (.string, .string(secret)),
        ]
        if !schema.kinds.isEmpty {
            values += others.filter { !schema.kinds.contains($0.0) }.map(\.1)
        }
        if !schema.choices.isEmpty { values.append(.string(secret)) }
        if schema.kinds.contains(.integer) || schema.kinds.contains(.number) {
            if let minimum = schema.minimum { values.append(.number(minimum - 1)) }
            if let maximum = schema.maximum { values.append(.number(maximum + 1)) }
        }
        if schema.kinds == [.string], let maximum = schema.maximum {
            values.append(.string(String(repeating: "x", count: Int(maximum) + 1)))
        }
        return values
    }

    private func expectRefusal(
        _ workers: TestWorkers,
        _ action: (worker: QueueName, described: ActionDescription),
        _ parameters: JSONValue,
        at field: String
    ) async throws {
        let failure = try await workers.failure(action.worker, action.described.name, parameters)
        let place = "\(action.worker.rawValue).\(action.described.name) \(field)"
        #expect(failure.code == "invalid_parameters", "\(place)")
        #expect(failure.field?.hasPrefix(field) == true, "\(place): \(failure.field ?? "no field")")
        #expect(!failure.message.isEmpty && !failure.message.contains(Self.secret), "\(place)")
        #expect(!failure.isRetryable, "\(place)")
    }

    @Test("a value of the wrong type, outside of its range or its choices is refused by the parameter's name")
    func values() async throws {
        try await TestWorkers.run { workers in
            var checked = 0
            for action in Self.actions {
                let schema = action.described.parameters
                guard case .object(let good) = Self.sample(schema) else { continue }
                for property in schema.properties {
                    for value in Self.refused(property.schema) {
                        let parameters = JSONValue.object(good.merging([property.name: value]) { $1 })
                        try await expectRefusal(workers, action, parameters, at: property.name)
                        checked += 1
                    }
                }
            }
            // Every action but those that take nothing but lists of anything has several.
            #expect(checked > 250)
        }
    }

    @Test("a missing parameter and an unknown one are refused by name")
    func names() async throws {
        try await TestWorkers.run { workers in
            for action in Self.actions {
                let schema = action.described.parameters
                guard case .object(let good) = Self.sample(schema) else { continue }
                for property in schema.properties where property.isRequired {
                    var parameters = good
                    parameters[property.name] = nil
                    try await expectRefusal(workers, action, .object(parameters), at: property.name)
                }
                let unknown = JSONValue.object(good.merging(["nonesuch": .string(Self.secret)]) { $1 })
                try await expectRefusal(workers, action, unknown, at: "nonesuch")
            }
        }
    }
}
