import RecordLinkage

/// What it takes for two entries of a register of companies to be one company.
///
/// Each entry has a number of its own because it is a legal entity of its own. Companies of one owner share words of their
/// names and an address, so that no probability from those tells them from copies: only one name and one tax number do.
struct RegisterRule {
    /// What a rule says of a pair.
    enum Finding {
        /// Name and tax number are the same: the probability decides.
        case same
        /// One of the two is the same, and nothing speaks against it: a person decides.
        case unclear
        /// Different companies, however alike.
        case siblings
    }

    private let table: RecordTable
    private let name: Int
    private let taxNumber: Int?

    /// The rule for a set of records; nil where they are no register, or have no names.
    init?(_ records: EntityRecords) {
        guard EntityTable.registers.contains(records.kind), let name = records.table.names.firstIndex(of: "name") else {
            return nil
        }
        table = records.table
        self.name = name
        taxNumber = records.table.names.firstIndex(of: "fei")
    }

    /// Judges two records.
    func finding(_ left: Int, _ right: Int) -> Finding {
        let isNamedSame = RegisteredName(table.text(record: left, column: name))
            .isSame(as: RegisteredName(table.text(record: right, column: name)))
        let numbers = (number(left), number(right))
        guard !numbers.0.isEmpty, !numbers.1.isEmpty else { return isNamedSame ? .unclear : .siblings }
        guard numbers.0 == numbers.1 else { return .siblings }
        return isNamedSame ? .same : .unclear
    }

    /// The digits of a record's tax number; empty where it has none.
    private func number(_ record: Int) -> String {
        guard let taxNumber else { return "" }
        let digits = table.text(record: record, column: taxNumber).filter { $0 >= "0" && $0 <= "9" }
        return digits.allSatisfy { $0 == "0" } ? "" : digits
    }
}
