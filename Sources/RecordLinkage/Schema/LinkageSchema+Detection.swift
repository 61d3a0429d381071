extension LinkageSchema {
    /// What the caller says about a column, in the place of a guess.
    package struct Mapping: Sendable, Hashable {
        /// The column's name in the left table.
        package var left: String
        /// Its name in the right table.
        package var right: String
        /// What it holds; nil for a guess.
        package var kind: ColumnKind?

        /// Combines the parts.
        package init(left: String, right: String, kind: ColumnKind?) {
            self.left = left
            self.right = right
            self.kind = kind
        }
    }

    /// Pairs the columns of two tables by name, or else by kind, and guesses the kinds that are not given.
    ///
    /// Columns without a mapping are left out with `onlyMapped`; `massValueLimit` is that of addresses.
    ///
    /// - Throws: ``LinkageError`` `invalidSchema`, which names a mapped column that is not there.
    package static func detect(
        left: RecordTable,
        right: RecordTable?,
        mappings: [Mapping] = [],
        onlyMapped: Bool = false,
        massValueLimit: Int? = nil
    ) throws(LinkageError) -> LinkageSchema {
        let other = right ?? left
        var pairs: [(left: Int, right: Int, kind: ColumnKind?)] = []
        for mapping in mappings {
            guard let column = Self.place(of: mapping.left, in: left) else { throw unknown(mapping.left, "left") }
            guard let partner = Self.place(of: mapping.right, in: other) else { throw unknown(mapping.right, "right") }
            pairs.append((column, partner, mapping.kind))
        }
        if !onlyMapped { pairs += alike(left, right, except: pairs.map { ($0.left, $0.right) }) }
        var columns: [Column] = []
        for pair in pairs {
            let guess = pair.kind ?? KindDetection(left, column: pair.left).kind
            columns.append(
                Column(
                    left.names[pair.left],
                    guess,
                    left: pair.left,
                    right: pair.right,
                    massValueLimit: guess == .address ? massValueLimit : nil
                )
            )
        }
        let compared = columns.filter { $0.kind != .ignored }
        return try LinkageSchema(columns: mappings.isEmpty ? Array(compared.prefix(maximumColumns)) : compared)
    }

    /// The left table's columns that are not compared by, each with the reason.
    package func leftOut(_ left: RecordTable) -> [(column: String, reason: String)] {
        left.names.indices.filter { place in !columns.contains { $0.left == place } }.map { place in
            (
                left.names[place],
                KindDetection(left, column: place).reasonToIgnore ?? "has no partner or was not asked for"
            )
        }
    }

    /// Columns of the same name, then those of the only unpaired column of a kind on each side.
    private static func alike(
        _ left: RecordTable,
        _ right: RecordTable?,
        except taken: [(Int, Int)]
    ) -> [(left: Int, right: Int, kind: ColumnKind?)] {
        guard let right else {
            return left.names.indices.filter { column in !taken.contains { $0.0 == column } }.map { ($0, $0, nil) }
        }
        var pairs: [(left: Int, right: Int, kind: ColumnKind?)] = []
        var openLeft = left.names.indices.filter { column in !taken.contains { $0.0 == column } }
        var openRight = right.names.indices.filter { column in !taken.contains { $0.1 == column } }
        for column in openLeft {
            guard let partner = openRight.first(where: { folded(right.names[$0]) == folded(left.names[column]) }) else {
                continue
            }
            pairs.append((column, partner, nil))
            openRight.removeAll { $0 == partner }
        }
        openLeft.removeAll { column in pairs.contains { $0.left == column } }
        let kinds = openRight.map { KindDetection(right, column: $0).kind }
        for column in openLeft {
            let kind = KindDetection(left, column: column).kind
            guard kind != .ignored, openLeft.count(where: { KindDetection(left, column: $0).kind == kind }) == 1,
                kinds.count(where: { $0 == kind }) == 1, let place = kinds.firstIndex(of: kind)
            else { continue }
            pairs.append((column, openRight[place], kind))
        }
        return pairs
    }

    private static func folded(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }

    private static func place(of name: String, in table: RecordTable) -> Int? {
        table.names.firstIndex(of: name) ?? table.names.firstIndex { folded($0) == folded(name) }
    }

    private static func unknown(_ name: String, _ side: String) -> LinkageError {
        LinkageError(.invalidSchema, "the \(side) table has no column \(name)")
    }
}
