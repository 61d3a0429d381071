/// Records as they were read: columns of numbers of distinct values.
package struct RecordTable: Sendable {
    /// One column.
    struct Column: Sendable {
        var values = ByteInterner()
        var ids: [UInt32] = []
    }

    /// The names of the columns.
    package let names: [String]
    /// How many records there are.
    package private(set) var count = 0
    private(set) var columns: [Column]

    /// Creates an empty table.
    package init(names: [String]) {
        self.names = names
        columns = names.map { _ in Column() }
    }

    /// Adds a record; the closure answers the UTF-8 of each column, empty for none.
    ///
    /// - Throws: ``LinkageError`` `tooLarge` when a column has more than 4 GiB of distinct values, or at 2³¹ records.
    package mutating func append(_ value: (Int) -> UnsafeBufferPointer<UInt8>) throws(LinkageError) {
        guard count < Int(Int32.max) else { throw LinkageError(.tooLarge, "more than 2,147,483,647 records") }
        for index in columns.indices {
            let bytes = value(index)
            guard columns[index].values.bytes.count + bytes.count < Int(UInt32.max) else {
                throw LinkageError(.tooLarge, "column \(names[index]) has more than 4 GiB of distinct values")
            }
            columns[index].ids.append(columns[index].values.intern(bytes))
        }
        count += 1
    }

    /// Adds a record of texts, one a column.
    package mutating func append(texts: [String]) throws(LinkageError) {
        let lines = texts.map { Array($0.utf8) }
        let joined = lines.flatMap(\.self)
        var starts = [0]
        for line in lines { starts.append((starts.last ?? 0) + line.count) }
        try joined.withUnsafeBufferPointer { buffer throws(LinkageError) in
            try append { index in
                index < lines.count
                    ? UnsafeBufferPointer(rebasing: buffer[starts[index]..<starts[index + 1]])
                    : UnsafeBufferPointer(start: nil, count: 0)
            }
        }
    }

    /// A value as it was read.
    package func text(record: Int, column: Int) -> String {
        columns[column].values.withBytes(of: Int(columns[column].ids[record])) { String(decoding: $0, as: UTF8.self) }
    }

    /// How many distinct values a column has.
    package func distinctCount(column: Int) -> Int { columns[column].values.count }

    /// The column that names each record, by its header; nil where none does.
    package var identifyingColumn: Int? {
        names.indices.first { distinctCount(column: $0) == count && KindDetection(self, column: $0).isRecordNumber }
    }
}
