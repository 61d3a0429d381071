import Logging
import Testing

@testable import LanguageModel

@Suite("The configuration of a language model")
struct ConfigurationTests {
    @Test("shows no key, however it is printed")
    func secret() {
        let configuration = LanguageModelConfiguration(
            baseURL: "https://user:hidden@api.example.com/v1",
            apiKey: "sk-hidden",
            model: "m"
        )
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in [dumped, "\(configuration)", String(reflecting: configuration)] {
            #expect(!text.contains("hidden"))
            #expect(text.contains("m at https://api.example.com/v1"))
        }
    }

    @Test(
        "is refused where a key would travel in clear, or the address is none",
        arguments: [
            ("http://api.example.com/v1", "sk-1"), ("ftp://x/v1", ""), ("api.example.com", ""), ("", ""),
            ("https://api.example.com/v1", "sk-1\nX: y"),
        ]
    )
    func refused(_ base: String, _ key: String) {
        let configuration = LanguageModelConfiguration(baseURL: base, apiKey: key, model: "m")
        let error = #expect(throws: LanguageModelError.self) {
            try LanguageModelClient(configuration: configuration, logger: Logger(label: "test"))
        }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.description.contains("sk-1") == false)
    }
}
