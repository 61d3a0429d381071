/// What the pool looks like at a moment.
package struct PostgresPoolStatus: Sendable, Equatable {
    /// Sessions open, lent or free, or being opened.
    package let open: Int
    /// Sessions free.
    package let idle: Int
    /// Tasks that wait for a session.
    package let waiting: Int
}
