import NIOHTTP1
import Testing

@testable import LanguageModel

@Suite("The circuit breaker")
struct CircuitBreakerTests {
    private let start = ContinuousClock.now

    @Test("opens after failures in a row, and only then")
    func opens() {
        var breaker = CircuitBreaker(threshold: 3, pause: .seconds(30))
        for _ in 0..<2 { breaker.failed(now: start) }
        breaker.succeeded()
        for _ in 0..<2 { breaker.failed(now: start) }
        #expect(breaker.admit(now: start) == .admitted)
        breaker.failed(now: start)
        #expect(breaker.admit(now: start + .seconds(10)) == .refused(for: .seconds(20)))
    }

    @Test("lets one call through after the pause, whose outcome decides")
    func halfOpen() {
        var breaker = CircuitBreaker(threshold: 1, pause: .seconds(30))
        breaker.failed(now: start)
        let later = start + .seconds(30)
        #expect(breaker.admit(now: later) == .admitted)
        #expect(breaker.admit(now: later) == .refused(for: .seconds(30)))
        breaker.failed(now: later)
        #expect(breaker.state == .open(until: later + .seconds(30)))
        #expect(breaker.admit(now: later + .seconds(30)) == .admitted)
        breaker.succeeded()
        #expect(breaker.state == .closed(failures: 0))
    }

    @Test("a probe that was given up, or that never ended, is followed by another")
    func lostProbe() {
        var breaker = CircuitBreaker(threshold: 1, pause: .seconds(30))
        breaker.failed(now: start)
        #expect(breaker.admit(now: start + .seconds(30)) == .admitted)
        breaker.abandoned(now: start + .seconds(31))
        #expect(breaker.admit(now: start + .seconds(31)) == .admitted)
        #expect(breaker.admit(now: start + .seconds(62)) == .admitted)
    }
}

@Suite("Retry-After")
struct RetryAfterTests {
    @Test(
        "is read as seconds or as a date relative to the answer's own",
        arguments: [
            ("7", nil, 7), ("-3", nil, 0), ("999999999", nil, 86_400),
            ("Sun, 06 Nov 1994 08:50:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", 60),
            ("Sun, 06 Nov 1994 08:49:37 GMT", nil, 37),
            ("Thu, 29 Feb 2024 00:00:00 GMT", "Wed, 28 Feb 2024 23:59:58 GMT", 2),
            ("soon", nil, nil), ("Sun, 99 Nov 1994 08:49:37 GMT", nil, nil),
        ] as [(String, String?, Int?)]
    )
    func reads(_ text: String, _ date: String?, _ seconds: Int?) {
        var headers: HTTPHeaders = ["Retry-After": text]
        if let date { headers.add(name: "Date", value: date) }
        #expect(RetryAfter.delay(headers, now: 784_111_740) == seconds.map { .seconds($0) })
    }

    @Test("a date is counted in days of the civil calendar")
    func dates() {
        #expect(HTTPDate.seconds("Thu, 01 Jan 1970 00:00:00 GMT") == 0)
        #expect(HTTPDate.seconds("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
        #expect(HTTPDate.seconds("Fri, 01 Mar 2024 00:00:00 GMT") == 1_709_251_200)
    }
}
