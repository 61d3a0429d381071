import PostgresClient

/// Turns rows of a file into rows of its table, in COPY's text format.
struct RowEncoder {
    private enum Step {
        case text(Int)
        case number(Int, FieldDefinition.Kind)
        case roll
        case exemptionList(Int)
        case exemptionFields([JSONMember])
        case rest([JSONMember])
        case hash([Int])
    }

    /// A field as a member of a JSON object, with what comes before its value.
    private struct JSONMember {
        let field: Int
        let label: [UInt8]
        let isNumber: Bool
    }

    private let steps: [Step]
    private let roll: String
    private var scratch: [UInt8] = []
    /// How many values were not what their column needs and became null; only at the level `permissive`.
    private(set) var nulled = 0

    /// Prepares the encoding of a roll's files.
    init(_ identity: RollIdentity) {
        let layout = FileLayout.of(identity.dataset)
        let table = PropertyTable.of(identity.dataset)
        roll = identity.roll.rawValue
        let own = Set(
            table.columns.compactMap { column -> String? in
                switch column.source {
                case .text(let name), .number(let name): name
                default: nil
                }
            }
        )
        // Numbers of a submission change on every row with each new one and say nothing about the parcel.
        let perSubmission: Set = ["SEQ_NO", "RS_ID", "TS_ID", "FILE_T"]
        let isExemption = { (name: String) in name.hasPrefix("EXMPT") && name != "EXMPT_VAL" }
        func members(_ names: [FieldDefinition]) -> [JSONMember] {
            names.map { field in
                let name = isExemption(field.name) ? String(field.name.dropFirst(6)) : field.name.lowercased()
                // JSON knows no leading zeros, which count in codes.
                return JSONMember(
                    field: field.position - 1,
                    label: Array("\"\(name)\":".utf8),
                    isNumber: field.kind.isNumber && field.kind != .decimal
                )
            }
        }
        steps = table.columns.map { column in
            switch column.source {
            case .text(let name): .text(Self.index(name, layout))
            case .number(let name): .number(Self.index(name, layout), .numeric)
            case .roll: .roll
            case .exemptions where layout.dataset == .nap: .exemptionList(Self.index("EXMPT", layout))
            case .exemptions: .exemptionFields(members(layout.fields.filter { isExemption($0.name) }))
            case .rest:
                .rest(
                    members(
                        layout.fields.filter {
                            !own.contains($0.name) && !perSubmission.contains($0.name) && !isExemption($0.name)
                        }
                    )
                )
            case .hash: .hash(layout.fields.filter { !perSubmission.contains($0.name) }.map { $0.position - 1 })
            }
        }
    }

    private static func index(_ name: String, _ layout: FileLayout) -> Int {
        guard let index = layout.index(of: name) else { preconditionFailure("\(layout.dataset) has no \(name)") }
        return index
    }

    /// Adds a row.
    mutating func encode(_ row: RollRow, into rows: inout CopyTextRows) {
        for step in steps {
            switch step {
            case .text(let field):
                let value = row[field]
                if value.isEmpty { rows.null() } else { rows.field(value) }
            case .number(let field, let kind):
                let value = row[field]
                if !value.isEmpty, DecimalText.matches(value, kind) {
                    rows.field(plain: value)
                } else {
                    if !value.isEmpty { nulled += 1 }
                    rows.null()
                }
            case .roll: rows.field(roll)
            case .exemptionList(let field): exemptionList(row[field], &rows)
            case .exemptionFields(let members), .rest(let members): object(row, members, &rows)
            case .hash(let fields): rows.field(Int(Int64(bitPattern: row.hash(fields).low)))
            }
        }
        rows.endRow()
    }

    /// `M;25000;A;1359` as `{"M":25000,"A":1359}`; null where blank or not such a list.
    private mutating func exemptionList(_ list: UnsafeBufferPointer<UInt8>, _ rows: inout CopyTextRows) {
        guard !list.isEmpty else { return rows.null() }
        var text = [UInt8(ascii: "{")]
        let isComplete = TangibleExemption.forEach(in: list) { code, value in
            if text.count > 1 { text.append(UInt8(ascii: ",")) }
            text += [UInt8(ascii: "\""), code, UInt8(ascii: "\""), UInt8(ascii: ":")]
            text += Array(String(value).utf8)
        }
        guard isComplete else {
            nulled += 1
            return rows.null()
        }
        text.append(UInt8(ascii: "}"))
        text.withUnsafeBufferPointer { rows.field($0) }
    }

    private mutating func object(_ row: RollRow, _ members: [JSONMember], _ rows: inout CopyTextRows) {
        scratch.removeAll(keepingCapacity: true)
        scratch.append(UInt8(ascii: "{"))
        for member in members {
            let value = row[member.field]
            guard !value.isEmpty else { continue }
            if scratch.count > 1 { scratch.append(UInt8(ascii: ",")) }
            scratch.append(contentsOf: member.label)
            if member.isNumber, let number = DecimalText.signed(value) {
                scratch.append(contentsOf: String(number).utf8)
            } else {
                appendString(value)
            }
        }
        guard scratch.count > 1 else { return rows.null() }
        scratch.append(UInt8(ascii: "}"))
        scratch.withUnsafeBufferPointer { rows.field($0) }
    }

    private mutating func appendString(_ value: UnsafeBufferPointer<UInt8>) {
        scratch.append(UInt8(ascii: "\""))
        for byte in value {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                scratch.append(UInt8(ascii: "\\"))
                scratch.append(byte)
            case UInt8(ascii: "\n"): scratch.append(contentsOf: "\\n".utf8)
            default: scratch.append(byte)
            }
        }
        scratch.append(UInt8(ascii: "\""))
    }
}
