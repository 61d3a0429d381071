import ArgumentParser
import Foundation
import Orchestrator
import Testing

@testable import concord

@Suite("The documents")
struct DocumentationTests {
    @Test("README shows the example worker as it is built")
    func example() throws {
        let code = try Repository.text("Sources/example-worker/main.swift")
        #expect(try Repository.text("README.md").contains("```swift\n\(code)```\n"))
    }

    @Test("docs/cli.md describes every command and every option")
    func commands() throws {
        let text = try Repository.text("docs/cli.md")
        for (words, command) in HelpTests.commands {
            #expect(text.contains(words), "\(words)")
            let usage = Concord.usageString(for: command, includeHidden: false)
            for match in usage.matches(of: /--[a-z-]+/) {
                #expect(text.contains(match.output), "\(match.output) of \(words)")
            }
        }
    }

    @Test("docs/state-machines.md draws the operation's states as the code has them")
    func states() throws {
        #expect(try Repository.text("docs/state-machines.md").contains("```mermaid\n\(OperationState.mermaid)\n```"))
    }

    @Test("every relative link leads to a file")
    func links() throws {
        let files = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"] + (try markdown(in: "docs"))
        for file in files {
            let folder = Repository.root.appendingPathComponent(file).deletingLastPathComponent()
            for match in try Repository.text(file).matches(of: /\]\(([^)#:]+)(#[^)]*)?\)/) {
                let target = folder.appendingPathComponent(String(match.output.1)).standardizedFileURL.path
                #expect(FileManager.default.fileExists(atPath: target), "\(file) links to \(match.output.1)")
            }
        }
    }

    private func markdown(in folder: String) throws -> [String] {
        let names = try FileManager.default.subpathsOfDirectory(
            atPath: Repository.root.appendingPathComponent(folder).path
        )
        return names.filter { $0.hasSuffix(".md") }.map { "\(folder)/\($0)" }
    }
}
