/// Which values a field can have.
package enum FieldDomain: Sendable, Equatable {
    /// One of these.
    case values([String])
    /// A number in this range.
    case range(ClosedRange<Int>)
    /// A code of `UseCode`.
    case useCode
    /// A code of `QualificationCode` that the Department accepts.
    case qualification
    /// One of these as far as has been seen; others deserve a look.
    case observed([String])
    /// A form that real files do not always keep.
    case format(FieldFormat)

    /// The possible values, nil where they are not a list.
    package var values: [String]? {
        switch self {
        case .values(let values), .observed(let values): values
        case .useCode: UseCode.all.map(\.code)
        case .qualification: QualificationCode.all.filter { $0.group != .notAccepted }.map(\.code)
        case .range, .format: nil
        }
    }
}

/// The form of a field's value.
package enum FieldFormat: String, Sendable, Codable {
    /// Digits only.
    case digits
    /// MMYY, or 0000 for unknown.
    case monthYear
    /// 1 or 2, then MMYY.
    case splitFlag
    /// Two digits and a letter.
    case townshipRange
    /// `code;value` pairs of tangible exemptions.
    case exemptionList

    /// Whether a value has the form.
    func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        switch self {
        case .digits: text.allSatisfy(\.isDigit)
        case .monthYear: Self.isMonthYear(text, from: 0) || text.elementsEqual("0000".utf8)
        case .splitFlag: text.count == 5 && (text[0] == 49 || text[0] == 50) && Self.isMonthYear(text, from: 1)
        case .townshipRange: text.count == 3 && text[0].isDigit && text[1].isDigit && text[2].isUppercaseLetter
        case .exemptionList: TangibleExemption.total(of: text) != nil
        }
    }

    private static func isMonthYear(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
        guard text.count == start + 4, text[start...].allSatisfy(\.isDigit) else { return false }
        let month = (text[start] - 48) * 10 + (text[start + 1] - 48)
        return (1...12).contains(month)
    }
}

extension UInt8 {
    /// Whether the byte is an ASCII digit.
    var isDigit: Bool { self &- 48 < 10 }

    /// Whether the byte is an ASCII capital.
    var isUppercaseLetter: Bool { self &- 65 < 26 }
}
