/// The fields of one kind of fixed-width record of the Division of Corporations; widths are bytes, not characters.
package struct RecordLayout: Sendable {
    /// What the records are.
    package let kind: SunBizKind
    /// The fields in the record's order; together they cover it.
    package let fields: [RecordField]
    /// How many bytes a record has.
    package let length: Int
    /// How many of them carry data: the rest is filler at the end, which tools may cut off.
    let contentLength: Int
    private let indices: [String: Int]

    private init(_ kind: SunBizKind, _ fields: [RecordField]) {
        self.kind = kind
        self.fields = fields
        length = fields.reduce(0) { $0 + $1.length }
        contentLength = length - fields.filter { $0.name == "FILLER" }.reduce(0) { $0 + $1.length }
        indices = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.name, $0) })
    }

    /// The layout of a kind of record.
    package static func of(_ kind: SunBizKind) -> RecordLayout {
        switch kind {
        case .corporations: corporations
        case .corporationEvents: corporationEvents
        case .fictitiousNames: fictitiousNames
        }
    }

    /// A field by its name, nil when there is none.
    package func find(_ name: String) -> RecordField? { indices[name].map { fields[$0] } }

    /// A field that the program itself names.
    func field(_ name: String) -> RecordField {
        guard let field = find(name) else { preconditionFailure("the layout of \(kind) has no field \(name)") }
        return field
    }

    private static let corporations = RecordLayout(.corporations, corporationFields)
    private static let corporationEvents = RecordLayout(.corporationEvents, corporationEventFields)
    private static let fictitiousNames = RecordLayout(.fictitiousNames, fictitiousNameFields)
}
