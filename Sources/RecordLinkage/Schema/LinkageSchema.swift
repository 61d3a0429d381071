/// The columns by which records are compared.
package struct LinkageSchema: Sendable, Hashable {
    /// One column of the comparison.
    package struct Column: Sendable, Hashable {
        /// Its name in the results.
        package var name: String
        /// What it holds.
        package var kind: ColumnKind
        /// The column's place in the left table.
        package var left: Int
        /// The column's place in the right table.
        package var right: Int
        /// A value that more records than this share says nothing by being shared; nil for no bound.
        ///
        /// For addresses of agents and mail drops, under which hundreds of unlike companies are registered.
        package var massValueLimit: Int?

        /// Combines the parts.
        package init(_ name: String, _ kind: ColumnKind, left: Int, right: Int, massValueLimit: Int? = nil) {
            self.name = name
            self.kind = kind
            self.left = left
            self.right = right
            self.massValueLimit = massValueLimit
        }
    }

    /// How many columns a comparison may have: a pair's levels are packed into 64 bits.
    package static let maximumColumns = 16

    /// The columns, none of them ignored.
    package let columns: [Column]

    /// Keeps the columns that are compared.
    ///
    /// - Throws: ``LinkageError`` `invalidSchema` when there are none or more than ``maximumColumns``.
    package init(columns: [Column]) throws(LinkageError) {
        self.columns = columns.filter { $0.kind != .ignored }
        guard !self.columns.isEmpty else {
            throw LinkageError(.invalidSchema, "there is no column to compare by: name one with its kind")
        }
        guard self.columns.count <= Self.maximumColumns else {
            throw LinkageError(
                .invalidSchema,
                "\(self.columns.count) columns are too many to compare by, the limit is \(Self.maximumColumns)"
            )
        }
    }
}
