import Foundation

/// One output of this process, and whether a person looks at it.
struct Terminal: Sendable {
    /// A colour or weight of the text.
    enum Style: String, Sendable {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    /// Whether it is a terminal, on which lines can be drawn again.
    let isInteractive: Bool
    /// Whether text is coloured: on a terminal, unless `NO_COLOR` is set (https://no-color.org).
    let hasColour: Bool
    private let descriptor: Int32

    /// Standard output.
    static let standardOutput = Terminal(descriptor: STDOUT_FILENO)
    /// Standard error.
    static let standardError = Terminal(descriptor: STDERR_FILENO)
    /// No terminal and no colour, for tests of what is printed.
    static let plain = Terminal(descriptor: -1)

    private init(descriptor: Int32) {
        self.descriptor = descriptor
        let environment = ProcessInfo.processInfo.environment
        isInteractive = descriptor >= 0 && isatty(descriptor) == 1 && environment["TERM"] != "dumb"
        hasColour = isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
    }

    /// The number of columns, 80 where nobody says.
    var width: Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// The text in a style, where this output has colours.
    func styled(_ text: String, _ style: Style) -> String {
        hasColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Writes text as it is.
    ///
    /// A reader that has gone (`concord … | head`) is no error: there is nobody left to tell.
    func write(_ text: String) {
        guard descriptor >= 0 else { return }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Writes lines.
    func write(lines: [String]) {
        write(lines.map { $0 + "\n" }.joined())
    }
}
