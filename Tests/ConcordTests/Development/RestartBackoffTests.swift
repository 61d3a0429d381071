import Foundation
import Testing

@testable import concord

@Suite("A process that ends by itself")
struct RestartBackoffTests {
    @Test("is started again after a wait that doubles to a limit, and begins anew after a long life")
    func backoff() {
        var backoff = RestartBackoff()
        let waits = (0..<8).map { _ in backoff.delay(afterLife: .seconds(1)) }
        #expect(waits.prefix(5) == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8)])
        #expect(waits.suffix(3).allSatisfy { $0 == .seconds(15) })
        #expect(backoff.delay(afterLife: .seconds(31)) == .milliseconds(500))
    }

    @Test("one folder has one concord dev, and a dead one's file keeps nobody out")
    func lock() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).pid").path
        try "999999\n".write(toFile: path, atomically: true, encoding: .utf8)
        let lock = try ProcessLock(path: path)
        let error = try #require(throws: CommandFailure.self) { try ProcessLock(path: path) }
        #expect(error.message.contains(String(ProcessInfo.processInfo.processIdentifier)))
        lock.release()
        #expect(!FileManager.default.fileExists(atPath: path))
        try ProcessLock(path: path).release()
    }
}
