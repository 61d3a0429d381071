/// A Lua library of Redis functions, versioned by its name.
///
/// A library is never replaced: a changed one gets another name, so that two releases can run side by side while a
/// deployment rolls, and the functions' names must carry the version as well, as they are global to the server.
package struct RedisFunctionLibrary: Sendable {
    /// The name in the code's first line, `#!lua name=…`.
    package let name: String

    /// The library's source, shebang line included.
    package let code: String

    /// Describes a library.
    package init(name: String, code: String) {
        self.name = name
        self.code = code
    }
}
