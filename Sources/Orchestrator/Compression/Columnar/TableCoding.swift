import JobModel
import LanguageModel

/// What of a table is said once, in place of in each row; found without knowing what the table is about.
///
/// - A column with one value is a constant.
/// - A column with few values, and the columns that follow from it, become a dictionary: the rows hold a code.
/// - A column of strings may have a common beginning.
struct TableCoding: Sendable {
    /// A column whose rows hold codes, with the columns that follow from it.
    struct Dictionary: Sendable {
        /// The column that the others follow from, and those.
        var columns: [Int]
        /// For each code, the row that has it first.
        var firstRows: [Int]
        /// For each row, its code.
        var codes: [Int]
        /// About how many tokens it saves.
        var saving: Int
    }

    let table: EvidenceTable
    /// Columns with the same value in every row.
    private(set) var constants: [Int] = []
    /// In the order of what they save.
    private(set) var dictionaries: [Dictionary] = []
    /// Columns of strings whose cells need no quotes, with their common beginning.
    private(set) var prefixes: [Int: String] = [:]
    /// The columns that the rows hold, in the table's order: plain ones, and the first of each dictionary.
    private(set) var rowColumns: [Int] = []
    /// For each column, the number of each row's value among its different values.
    private(set) var valueNumbers: [[Int]] = []
    /// For each column, how many different values it has, absence counted as one.
    private(set) var valueCounts: [Int] = []
    /// For each column, the tokens of each of its different values.
    private var valueTokens: [[Int]] = []

    init(_ table: EvidenceTable) {
        self.table = table
        for column in table.columns.indices { number(column) }
        constants = table.columns.indices.filter { valueCounts[$0] == 1 }
        var free = table.columns.indices.filter { valueCounts[$0] > 1 }
        while let best = bestDictionary(of: free) {
            dictionaries.append(best)
            free.removeAll { best.columns.contains($0) }
        }
        for column in free { prefixes[column] = prefix(of: column) }
        rowColumns = (free + dictionaries.compactMap(\.columns.first)).sorted()
    }

    /// Numbers a column's values by their text, which tells 1 from "1", and an accent from the letter with it.
    private mutating func number(_ column: Int) {
        var numbers: [[UInt8]: Int] = [:]
        var tokens: [Int] = []
        valueNumbers.append(
            table.rows.map { row in
                let text = CellText.text(of: row[column])
                let key = Array(text.utf8)
                if let number = numbers[key] { return number }
                numbers[key] = numbers.count
                tokens.append(TokenEstimator.count(text))
                return numbers.count - 1
            }
        )
        valueCounts.append(tokens.count)
        valueTokens.append(tokens)
    }

    private func bestDictionary(of free: [Int]) -> Dictionary? {
        var best: Dictionary?
        for column in free where valueCounts[column] * 4 <= table.rows.count {
            let columns = [column] + free.filter { $0 != column && follows($0, from: column) }
            let saving = saving(columns)
            if saving > max(0, best?.saving ?? 0) {
                best = Dictionary(columns: columns, firstRows: [], codes: valueNumbers[column], saving: saving)
            }
        }
        guard var best else { return nil }
        best.firstRows = (0..<valueCounts[best.columns[0]]).compactMap { best.codes.firstIndex(of: $0) }
        return best
    }

    /// Whether each value of `source` goes with one value of `column`.
    private func follows(_ column: Int, from source: Int) -> Bool {
        guard valueCounts[column] <= valueCounts[source] else { return false }
        var seen = Array(repeating: -1, count: valueCounts[source])
        for (value, other) in zip(valueNumbers[source], valueNumbers[column]) {
            if seen[value] == -1 { seen[value] = other }
            if seen[value] != other { return false }
        }
        return true
    }

    /// The tokens of the cells with their commas, without those of the codes and of the dictionary itself.
    private func saving(_ columns: [Int]) -> Int {
        var cells = 0
        for column in columns {
            cells += valueNumbers[column].reduce(0) { $0 + valueTokens[column][$1] + 1 }
        }
        var entries = 8
        for column in columns {
            entries += TokenEstimator.count(EvidenceTable.name(of: table.columns[column])) + 1
        }
        var seen = Set<Int>()
        for (row, value) in valueNumbers[columns[0]].enumerated() where seen.insert(value).inserted {
            entries += 3 + columns.reduce(0) { $0 + valueTokens[$1][valueNumbers[$1][row]] + 1 }
        }
        let codeTokens = valueCounts[columns[0]] <= 26 ? 2 : 3
        return cells - entries - codeTokens * table.rows.count
    }

    /// The common beginning of a column of strings; `nil` where naming it would cost more than it saves.
    private func prefix(of column: Int) -> String? {
        var common: [Unicode.Scalar]?
        var quoted = 0
        var count = 0
        for row in table.rows {
            switch row[column] {
            case nil: continue
            case .string(let text)?:
                count += 1
                if !CellText.isBare(text) { quoted += 1 }
                let scalars = Array(text.unicodeScalars)
                guard let known = common else {
                    common = scalars
                    continue
                }
                common = zip(known, scalars).prefix { $0 == $1 }.map(\.0)
            case .some: return nil
            }
        }
        guard let common, count > 1 else { return nil }
        var text = ""
        text.unicodeScalars.append(contentsOf: common)
        let saved = count * TokenEstimator.count(text) + (text.isEmpty ? quoted : 0)
        return saved > 6 + TokenEstimator.count(text) ? text : nil
    }

    /// The code of a number: A to Z, then AA.
    static func code(_ number: Int) -> String {
        var text = ""
        var rest = number
        repeat {
            text = String(UnicodeScalar(UInt8(65 + rest % 26))) + text
            rest = rest / 26 - 1
        } while rest >= 0
        return text
    }
}
