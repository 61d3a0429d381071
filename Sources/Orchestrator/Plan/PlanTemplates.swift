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

    let auditRate: Double

    /// The built-in templates.
    ///
    /// - Parameters:
    ///   - types: what the deployment's own parameter types accept.
    ///   - threshold: the confidence below which a step waits for a person, where its template does not say.
    ///   - auditRate: the share of confident results that a person looks at, where the template does not say.
    /// - Throws: ``OrchestratorError`` `invalidTemplate`.
    package init(types: [String: ParameterType], threshold: Double, auditRate: Double = 0) throws {
        self.types = types
        self.threshold = threshold
        self.auditRate = auditRate
        for source in [
            PackageResources.ai_inference_yaml, PackageResources.data_pipeline_yaml,
            PackageResources.data_validation_yaml, PackageResources.entity_sync_yaml,
            PackageResources.performance_check_yaml,
        ] {
            try add(yaml: String(decoding: source, as: UTF8.self))
        }
    }

    /// The known types, in alphabetical order.
    package var operationTypes: [String] { (templates.keys + [PlanTemplate.custom]).sorted() }

    /// The template of a type; nil for an unknown one, and for `custom`, whose steps stand in the request.
    package subscript(type: String) -> PlanTemplate? { templates[type] }

    /// Adds a template or replaces the one of its type; it is checked first, and the error says where it is wrong.
    package mutating func add(yaml: String) throws(OrchestratorError) {
        let document: JSONValue
        do {
            document = try YAMLDecoder().decode(JSONValue.self, from: yaml)
        } catch {
            throw OrchestratorError(.invalidTemplate, "it is no YAML: \(error)")
        }
        let template: PlanTemplate
        var defects = PlanTemplate.schema.defects(in: document)
        do {
            if !defects.isEmpty { throw OrchestratorError(.invalidTemplate, Self.explanation(document, defects)) }
            template = try document.decode(PlanTemplate.self)
        } catch let error as OrchestratorError {
            throw error
        } catch {
            throw OrchestratorError(.invalidTemplate, "it cannot be read: \(error)")
        }
        defects = template.defects(types: Set(types.keys))
        if template.operationType == PlanTemplate.custom {
            defects.append(FieldDefect("operation_type", "custom is the type of operations that bring their own steps"))
        }
        if !defects.isEmpty { throw OrchestratorError(.invalidTemplate, Self.explanation(document, defects)) }
        templates[template.operationType] = template
    }

    private static func explanation(_ document: JSONValue, _ defects: [FieldDefect]) -> String {
        let type = document["operation_type"]?.string.map { "\($0): " } ?? ""
        return type + defects.map(\.description).joined(separator: "; ")
    }
}
