import JobModel
import Orchestrator
import Testing

@Suite("The states of an operation")
struct OperationStateTests {
    @Test("an end is reached from every state, and only a failure is left again, by a retry")
    func ends() {
        for state in OperationState.allCases where !state.isTerminal {
            var reached: Set<OperationState> = [state]
            var open = [state]
            while let next = open.popLast() {
                for successor in next.successors where reached.insert(successor).inserted { open.append(successor) }
            }
            #expect(reached.isSuperset(of: [.completed, .failed, .cancelled]), "\(state)")
        }
        #expect(OperationState.completed.successors.isEmpty)
        #expect(OperationState.cancelled.successors.isEmpty)
        #expect(OperationState.failed.successors == [.planning, .executing])
    }

    @Test("the diagram draws every transition of the table")
    func diagram() {
        let lines = OperationState.mermaid.split(separator: "\n").map(String.init)
        for state in OperationState.allCases where state != .idle {
            for next in state.successors { #expect(lines.contains("    \(state) --> \(next)")) }
        }
    }
}

@Suite("An operation's request")
struct OperationRequestTests {
    private let types = ["data_pipeline"]

    @Test(
        "every wrong field is named",
        arguments: [
            (#"{}"#, ["operation_type"]),
            (#"{"operation_type":"nonsense"}"#, ["operation_type"]),
            (#"{"operation_type":"data_pipeline","priority":11}"#, ["priority"]),
            (#"{"operation_type":"data_pipeline","priority":"high"}"#, ["priority"]),
            (#"{"operation_type":"data_pipeline","timeout_seconds":9}"#, ["timeout_seconds"]),
            (#"{"operation_type":"data_pipeline","timeout_seconds":3601}"#, ["timeout_seconds"]),
            (#"{"operation_type":"data_pipeline","parameters":[1]}"#, ["parameters"]),
            (#"{"operation_type":"data_pipeline","require_validation":"yes"}"#, ["require_validation"]),
            (#"{"operation_type":"data_pipeline","metadata":3}"#, ["metadata"]),
            (
                #"{"operation_type":7,"priorty":5,"timeout_seconds":0.5}"#,
                ["priorty", "operation_type", "timeout_seconds"]
            ),
            (#"[]"#, [""]),
        ]
    )
    func defects(body: String, fields: [String]) throws {
        let error = #expect(throws: RequestError.self) {
            try OperationRequest.parse(Array(body.utf8), types: types)
        }
        #expect(error?.isMalformedJSON == false)
        #expect(error?.defects.map(\.field) == fields)
    }

    @Test(
        "a body that is no JSON is told apart",
        arguments: ["", "<html></html>", #"{"operation_type":"#, "\u{feff}x"]
    )
    func malformed(body: String) {
        let error = #expect(throws: RequestError.self) { try OperationRequest.parse(Array(body.utf8), types: types) }
        #expect(error?.isMalformedJSON == true)
    }

    @Test("defaults are those of the API")
    func defaults() throws {
        let request = try OperationRequest.parse(Array(#"{"operation_type":"data_pipeline"}"#.utf8), types: types)
        #expect(request.priority == 5)
        #expect(request.timeoutSeconds == 300)
        #expect(request.requireValidation)
        #expect(request.parameters == .object([:]))
    }
}
