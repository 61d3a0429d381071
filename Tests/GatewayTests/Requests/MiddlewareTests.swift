import HummingbirdTesting
import JobModel
import Logging
import PrivateServers
import Testing
import TestSupport

@testable import Gateway

@Suite(.redisServer(), .timeLimit(.minutes(1)))
struct MiddlewareTests {
    private static let job = #"{"queue":"q","action":"a"}"#

    @Test(
        "A page of another site changes nothing",
        arguments: [
            ["Origin": "https://evil.example"], ["Origin": "null"], ["Origin": "http://localhost:8001"],
            ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site", "Origin": "http://localhost"],
        ]
    )
    func refusesOthers(headers: [String: String]) async throws {
        try await GatewaySystem.test(.idle) { _, api in
            let answer = try await api.post("/jobs", Self.job, headers: headers)
            #expect(answer.status == 403)
            #expect(answer.problem == "cross-origin")
            #expect(try await api.get("/queues", headers: headers)["queues"] == [])
        }
    }

    @Test(
        "A page of this server, a program and a typed address are served",
        arguments: [[:], ["Origin": "http://localhost"], ["Sec-Fetch-Site": "same-origin"], ["Sec-Fetch-Site": "none"]]
    )
    func servesItself(headers: [String: String]) async throws {
        try await GatewaySystem.test(.idle) { _, api in
            let answer = try await api.post("/jobs", Self.job, headers: headers)
            #expect(answer.status == 202)
        }
    }

    @Test("Requests are logged at debug with their ids, without the query")
    func logs() async throws {
        let recorder = LogRecorder()
        var options = GatewaySystem.Options.idle
        options.logger = recorder.logger
        let answer = try await GatewaySystem.test(options) { _, api in try await api.get("/queues?secret=1") }
        let entry = try #require(recorder.entries.first { $0.message == "request answered" })
        #expect(entry.level == .debug)
        #expect(entry.metadata["http.path"] == "/queues")
        #expect(entry.metadata["http.status"] == "200")
        #expect(entry.metadata["request.id"] == answer.header("X-Request-ID"))
        #expect(!recorder.entries.contains { $0.level >= .error })
    }

    @Test(
        "An error of the server is logged at error with the request's id, and the caller sees only that",
        .redisServer()
    )
    func logsErrors() async throws {
        let server = try RedisServerTrait.server
        let recorder = LogRecorder()
        var options = GatewaySystem.Options.idle
        options.logger = recorder.logger
        let answer = try await GatewaySystem.test(options) { _, api in
            await server.kill()
            return try await api.get("/queues")
        }
        let entry = try #require(recorder.entries.first { $0.level == .error && $0.message == "request failed" })
        #expect(entry.metadata["request.id"] == answer["request_id"]?.string)
        #expect(entry.metadata["error"]?.contains("unreachable") == true)
        #expect(answer["detail"]?.string?.hasPrefix("Redis does not answer; ask again") == true)
    }
}
