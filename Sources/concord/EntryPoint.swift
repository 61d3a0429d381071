import ArgumentParser
import Foundation

/// Where the process begins: parses the arguments, runs the command, and turns whatever it throws into one message and
/// one of the documented exit codes.
@main
enum EntryPoint {
    static func main() async {
        let status = await run(Array(CommandLine.arguments.dropFirst()))
        exit(status.rawValue)
    }

    /// Runs one command line.
    static func run(_ arguments: [String]) async -> ExitStatusCode {
        do {
            var command = try Concord.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return .done
        } catch let status as ExitStatusCode {
            return status
        } catch {
            guard let failure = CommandFailure(error) else { return report(parserError: error) }
            Terminal.standardError.write(failure.lines(Terminal.standardError).joined(separator: "\n") + "\n")
            return failure.status
        }
    }

    /// Help and version go to standard output with code 0, wrong usage to standard error with code 2.
    private static func report(parserError error: any Error) -> ExitStatusCode {
        let message = Concord.fullMessage(for: error)
        guard Concord.exitCode(for: error) == .success else {
            Terminal.standardError.write(message + "\n")
            return .usage
        }
        Terminal.standardOutput.write(message + "\n")
        return .done
    }
}
