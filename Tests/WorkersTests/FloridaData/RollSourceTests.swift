import Foundation
import JobQueue
import PropertyData
import Testing

@testable import Workers

@Suite("The source of rolls")
struct RollSourceTests {
    @Test(
        "is read in every form",
        arguments: [
            ("", .sample), ("sample", .sample), ("file:/data/rolls", .folder("/data/rolls")),
            ("file:///data/my%20rolls", .folder("/data/my rolls")), ("file://localhost/data", .folder("/data")),
            ("https://mirror.example/rolls/", .portal("https://mirror.example/rolls")),
            ("https://floridarevenue.com", .portal(PortalURL.base)),
            ("https://floridarevenue.com/", .portal(PortalURL.base)),
            ("http://127.0.0.1:8080/rolls", .portal("http://127.0.0.1:8080/rolls")),
            ("http://[::1]:8080", .portal("http://[::1]:8080")), ("http://localhost", .portal("http://localhost")),
        ] as [(String, RollSource)]
    )
    func forms(text: String, source: RollSource) throws {
        #expect(try RollSource(parsing: text) == source)
        // A later job can name it again.
        #expect(try RollSource(parsing: source.description) == source)
    }

    @Test(
        "is refused where it could be forged or leak a secret",
        arguments: [
            "http://127.0.0.1.example.com/x", "http://localhost.example.com", "http://example.com", "https://",
            "https:///x",
            "https://me:secret@example.com", "https://example.com/?sig=secret", "ftp://example.com", "file:", "/data",
        ]
    )
    func refused(text: String) {
        let failure = #expect(throws: JobFailure.self) { try RollSource(parsing: text) }
        #expect(failure?.code == "invalid_source")
        #expect(failure?.field == "source")
        #expect(failure?.message.contains("secret") == false)
    }
}
