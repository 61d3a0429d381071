import JobModel

/// A file that a result names with its hash.
struct ClaimedFile: Sendable, Hashable {
    /// Where it lies on the machine that wrote the result; nil where the result does not say.
    var path: String?
    /// Its name.
    var name: String
    /// SHA-256 in hexadecimal.
    var sha256: String
    /// How many bytes it has; nil where the result does not say.
    var bytes: Int?
    /// The whole object that names it.
    var object: JSONValue

    /// Every file that a document names, at any depth, each once.
    static func all(in document: JSONValue) -> [ClaimedFile] {
        var found: [ClaimedFile] = []
        collect(document, &found)
        var seen: Set<String> = []
        return found.filter { seen.insert("\($0.sha256) \($0.name)").inserted }
    }

    private static func collect(_ value: JSONValue, _ found: inout [ClaimedFile]) {
        switch value {
        case .array(let elements): for element in elements { collect(element, &found) }
        case .object(let members):
            if let hash = members["sha256"]?.string, hash.count == 64, hash.allSatisfy(\.isHexDigit),
                let name = members["name"]?.string ?? members["path"]?.string
            {
                found.append(
                    ClaimedFile(
                        path: members["path"]?.string,
                        name: name,
                        sha256: hash,
                        bytes: members["bytes"]?.int,
                        object: value
                    )
                )
            }
            for (_, member) in members.sorted(by: { $0.key < $1.key }) { collect(member, &found) }
        default: break
        }
    }
}
