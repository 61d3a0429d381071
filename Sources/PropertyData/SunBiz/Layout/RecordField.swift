/// A field of a fixed-width record.
package struct RecordField: Sendable, Equatable {
    /// The place in the Division's layout, from 1.
    package let position: Int
    /// The Division's name of the field.
    package let name: String
    /// The first byte, from 0.
    package let offset: Int
    /// How many bytes.
    package let length: Int

    init(_ position: Int, _ name: String, _ offset: Int, _ length: Int) {
        self.position = position
        self.name = name
        self.offset = offset
        self.length = length
    }
}
