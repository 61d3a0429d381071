import Foundation

/// Paths that are given relative to where a command runs, and read by a process that runs elsewhere.
enum FileAddress {
    /// An address `file:relative/path` with its path made absolute; every other text as it is.
    static func absolute(_ text: String, folder: String = FileManager.default.currentDirectoryPath) -> String {
        guard text.hasPrefix("file:"), !text.hasPrefix("file:/") else { return text }
        return "file:" + absolutePath(String(text.dropFirst("file:".count)), folder: folder)
    }

    /// A path made absolute, without `.` and `..`.
    static func absolutePath(_ path: String, folder: String = FileManager.default.currentDirectoryPath) -> String {
        let whole = path.hasPrefix("/") ? path : "\(folder)/\(path)"
        var parts: [Substring] = []
        for part in whole.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
