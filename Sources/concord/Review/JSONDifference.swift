import JobModel

/// What differs between two JSON documents, one line a place.
struct JSONDifference {
    /// A place where they differ.
    struct Change: Hashable, Sendable {
        /// Such as `rows[0].county`; empty for the whole document.
        var path: String
        /// What stood there, on one line; `nil` for nothing.
        var before: String?
        /// What stands there now.
        var after: String?
    }

    /// The changes from one document to another, in the order of their places.
    static func changes(from old: JSONValue?, to new: JSONValue?, at path: String = "") -> [Change] {
        if old == new { return [] }
        switch (old, new) {
        case (.object(let old)?, .object(let new)?):
            return Set(old.keys).union(new.keys).sorted().flatMap { name in
                changes(from: old[name], to: new[name], at: path.isEmpty ? name : "\(path).\(name)")
            }
        case (.array(let old)?, .array(let new)?):
            return (0..<max(old.count, new.count)).flatMap { place in
                changes(
                    from: old.indices.contains(place) ? old[place] : nil,
                    to: new.indices.contains(place) ? new[place] : nil,
                    at: "\(path)[\(place)]"
                )
            }
        default: return [Change(path: path, before: text(old), after: text(new))]
        }
    }

    private static func text(_ value: JSONValue?) -> String? { value.flatMap { try? $0.encoded } }
}
