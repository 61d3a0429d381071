import Foundation
import Testing

@testable import LanguageModel

/// Holds the tokenizer against tiktoken itself on random texts, where a Python with it is at hand.
///
/// `TIKTOKEN_PYTHON` names the interpreter; `TIKTOKEN_CACHE_DIR` the rank files.
@Suite("The tokenizer beside tiktoken", .timeLimit(.minutes(10)))
struct TiktokenTests {
    private static let python = ProcessInfo.processInfo.environment["TIKTOKEN_PYTHON"]

    private static let script = """
        import json, sys, tiktoken
        texts = json.load(sys.stdin)
        names = ("cl100k_base", "o200k_base")
        print(json.dumps([[tiktoken.get_encoding(n).encode(t, disallowed_special=()) for t in texts] for n in names]))
        """

    @Test("gives the same tokens for thousands of random texts", .enabled(if: RankFiles.areThere && python != nil))
    func same() throws {
        let texts = RandomTexts.all(count: 3000, seed: 11)
        let expected = try tokens(of: texts)
        for (tokenizer, rows) in zip([try GoldenTokenizers.cl100k.get(), try GoldenTokenizers.o200k.get()], expected) {
            for (text, row) in zip(texts, rows) {
                #expect(tokenizer.encode(text) == row, "\(tokenizer.preSplit.rawValue): \(text.debugDescription)")
            }
        }
    }

    private func tokens(of texts: [String]) throws -> [[[Int]]] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.python ?? "")
        process.arguments = ["-c", Self.script]
        let input = FileManager.default.temporaryDirectory.appendingPathComponent("texts-\(UUID().uuidString).json")
        try JSONEncoder().encode(texts).write(to: input)
        defer { try? FileManager.default.removeItem(at: input) }
        let output = Pipe()
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = output
        try process.run()
        let data = try #require(try output.fileHandleForReading.readToEnd())
        process.waitUntilExit()
        return try JSONDecoder().decode([[[Int]]].self, from: data)
    }
}

/// Texts that provoke the patterns: runs of one kind after the other, in many scripts.
enum RandomTexts {
    private static let parts = [
        "a", "Word", "word", "HTTP", "'s", "'LL", "’t", "'", " ", "  ", "\n", "\r\n", "\t", "\u{a0}", "\u{3000}", "0",
        "12", "1234567",
        "½", "Ⅷ", "٣", "é", "e\u{301}", "\u{301}", "ß", "Ж", "привет", "所有", "は", "ア", "한국", "ال", "नम\u{93f}", "ʰ",
        "ǅ", "ſ",
        "🎉", "👩\u{200d}👧", "{\"", "\":", "\",", "},", "/", "//", "--", "...", "=", "_", "<|endoftext|>", "\u{0}",
        "\u{7f}", "\u{2028}",
        "\u{85}", "\u{feff}",
    ]

    static func all(count: Int, seed: UInt64) -> [String] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            (0..<Int.random(in: 1...24, using: &random)).map { _ in
                parts[Int.random(in: 0..<parts.count, using: &random)]
            }.joined()
        }
    }
}
