import PostgresClient

/// Turns rows of a file into rows of its table, in COPY's binary format.
///
/// Not Sendable: it belongs to the task that stages the file.
final class RowEncoder {
    /// What makes a column; of fixed size, so that the loop over them counts no references.
    private enum Step {
        case text(Int)
        case smallint(Int)
        case integer(Int)
        case bigint(Int)
        case roll
        case exemptionList(Int)
        /// A JSON object of the members in a range of `members`.
        case object(start: Int, end: Int)
        case hash
    }

    /// A field as a member of a JSON object; what comes before its value is a range of `labels`.
    private struct JSONMember {
        let field: Int
        let labelStart: Int
        let labelEnd: Int
        let isNumber: Bool
    }

    /// The rows encoded and not taken yet.
    let rows = CopyBinaryRows()
    /// How many values were not what their column needs and became null; only at the level `permissive`.
    private(set) var nulled = 0
    private let roll: [UInt8]
    private let steps: [Step]
    private let members: [JSONMember]
    private let labels: [UInt8]
    /// The fields that the hash of a row covers.
    private let hashed: [Int]

    /// Prepares the encoding of a roll's files.
    init(_ identity: RollIdentity) {
        let layout = FileLayout.of(identity.dataset)
        let table = PropertyTable.of(identity.dataset)
        roll = Array(identity.roll.rawValue.utf8)
        let own = Set(table.columns.compactMap(\.source.field))
        // Numbers of a submission change on every row with each new one and say nothing about the parcel.
        let perSubmission: Set = ["SEQ_NO", "RS_ID", "TS_ID", "FILE_T"]
        let lasting = layout.fields.filter { !perSubmission.contains($0.name) }
        let isExemption = { (field: FieldDefinition) in
            field.name.hasPrefix("EXMPT") && field.name != "EXMPT_VAL"
        }
        hashed = lasting.map { $0.position - 1 }
        var objects = Objects()
        steps = table.columns.map { column in
            switch column.source {
            case .text(let name): .text(Self.index(name, layout))
            case .number(let name): Self.number(column.type, Self.index(name, layout))
            case .roll: .roll
            case .exemptions where layout.dataset == .nap: .exemptionList(Self.index("EXMPT", layout))
            case .exemptions: objects.add(layout.fields.filter(isExemption)) { String($0.name.dropFirst(6)) }
            case .rest:
                objects.add(lasting.filter { !own.contains($0.name) && !isExemption($0) }) { $0.name.lowercased() }
            case .hash: .hash
            }
        }
        members = objects.members
        labels = objects.labels
    }

    private static func index(_ name: String, _ layout: FileLayout) -> Int {
        guard let index = layout.index(of: name) else { preconditionFailure("\(layout.dataset) has no \(name)") }
        return index
    }

    private static func number(_ type: String, _ field: Int) -> Step {
        switch type {
        case "smallint": .smallint(field)
        case "integer": .integer(field)
        default: .bigint(field)
        }
    }

    /// The members of all objects of a table.
    private struct Objects {
        var members: [JSONMember] = []
        var labels: [UInt8] = []

        mutating func add(_ fields: [FieldDefinition], _ name: (FieldDefinition) -> String) -> Step {
            let start = members.count
            for field in fields {
                let labelStart = labels.count
                labels += Array("\"\(name(field))\":".utf8)
                members.append(
                    JSONMember(
                        field: field.position - 1,
                        labelStart: labelStart,
                        labelEnd: labels.count,
                        // JSON knows no leading zeros, which count in codes.
                        isNumber: field.kind.isNumber && field.kind != .decimal
                    )
                )
            }
            return .object(start: start, end: members.count)
        }
    }

    /// Adds a row.
    func encode(_ row: RollRow) {
        rows.beginRow(columns: steps.count)
        steps.withUnsafeBufferPointer { steps in
            for step in steps { encode(step, row) }
        }
    }

    @inline(__always)
    private func encode(_ step: Step, _ row: RollRow) {
        switch step {
        case .text(let field):
            let value = row[field]
            if value.isEmpty { rows.null() } else { rows.text(value) }
        case .smallint(let field): number(row[field], Int16.self)
        case .integer(let field): number(row[field], Int32.self)
        case .bigint(let field): number(row[field], Int64.self)
        case .roll: roll.withUnsafeBufferPointer { rows.text($0) }
        case .exemptionList(let field): exemptionList(row[field])
        case .object(let start, let end): object(row, start, end)
        case .hash: rows.number(Int64(bitPattern: row.hash(hashed).low))
        }
    }

    @inline(__always)
    private func number<Number: FixedWidthInteger>(_ value: UnsafeBufferPointer<UInt8>, _ type: Number.Type) {
        guard !value.isEmpty else { return rows.null() }
        if let number = DecimalText.integer(value).flatMap(Number.init(exactly:)) {
            rows.number(number)
        } else {
            nulled += 1
            rows.null()
        }
    }

    /// `M;25000;A;1359` as `{"M":25000,"A":1359}`; null where blank or not such a list.
    private func exemptionList(_ list: UnsafeBufferPointer<UInt8>) {
        guard !list.isEmpty else { return rows.null() }
        let place = rows.beginJSON()
        var separator = UInt8(ascii: "{")
        let isComplete = TangibleExemption.forEach(in: list) { code, value in
            rows.append(separator)
            separator = UInt8(ascii: ",")
            rows.append(UInt8(ascii: "\""))
            rows.append(code)
            rows.append(UInt8(ascii: "\""))
            rows.append(UInt8(ascii: ":"))
            digits(value)
        }
        guard isComplete else {
            nulled += 1
            return rows.nullify(place)
        }
        rows.append(UInt8(ascii: "}"))
        rows.endValue(place)
    }

    /// The fields that have a value as a JSON object; null when none has.
    private func object(_ row: RollRow, _ start: Int, _ end: Int) {
        let place = rows.beginJSON()
        var separator = UInt8(ascii: "{")
        members.withUnsafeBufferPointer { members in
            labels.withUnsafeBufferPointer { labels in
                for index in start..<end {
                    let member = members[index]
                    let value = row[member.field]
                    guard !value.isEmpty else { continue }
                    rows.append(separator)
                    separator = UInt8(ascii: ",")
                    rows.append(UnsafeBufferPointer(rebasing: labels[member.labelStart..<member.labelEnd]))
                    if member.isNumber, let number = DecimalText.signed(value) {
                        digits(number)
                    } else {
                        string(value)
                    }
                }
            }
        }
        guard separator == UInt8(ascii: ",") else { return rows.nullify(place) }
        rows.append(UInt8(ascii: "}"))
        rows.endValue(place)
    }

    /// A number as JSON has it: no leading zeros.
    private func digits(_ number: Int) {
        if number < 0 { rows.append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { buffer in
            var start = 20
            repeat {
                start -= 1
                buffer[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            rows.append(UnsafeBufferPointer(rebasing: buffer[start..<20]))
        }
    }

    private func string(_ value: UnsafeBufferPointer<UInt8>) {
        rows.append(UInt8(ascii: "\""))
        if value.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            rows.append(value)
        } else {
            escaped(value)
        }
        rows.append(UInt8(ascii: "\""))
    }

    private func escaped(_ value: UnsafeBufferPointer<UInt8>) {
        for byte in value {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                rows.append(UInt8(ascii: "\\"))
                rows.append(byte)
            case UInt8(ascii: "\n"):
                rows.append(UInt8(ascii: "\\"))
                rows.append(UInt8(ascii: "n"))
            default: rows.append(byte)
            }
        }
    }
}
