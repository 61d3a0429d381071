import Testing

@testable import RedisClient

@Suite struct RedisURLTests {
    struct Expected: Sendable {
        var endpoint: RedisConfiguration.Endpoint
        var user: String?
        var password: String?
        var database = 0
        var tls: RedisConfiguration.TLS?
    }

    @Test(arguments: [
        ("redis://localhost", Expected(endpoint: .tcp(host: "localhost", port: 6379))),
        ("REDIS://localhost:7000/", Expected(endpoint: .tcp(host: "localhost", port: 7000))),
        ("redis://10.0.0.1:7000/3", Expected(endpoint: .tcp(host: "10.0.0.1", port: 7000), database: 3)),
        ("redis://h?db=4", Expected(endpoint: .tcp(host: "h", port: 6379), database: 4)),
        ("redis://[::1]", Expected(endpoint: .tcp(host: "::1", port: 6379))),
        ("redis://[fe80::1]:1/2", Expected(endpoint: .tcp(host: "fe80::1", port: 1), database: 2)),
        ("redis://:s3cret@h", Expected(endpoint: .tcp(host: "h", port: 6379), password: "s3cret")),
        ("redis://bob:a%40b%3A%2F@h", Expected(endpoint: .tcp(host: "h", port: 6379), user: "bob", password: "a@b:/")),
        ("redis://bob:a@b@h", Expected(endpoint: .tcp(host: "h", port: 6379), user: "bob", password: "a@b")),
        ("redis://bob:a:b@h", Expected(endpoint: .tcp(host: "h", port: 6379), user: "bob", password: "a:b")),
        ("rediss://h:1", Expected(endpoint: .tcp(host: "h", port: 1), tls: .init())),
        (
            "rediss://h?cacert=/a.pem&cert=%2Fb.pem&key=/c.pem",
            Expected(
                endpoint: .tcp(host: "h", port: 6379),
                tls: .init(authorityFile: "/a.pem", certificateFile: "/b.pem", privateKeyFile: "/c.pem")
            )
        ),
        ("unix:/tmp/r.sock", Expected(endpoint: .unix(path: "/tmp/r.sock"))),
        ("unix:///tmp/r%20s.sock?db=2", Expected(endpoint: .unix(path: "/tmp/r s.sock"), database: 2)),
        ("unix://u:p@/tmp/r.sock", Expected(endpoint: .unix(path: "/tmp/r.sock"), user: "u", password: "p")),
    ])
    func `a URL says where and as whom`(url: String, expected: Expected) throws {
        let configuration = try RedisConfiguration(url: url)
        #expect(configuration.endpoint == expected.endpoint)
        #expect(configuration.user == expected.user)
        #expect(configuration.password == expected.password)
        #expect(configuration.database == expected.database)
        #expect(configuration.tls == expected.tls)
    }

    @Test(arguments: [
        ("", "scheme"), ("localhost", "scheme"), ("http://h", "scheme"), ("redis:h", "//"), ("redis://", "host"),
        ("redis://:6379", "host"), ("redis://hunter2@h", "user has no password"), ("redis://u:hunter2@h:0", "port"),
        ("redis://u:hunter2@h:65536", "port"), ("redis://u:hunter2@h:x", "port"), ("redis://h/x", "database"),
        ("redis://u:hunter2@h/-1", "database"), ("redis://u:hunter2@h?cacert=/a", "cacert"),
        ("redis://u:hunter2@h?x=1", "x is unknown"), ("redis://u:hunter2%zz@h", "password"),
        ("redis://u:hunter2%ff@h", "password"), ("redis://[::1", "]"), ("redis://[::1]x", "]"),
        ("rediss://u:hunter2@h?cert=/a", "key"), ("unix:r.sock", "absolute"), ("unix:", "absolute"),
        ("redis://u:hunter2@h#x", "fragment"),
    ])
    func `a wrong URL is refused with the part that is wrong, and without the password`(url: String, part: String) {
        let error = #expect(throws: RedisError.self) { try RedisConfiguration(url: url) }
        #expect(error?.code == .invalidURL)
        #expect(error?.message.contains(part) == true)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test(arguments: [
        ("redis://u:hunter2@h/3", "redis://h:6379/3"), ("rediss://[::1]:1", "rediss://[::1]:1/0"),
        ("unix:/a?db=1", "unix:/a?db=1"),
    ])
    func `a configuration describes itself without credentials`(url: String, description: String) throws {
        #expect(try RedisConfiguration(url: url).description == description)
    }

    @Test func `pauses double up to the maximum and only ever shrink at random`() {
        let backoff = Backoff(initial: .milliseconds(50), maximum: .seconds(2), jitter: 0.5)
        #expect(
            (1...8).map { backoff.delay(attempt: $0, random: 0) }
                == [50, 100, 200, 400, 800, 1600, 2000, 2000].map { .milliseconds($0) }
        )
        #expect(backoff.delay(attempt: 2, random: 1) == .milliseconds(50))
        #expect(backoff.delay(attempt: .max, random: 0) == .seconds(2))
        #expect(backoff.delay(attempt: 0, random: 0) == .milliseconds(50))
    }
}
