import Foundation
import NIOCore
import NIOPosix
import PrivateServers
import TestSupport
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1)), .enabled("redis-server was built without TLS") { try await TLSFixture.isSupported() })
struct TLSTests {
    @Test(arguments: ["localhost", "127.0.0.1"])
    func `a server whose authority is trusted is spoken to, by name and by address`(host: String) async throws {
        try await TLSFixture.withServer(asksForCertificate: false) { port, files in
            let url = "rediss://\(host):\(port)/2?cacert=\(files.path("ca.crt"))"
            try await withClient(RedisConfiguration(url: url)) { (client) async throws in
                #expect(try await client.send(RedisCommand("SET", "a", "b")).string == "OK")
                let large = String(repeating: "x", count: 3 << 20)
                #expect(try await client.send(RedisCommand("ECHO", large)).string == large)
            }
        }
    }

    @Test func `a server with an unknown authority is refused at once`() async throws {
        try await TLSFixture.withServer(asksForCertificate: false) { port, _ in
            var configuration = try RedisConfiguration(url: "rediss://localhost:\(port)")
            configuration.connectTimeout = .seconds(300)
            try await withClient(configuration) { client in
                let error = await failure(client, "GET", "a", timeout: .seconds(300))
                #expect(error?.code == .tls)
                #expect(error?.isRetryable == false)
                #expect(error?.mayHaveExecuted == false)
            }
        }
    }

    @Test func `a client shows its certificate where the server asks for one`() async throws {
        try await TLSFixture.withServer(asksForCertificate: true) { port, files in
            let url = "rediss://localhost:\(port)?cacert=\(files.path("ca.crt"))"
            let certificate = "&cert=\(files.path("server.crt"))&key=\(files.path("server.key"))"
            try await withClient(RedisConfiguration(url: url + certificate)) { (client) async throws in
                #expect(try await client.send(RedisCommand("PING")).string == "PONG")
            }
            let error = try await withClient(RedisConfiguration(url: url)) { await failure($0, "GET", "a") }
            #expect(error?.code == .tls)
            #expect(error?.mayHaveExecuted == false)
        }
    }

    @Test func `files that cannot be read are a TLS error`() async throws {
        let configuration = try RedisConfiguration(url: "rediss://localhost:1?cacert=/nonexistent.pem")
        try await withClient(configuration) { client in
            #expect(await failure(client, "GET", "a")?.code == .tls)
        }
    }
}

/// Certificates made by openssl, and a redis-server that uses them.
struct TLSFixture {
    let folder: URL

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Whether redis-server knows TLS: told to listen nowhere, it says so, or that it does not know the directive.
    static func isSupported() async throws -> Bool {
        let output = try run(
            "redis-server",
            ["--port", "0", "--tls-port", "0"],
            in: FileManager.default.temporaryDirectory
        )
        return !output.contains("Bad directive")
    }

    static func withServer(
        asksForCertificate: Bool,
        _ body: (_ port: Int, TLSFixture) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("concord-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = TLSFixture(folder: folder)
        try files.makeCertificates()
        let port = try await freePort()
        let server = try await PrivateRedis.start(settings: [
            "tls-port": "\(port)", "tls-cert-file": files.path("server.crt"), "tls-key-file": files.path("server.key"),
            "tls-ca-cert-file": files.path("ca.crt"), "tls-auth-clients": asksForCertificate ? "yes" : "no",
        ])
        do {
            try await body(port, files)
            await server.terminate()
        } catch {
            await server.terminate()
            throw error
        }
    }

    private func makeCertificates() throws {
        try "subjectAltName=DNS:localhost,IP:127.0.0.1\n"
            .write(to: folder.appendingPathComponent("names"), atomically: true, encoding: .utf8)
        let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        let authority = ["req", "-x509", "-subj", "/CN=Concord test authority", "-days", "2"]
        _ = try Self.run("openssl", authority + newKey + ["-keyout", "ca.key", "-out", "ca.crt"], in: folder)
        let request = ["req", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"]
        _ = try Self.run("openssl", request + newKey, in: folder)
        let signing = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"]
        _ = try Self.run("openssl", ["x509", "-req", "-in", "server.csr", "-out", "server.crt"] + signing, in: folder)
    }

    private static func freePort() async throws -> Int {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(listener.localAddress?.port)
        try await listener.close().get()
        return port
    }

    /// Runs a program to its end and returns what it printed.
    @discardableResult
    private static func run(_ program: String, _ arguments: [String], in folder: URL) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.currentDirectoryURL = folder
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }
}
