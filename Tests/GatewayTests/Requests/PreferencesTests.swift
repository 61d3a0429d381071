import Hummingbird
import Testing

@testable import Gateway

struct PreferencesTests {
    @Test(
        "The Prefer header is read as RFC 7240 writes it",
        arguments: [
            ("", false, nil), ("respond-async", true, nil), ("wait=10", false, 10),
            ("respond-async, wait=10", true, 10),
            ("Wait = \"7\"; x=y , RESPOND-ASYNC;a", true, 7), ("wait=3, wait=9", false, 3), ("wait=-1", false, nil),
            ("wait=soon, handling=lenient", false, nil), (",,;=", false, nil),
        ] as [(String, Bool, Int?)]
    )
    func reads(text: String, respondsAsync: Bool, waitSeconds: Int?) {
        var headers = HTTPFields()
        headers[named: "Prefer"] = text
        let preferences = Preferences(headers)
        #expect(preferences.respondsAsync == respondsAsync)
        #expect(preferences.waitSeconds == waitSeconds)
    }

    @Test("The wait is what was asked for up to the cap, none for respond-async alone, the default otherwise")
    func waits() {
        let configuration = GatewayConfiguration()
        func wait(_ text: String) -> (Duration, String?) {
            var headers = HTTPFields()
            headers[named: "Prefer"] = text
            let preferences = Preferences(headers)
            let wait = preferences.wait(in: configuration)
            return (wait, preferences.applied(waited: wait))
        }
        #expect(wait("") == (.seconds(25), nil))
        #expect(wait("respond-async") == (.zero, "respond-async"))
        #expect(wait("wait=5") == (.seconds(5), "wait=5"))
        #expect(wait("wait=9223372036854775807") == (.seconds(60), "wait=60"))
        #expect(wait("respond-async, wait=5") == (.seconds(5), "respond-async, wait=5"))
    }
}
