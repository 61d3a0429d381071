import Dispatch
import Foundation

/// The terminal as a page: no echo, no line editing, a screen of its own; what was there before comes back at the end.
///
/// A terminal that calls itself dumb cannot be drawn on: pages are printed one after the other there, without any
/// control sequence.
final class RawTerminal {
    /// What came.
    enum Input: Sendable {
        case bytes([UInt8])
        /// The window has another size.
        case resized
        /// The process is told to end, or the terminal is gone.
        case stop
        /// Nothing came in time.
        case nothing
    }

    /// Whether the page can be drawn in place.
    let isAddressable: Bool
    private let hasColour: Bool
    private let output = Terminal.standardOutput
    private let queue = DispatchQueue(label: "concord.review.input")
    private let wake: (read: Int32, write: Int32)
    private var sources: [any DispatchSourceSignal] = []
    private var cooked = termios()
    private var isRaw = false
    private var shown: [ScreenLine]?

    /// Takes the terminal of this process.
    ///
    /// - Throws: ``CommandFailure`` where standard input or output is none.
    init() throws {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw CommandFailure(
                .usage,
                "concord review needs a terminal",
                hint: "from a script, use `concord escalations list`, `show`, `approve`, `reject`, `override`, `retry`"
            )
        }
        let name = ProcessInfo.processInfo.environment["TERM"] ?? "dumb"
        isAddressable = !["", "dumb", "unknown"].contains(name)
        hasColour = output.hasColour
        var pair: [Int32] = [0, 0]
        guard pipe(&pair) == 0 else { throw CommandFailure(.failed, "cannot watch for signals (errno \(errno))") }
        for descriptor in pair {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        }
        wake = (pair[0], pair[1])
    }

    deinit {
        close(wake.read)
        close(wake.write)
    }

    /// The size of the window; 80 by 24 where nobody says.
    var size: (width: Int, height: Int) {
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(window.ws_col), Int(window.ws_row))
    }

    /// Takes the screen and the keyboard.
    func enter() {
        if sources.isEmpty { watch() }
        guard !isRaw, tcgetattr(STDIN_FILENO, &cooked) == 0 else { return }
        var raw = cooked
        cfmakeraw(&raw)
        // Line ends are still translated, so that pages printed one after the other begin at the left.
        raw.c_oflag |= tcflag_t(OPOST)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
        isRaw = true
        shown = nil
        if isAddressable { output.write("\u{1B}[?1049h\u{1B}[?25l") }
    }

    /// Gives both back as they were; does nothing the second time.
    func leave() {
        guard isRaw else { return }
        isRaw = false
        if isAddressable { output.write("\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l") }
        tcsetattr(STDIN_FILENO, TCSADRAIN, &cooked)
    }

    /// Shows a page: only what has changed is written.
    func show(_ lines: [ScreenLine]) {
        guard isRaw, shown != lines else { return }
        if isAddressable {
            output.write(ScreenDifference.text(from: shown, to: lines, hasColour: hasColour))
        } else {
            output.write(lines: lines.map(\.text).reversed().drop { $0.isEmpty }.reversed() + [""])
        }
        shown = lines
    }

    /// Forgets what the terminal shows, so that the next page is written in full.
    func forget() { shown = nil }

    /// Waits for a key, a signal or the end of a time.
    func input(within milliseconds: Int32) async -> Input {
        let descriptor = wake.read
        return await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Self.wait(descriptor, milliseconds)) }
        }
    }

    private static func wait(_ wake: Int32, _ milliseconds: Int32) -> Input {
        var descriptors = [
            pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&descriptors, 2, milliseconds) > 0 else { return .nothing }
        if descriptors[0].revents != 0 {
            var signals = [UInt8](repeating: 0, count: 64)
            let count = read(wake, &signals, signals.count)
            return signals.prefix(max(0, count)).contains(UInt8(ascii: "q")) ? .stop : .resized
        }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return .nothing }
        return count > 0 ? .bytes(Array(bytes.prefix(count))) : .stop
    }

    /// Signals become bytes in a pipe that ``input(within:)`` watches, so that the loop ends in good order.
    private func watch() {
        let meanings: [(Int32, UInt8)] = [
            (SIGWINCH, UInt8(ascii: "w")), (SIGTERM, UInt8(ascii: "q")), (SIGINT, UInt8(ascii: "q")),
            (SIGHUP, UInt8(ascii: "q")),
        ]
        let descriptor = wake.write
        for (number, meaning) in meanings {
            if number != SIGWINCH { signal(number, SIG_IGN) }
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                var byte = meaning
                _ = write(descriptor, &byte, 1)
            }
            source.resume()
            sources.append(source)
        }
    }
}
