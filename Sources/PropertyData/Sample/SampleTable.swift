/// Writes rows in the Department's dialect: CR LF, an unquoted header, text in quotes, numbers and blanks without.
struct SampleTable {
    private let layout: FileLayout
    private let unquoted: Set<String>
    private(set) var bytes: [UInt8]

    init(_ layout: FileLayout) {
        self.layout = layout
        // The exceptions of the real files.
        let exceptions =
            switch layout.dataset {
            case .sdf: ["MULTI_PAR_SAL", "ATV_STRT", "GRP_NO", "CO_NO"]
            case .nap: ["TS_ID", "CO_NO"]
            case .nal: ["ATV_STRT", "GRP_NO", "CO_NO"]
            }
        let numbers = layout.fields.filter { $0.kind.isNumber }.map(\.name)
        unquoted = Set(exceptions + numbers).subtracting(layout.dataset == .nap ? ["ASMNT_YR"] : [])
        bytes = Array((layout.fields.map(\.name).joined(separator: ",") + "\r\n").utf8)
    }

    /// Adds a row of the fields that have a value.
    mutating func append(_ values: [String: String]) {
        let cells = layout.fields.map { field in
            guard let value = values[field.name], !value.isEmpty else { return "" }
            return unquoted.contains(field.name) ? value : "\"\(value.replacing("\"", with: "\"\""))\""
        }
        bytes += Array((cells.joined(separator: ",") + "\r\n").utf8)
    }
}
