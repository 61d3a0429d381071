import ArgumentParser
import JobModel
import Testing

@testable import concord

@Suite("What is printed")
struct TerminalTests {
    @Test("lines up in columns")
    func table() {
        var table = TextTable(["NAME", "COUNT"], rightAligned: [1])
        table.append(["a", "1,000"])
        table.append(["longer", "7"])
        #expect(table.lines(.plain) == ["NAME    COUNT", "a       1,000", "longer      7"])
    }

    @Test("shows a document member by member")
    func document() {
        let value: JSONValue = ["b": [1, ["x": true]], "a": "text", "c": [], "d": nil, "e": 95332]
        #expect(
            JSONView(value).lines == ["a: text", "b:", "  - 1", "  -", "    x: yes", "c: (none)", "d: –", "e: 95,332"]
        )
    }

    @Test(
        "groups digits",
        arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (95_332, "95,332"), (-1_234_567, "-1,234,567")]
    )
    func counts(number: Int, text: String) {
        #expect(Moment.count(number) == text)
    }

    @Test(
        "rounds times to what a person reads",
        arguments: [(850, "850 ms"), (12_340, "12.3 s"), (245_000, "4 min 05 s")] as [(Double, String)]
    )
    func lengths(milliseconds: Double, text: String) {
        #expect(Moment.length(milliseconds: milliseconds) == text)
    }

    @Test("does not round a confidence up to certainty")
    func confidences() {
        #expect(StateStyle.number(1) == "1.00")
        #expect(StateStyle.number(0.9999) == "0.9999")
        #expect(StateStyle.number(0.5) == "0.50")
    }

    @Test("carries no escape sequences where nobody looks")
    func plain() {
        #expect(Terminal.plain.styled("x", .red) == "x")
        #expect(CommandFailure(.failed, "it broke", hint: "mend it").lines(.plain) == ["error: it broke", "  mend it"])
    }
}

@Suite("Help")
struct HelpTests {
    /// Every command that is shown, with the words that call it.
    static let commands: [(words: String, type: any ParsableCommand.Type)] = tree(Concord.self, "concord")

    private static func tree(
        _ command: any ParsableCommand.Type,
        _ words: String
    ) -> [(words: String, type: any ParsableCommand.Type)] {
        let configuration = command.configuration
        let children = configuration.subcommands + configuration.groupedSubcommands.flatMap(\.subcommands)
        var all: [(words: String, type: any ParsableCommand.Type)] = [(words, command)]
        for child in children where child.configuration.shouldDisplay {
            all += tree(child, "\(words) \(child.configuration.commandName ?? "")")
        }
        return all
    }

    @Test("of every command has an example and says what it does")
    func examples() {
        #expect(Self.commands.count > 30)
        for (words, command) in Self.commands {
            let help = Concord.helpMessage(for: command, columns: 120)
            let abstract = command.configuration.abstract
            #expect(!abstract.isEmpty, "\(words)")
            #expect(help.contains("Example:") || words == "concord", "\(words)")
        }
    }

    @Test("is printed with code 0, wrong usage is code 2")
    func codes() async {
        #expect(await EntryPoint.run(["--help"]) == .done)
        #expect(await EntryPoint.run(["operation", "create", "--help"]) == .done)
        #expect(await EntryPoint.run(["--version"]) == .done)
        #expect(await EntryPoint.run(["no-such-command"]) == .usage)
        #expect(await EntryPoint.run(["worker", "no_such_kind"]) == .usage)
        #expect(await EntryPoint.run(["enqueue", "q", "a", "--priority", "11"]) == .usage)
        #expect(await EntryPoint.run(["enqueue", "q", "a", "--delay", "soon"]) == .usage)
        #expect(await EntryPoint.run(["queues", "--set", "nonsense=1"]) == .usage)
        #expect(await EntryPoint.run(["escalations", "override", "esc-1-j"]) == .usage)
    }
}
