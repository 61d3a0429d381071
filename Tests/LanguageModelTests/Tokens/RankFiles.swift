import Foundation

@testable import LanguageModel

/// The real rank files, where this machine has them: they are never part of the project.
///
/// `TIKTOKEN_CACHE_DIR` names the folder, as for tiktoken itself; the files have tiktoken's names. `pip download --no-deps litellm`
/// fetches a wheel that has them in `litellm/litellm_core_utils/tokenizers`.
enum RankFiles {
    static let folder = ProcessInfo.processInfo.environment["TIKTOKEN_CACHE_DIR"]

    private static let names: [PreSplit: String] = [
        .cl100kBase: "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
        .o200kBase: "fb374d419588a4632f3f557e76b4b70aebbca790",
    ]

    /// Whether both files are there; says so where they are not.
    static let areThere: Bool = {
        let paths = PreSplit.allCases.compactMap(path)
        let areThere = paths.count == 2 && paths.allSatisfy { FileManager.default.isReadableFile(atPath: $0) }
        if !areThere { print("the real rank files are not here: set TIKTOKEN_CACHE_DIR to test against them") }
        return areThere
    }()

    static func path(_ preSplit: PreSplit) -> String? {
        guard let folder, let name = names[preSplit] else { return nil }
        return "\(folder)/\(name)"
    }

    static func tokenizer(_ preSplit: PreSplit) throws -> BytePairTokenizer {
        try BytePairTokenizer(path: path(preSplit) ?? "")
    }

    /// A tiny rank file: every byte, then these tokens in their order.
    static func synthetic(_ tokens: [String]) -> [UInt8] {
        var lines: [String] = []
        for byte in UInt8.min...UInt8.max { lines.append("\(Data([byte]).base64EncodedString()) \(byte)") }
        for (number, token) in tokens.enumerated() {
            lines.append("\(Data(token.utf8).base64EncodedString()) \(256 + number)")
        }
        return Array(lines.joined(separator: "\n").utf8)
    }
}
