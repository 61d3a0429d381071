/// The fields of a dataset's files.
package struct FileLayout: Sendable {
    /// The dataset.
    package let dataset: Dataset
    /// The fields in the guide's order.
    package let fields: [FieldDefinition]
    /// Names that the guide or older files use for a field.
    package let aliases: [String: String]
    private let indices: [String: Int]

    private init(_ dataset: Dataset, _ fields: [FieldDefinition], aliases: [String: String]) {
        self.dataset = dataset
        self.fields = fields
        self.aliases = aliases
        indices = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.name, $0) })
    }

    /// The layout of a dataset.
    package static func of(_ dataset: Dataset) -> FileLayout {
        switch dataset {
        case .sdf: sdf
        case .nap: nap
        case .nal: nal
        }
    }

    /// The index of a field by the header's name or an alias, nil when there is none.
    package func index(of name: String) -> Int? {
        let plain = Self.normalize(name)
        if let index = indices[plain] ?? aliases[plain].flatMap({ indices[$0] }) { return index }
        // Shapefiles cut names to ten characters.
        let cut = plain.utf8.count == 10 ? fields.indices.filter { fields[$0].name.hasPrefix(plain) } : []
        return cut.count == 1 ? cut[0] : nil
    }

    /// The index of a field that the program itself names.
    func field(_ name: StaticString) -> Int {
        guard let index = indices["\(name)"] else { preconditionFailure("the \(dataset) has no field \(name)") }
        return index
    }

    /// Capitals and underscores: the guide prints `EXMPT 43`, `FILE _T` and `JV_RESD-NON_RESD`.
    private static func normalize(_ name: String) -> String {
        name.uppercased().split { !($0.isLetter || $0.isNumber) }.joined(separator: "_")
    }

    private static let sdf = FileLayout(
        .sdf,
        sdfFields,
        aliases: ["SAL_CHNG_CD": "SAL_CHG_CD", "STATE_PAR_ID": "STATE_PARCEL_ID"]
    )

    private static let nap = FileLayout(
        .nap,
        napFields,
        aliases: ["OWN_NAME": "OWN_NAM", "FIDU_ZIP_CD": "FIDU_ZIPCD", "PHY_ZIP": "PHY_ZIPCD"]
    )

    private static let nal = FileLayout(
        .nal,
        nalFields,
        aliases: ["R_PAGE2": "OR_PAGE2", "STATE_PARCEL_ID": "STATE_PAR_ID", "SAL_CHG_CD1": "SAL_CHNG_CD1"]
    )
}
