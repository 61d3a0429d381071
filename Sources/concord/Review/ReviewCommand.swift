import ArgumentParser
import Orchestrator

/// `concord review`.
struct ReviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Go through the review queue at this terminal, one escalation at a time.",
        discussion: """
            The escalation on the page is claimed for you. Keys: a approve, x reject, o override in $EDITOR, r retry, \
            c comment, space skip, backspace undo, j k scroll, ? help, q quit.

            Example: concord review --reason low_confidence --sort due
            """
    )

    @OptionGroup var options: SettingsOptions
    @OptionGroup var selection: EscalationSelection

    @Argument(help: "The escalation to begin with, esc-….")
    var id: String?

    @Option(help: ArgumentHelp("Who decides (default: CONCORD_REVIEWER, or the user's name).", valueName: "name"))
    var reviewer: String?

    func run() async throws {
        let settings = try options.settings([.reviewer: reviewer])
        let terminal = try RawTerminal()
        try await Deployment(command: settings).withReviews { reviews in
            let desk = ReviewDesk(
                reviews: reviews,
                reviewer: settings.reviewer,
                terminal: terminal,
                filter: selection.filter,
                first: id
            )
            terminal.enter()
            defer { terminal.leave() }
            if try await desk.run() { throw ExitStatusCode.failed }
        }
    }
}
