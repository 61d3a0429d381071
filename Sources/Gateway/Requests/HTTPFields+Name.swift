import Hummingbird

extension HTTPFields {
    /// The value of a header for which there is no constant; a text that can name no header has none.
    subscript(named name: String) -> String? {
        get { Element.Name(name).flatMap { self[$0] } }
        set {
            if let name = Element.Name(name) { self[name] = newValue }
        }
    }
}
