/// The limits of a download over HTTP.
package struct HTTPSettings: Sendable, Equatable {
    /// How long a connection may take, TLS included.
    package var connectTimeout: Duration = .seconds(10)
    /// How long the server may send nothing.
    package var idleTimeout: Duration = .seconds(30)
    /// How long one attempt may take; what it got stays for the next.
    package var totalTimeout: Duration = .seconds(1_800)
    /// The most bytes that a file may have: the largest county's NAL has some 100 MB zipped.
    package var maximumBytes = 4 << 30

    /// The defaults.
    package init() {}
}
