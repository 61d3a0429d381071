import Foundation
import JobModel
import Orchestrator
import Testing

@testable import concord

@Suite("The deployment's own templates")
struct TemplateFolderTests {
    private func templates(_ yaml: String) throws -> PlanTemplates {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(yaml.utf8).write(to: folder.appending(path: "mine.yaml"))
        let overrides: [SettingKey: String] = [.templates: folder.path, .auditRate: "0.25"]
        return try Deployment(command: Settings(flags: overrides)).templates()
    }

    @Test("are added to the built-in ones, with the deployment's audit rate")
    func added() throws {
        let templates = try templates(
            "{ operation_type: mine, version: 1, parameters: {}, steps: [{ id: a, worker: sunbiz, action: monitor_status }] }"
        )
        #expect(templates.operationTypes.contains("mine") && templates.operationTypes.contains("data_pipeline"))
        let plan = try templates.plan(for: OperationRequest(operationType: "mine", parameters: [:]))
        #expect(plan.steps.map(\.auditRate) == [0.25])
    }

    @Test("that cannot work are refused with the file and the place")
    func refused() {
        let error = #expect(throws: SettingsError.self) {
            try templates("{ operation_type: mine, version: 1, parameters: {}, steps: [{ id: a, worker: sunbiz }] }")
        }
        #expect(error.map { "\($0)".contains("mine.yaml") && "\($0)".contains("steps[0].action") } == true)
    }
}
