package import JobModel
import JobQueue
import Yams

/// The types of operations that a deployment knows.
package struct PlanTemplates: Sendable {
    /// Turns one value of a parameter into its canonical form, or says why it is none.
    package typealias ParameterType = @Sendable (JSONValue) throws(JobFailure) -> JSONValue

    private var templates: [String: PlanTemplate] = [:]
    let types: [String: ParameterType]
    let threshold: Double

    /// The built-in templates.
    ///
    /// - Parameters:
    ///   - types: what the deployment's own parameter types accept.
    ///   - threshold: the confidence below which a step waits for a person, where its template does not say.
    /// - Throws: ``OrchestratorError`` `invalidTemplate`.
    package init(types: [String: ParameterType], threshold: Double) throws {
        self.types = types
        self.threshold = threshold
        for source in [PackageResources.data_pipeline_yaml] {
            try add(yaml: String(decoding: source, as: UTF8.self))
        }
    }

    /// The known types, in alphabetical order.
    package var operationTypes: [String] { templates.keys.sorted() }

    /// The template of a type.
    package subscript(type: String) -> PlanTemplate? { templates[type] }

    /// Adds a template or replaces the one of its type; it is checked first, and the error says where it is wrong.
    package mutating func add(yaml: String) throws {
        let template: PlanTemplate
        do {
            template = try YAMLDecoder().decode(PlanTemplate.self, from: yaml)
        } catch let error as DecodingError {
            let failure = JobFailure(decoding: error)
            throw OrchestratorError(.invalidTemplate, "\(failure.field ?? "the file"): \(failure.message)")
        } catch {
            throw OrchestratorError(.invalidTemplate, "the file is no YAML: \(error)")
        }
        try template.check(types: Set(types.keys))
        templates[template.operationType] = template
    }
}

extension PlanTemplate {
    /// References only to earlier steps and known variables, ids unique, fan-in that fits.
    func check(types: Set<String>) throws(OrchestratorError) {
        func invalid(_ place: String, _ why: String) -> OrchestratorError {
            OrchestratorError(.invalidTemplate, "\(operationType): \(place): \(why)")
        }
        for (name, parameter) in parameters
        where !types.union(["integer", "string", "boolean"]).contains(parameter.type) {
            throw invalid("parameters.\(name).type", "\(parameter.type) is no type of this deployment")
        }
        for (variable, list) in forEach ?? [:] where parameters[list]?.list != true {
            throw invalid("for_each.\(variable)", "\(list) is no list parameter")
        }
        if steps.isEmpty { throw invalid("steps", "a template has at least one step") }
        let variables = Set(parameters.keys).union((forEach ?? [:]).keys)
        var earlier: Set<String> = []
        for step in steps {
            let place = "steps.\(step.id)"
            if earlier.contains(step.id) { throw invalid(place, "two steps have this id") }
            let after = step.after ?? []
            for parent in after where !earlier.contains(parent) {
                throw invalid("\(place).after", "\(parent) is no earlier step")
            }
            if let need = step.need, !(1...max(1, after.count)).contains(need) {
                throw invalid("\(place).need", "must be from 1 to the number of steps that it waits for")
            }
            for text in step.parameters?.strings ?? [] {
                if text.hasPrefix("$"), !variables.contains(String(text.dropFirst())) {
                    throw invalid("\(place).parameters", "\(text) is no parameter or variable")
                }
                if let id = Self.stepID(in: text), !after.contains(id) {
                    throw invalid("\(place).parameters", "\(text) refers to a step that it does not wait for")
                }
            }
            earlier.insert(step.id)
        }
        for check in checks ?? [] {
            for text in check.left.strings + check.right.strings {
                if let id = Self.stepID(in: text), !earlier.contains(id) {
                    throw invalid("checks", "\(text) refers to no step")
                }
            }
        }
    }

    /// The id in a template reference `#id.path`.
    static func stepID(in text: String) -> String? {
        guard text.hasPrefix("#") else { return nil }
        return String(text.dropFirst().prefix { $0 != "." && $0 != "[" })
    }
}

extension JSONValue {
    /// Every string in the document.
    fileprivate var strings: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.strings)
        case .object(let members): members.values.flatMap(\.strings)
        case .null, .bool, .integer, .number: []
        }
    }
}
