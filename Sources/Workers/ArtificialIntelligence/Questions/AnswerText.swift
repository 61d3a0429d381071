import JobQueue

/// An answer in words.
struct AnswerText {
    let plan: QuestionPlan
    let answer: QuestionAnswer
    let reading: QuestionGrammar.Reading

    /// One to three sentences.
    var text: String {
        guard answer.hasData else { return "I cannot say: \(answer.gap)." }
        var sentences = [main]
        sentences += (reading.assumptions + answer.assumptions).map { "Assumed: \($0)." }
        if !reading.missed.isEmpty {
            sentences.append("Not understood, and not taken into account: \(reading.missed.joined(separator: ", ")).")
        }
        let samples = answer.sources.reduce(0) { $0 + $1.sampleRolls }
        if samples > 0 { sentences.append("\(samples) of the rolls behind it are synthetic samples.") }
        return sentences.joined(separator: " ")
    }

    private var main: String {
        let things = plural(answer.total)
        switch plan.measure {
        case .list:
            guard answer.total > 0 else {
                return "No \(plan.subject == .status ? "roll is loaded that matches" : "\(noun) matches")."
            }
            return answer.total == answer.rows.count
                ? "\(things)." : "\(things); the first \(answer.rows.count) are listed."
        default:
            if let group = plan.groupBy {
                return
                    "\(label) by \(group.replacing("_", with: " ")): \(answer.total) groups, \(answer.rows.count) are listed."
            }
            let row = answer.rows.first
            let count = row?.values["rows"]?.int ?? 0
            if plan.measure == .count { return "\(plural(count)) match\(count == 1 ? "es" : "")." }
            guard let value = row?.values[plan.measure.rawValue], value != .null else { return "No \(noun) matches." }
            return "\(label) is \(Self.text(value)), over \(plural(count))."
        }
    }

    private var label: String {
        plan.measure == .count
            ? "The count" : "The \(plan.measure.rawValue) of \((plan.of ?? "").replacing("_", with: " "))"
    }

    private var noun: String {
        switch plan.subject {
        case .property: "parcel"
        case .sale: "sale"
        case .company: "company"
        case .status: "roll"
        case .operation: "operation"
        }
    }

    private func plural(_ count: Int) -> String {
        if count == 1 { return "1 \(noun)" }
        return "\(Self.grouped(count)) \(noun == "company" ? "companies" : noun + "s")"
    }

    private static func text(_ value: JSONValue) -> String {
        value.int.map(grouped) ?? value.double.map(text) ?? value.string ?? ""
    }

    /// Whole where it is large: nobody reads the cents of an average price.
    private static func text(_ number: Double) -> String {
        guard abs(number) >= 1_000, let whole = Int(exactly: number.rounded()) else { return Measured.text(number) }
        return grouped(whole)
    }

    /// `1234567` as `1,234,567`.
    private static func grouped(_ number: Int) -> String {
        let digits = Array(String(abs(number)))
        let groups = digits.enumerated().map { index, digit in
            index > 0 && (digits.count - index).isMultiple(of: 3) ? ",\(digit)" : "\(digit)"
        }
        return (number < 0 ? "-" : "") + groups.joined()
    }
}
