import Foundation
import JobQueue
import PostgresClient
import TestSupport
import Testing
import Workers

/// Holds docs/workers.md against the code, and against what the server saw.
@Suite("docs/workers.md", .postgresServer, .redisServer(), .timeLimit(.minutes(10)))
struct WorkersDocumentTests {
    @Test("has each action with its own parameters and result, under its worker's port")
    func schemas() throws {
        let table = try ActionTable()
        var known: Set<String> = []
        for kind in WorkerCatalog.kinds {
            #expect(table.ports[kind.name.rawValue] == kind.port)
            for action in WorkerCatalog.described[kind.name] ?? [] {
                let name = "\(kind.name.rawValue).\(action.name)"
                known.insert(name)
                let row = try #require(table.rows[name], "\(name) has no row")
                #expect(row.parameters == Set(action.parameters.properties.map(\.name)), "\(name)")
                #expect(row.result == Set(action.result.properties.map(\.name)), "\(name)")
            }
        }
        #expect(known.count == 25 && Set(table.rows.keys) == known)
    }

    @Test("names the tables that each action reads and writes, and what its confidence rests on, and no others")
    func tables() async throws {
        let table = try ActionTable()
        var seen: [String: TableTrace] = [:]
        var parts: [String: Set<String>] = [:]
        try await ActionWorld.run { world in
            for given in ActionCase.early + ActionCase.normal + ActionCase.further {
                let name = "\(given.worker.rawValue).\(given.action)"
                let row = try #require(table.rows[name])
                let parameters = given.parameters(world)
                let trace = try await TableTrace.of(world.client) { client in
                    var environment = world.workers.environment
                    environment.postgres = client
                    let outcome = try await TestWorkers(environment: environment)
                        .checked(given.worker, given.action, parameters)
                    parts[name, default: []].formUnion(outcome.parts.map(\.name))
                }
                let writes = trace.writes.subtracting(row.writes).subtracting(row.mayWrite)
                #expect(writes == [], "\(given) writes what the page does not say")
                let reads = trace.reads.subtracting(row.reads).subtracting(row.writes).subtracting(row.mayWrite)
                #expect(reads == [], "\(given) reads what the page does not say")
                seen[name, default: TableTrace()].reads.formUnion(trace.reads)
                seen[name, default: TableTrace()].writes.formUnion(trace.writes)
            }
        }
        let source = try Self.source()
        for (name, row) in table.rows {
            let trace = seen[name] ?? TableTrace()
            #expect(row.writes.subtracting(trace.writes).sorted() == [], "\(name) never writes these")
            #expect(row.reads.subtracting(trace.reads).sorted() == [], "\(name) never reads these")
            let found = parts[name] ?? []
            #expect(found.subtracting(row.confidence) == [], "\(name): parts that the page does not name")
            // Parts that only special cases have are at least in the code.
            let invented = row.confidence.subtracting(found).filter { !source.contains("\"\($0)\"") }
            #expect(invented == [], "\(name): parts that the code does not have")
        }
    }

    /// The workers' code.
    private static func source() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Sources/Workers").path
        let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return try files.filter { $0.hasSuffix(".swift") }
            .map { try String(contentsOfFile: "\(root)/\($0)", encoding: .utf8) }.joined()
    }
}
