/// The rules that look at one field: required, type, width, enumeration, range, form.
///
/// Derived from the layout.
struct FieldChecks {
    /// A field's domain without references, so that the loop over the fields counts none.
    enum Domain {
        case any
        /// A run of sorted words in `words`.
        case words(start: Int, count: Int)
        /// Numbers of so many digits, leading zeros included: a bit for each in `words`, from `start` on.
        case digits(length: Int, start: Int)
        case range(low: Int, high: Int)
        case format(FieldFormat)
    }

    /// One field's checks; the numbers are indices into `rules`, -1 for none.
    struct Check {
        let field: Int
        let kind: FieldDefinition.Kind
        let maximumWidth: Int
        var required = -1
        var width = -1
        var type = -1
        var domainRule = -1
        var fixedWidth = -1
        var domain = Domain.any
    }

    private(set) var rules: [ValidationRule] = []
    private(set) var checks: [Check] = []
    /// The packed values of all enumerations, and the bits of those of digits.
    private(set) var words: [UInt64] = []

    /// Derives the rules of a layout.
    init(_ layout: FileLayout) {
        let key = layout.keyFields
        for (index, field) in layout.fields.enumerated() {
            var check = Check(field: index, kind: field.kind, maximumWidth: field.width.maximum)
            let rule = RuleMaker(id: "\(layout.dataset).\(field.name)", field: field.name)
            if field.requirement == .required {
                let level: ValidationLevel = key.contains(index) ? .permissive : .standard
                check.required = add(
                    rule.make("required", .error, .required, "\(field.title) must be there", level: level)
                )
            }
            check.width = add(rule.make("width", .error, .format, "at most \(field.width.maximum) characters"))
            if field.kind.isNumber {
                check.type = add(rule.make("type", .error, .format, "a number (\(field.kind.rawValue))"))
            }
            addDomain(of: field, to: &check, rule)
            if case .fixed(let length) = field.width {
                check.fixedWidth = add(rule.make("length", .warning, .format, "exactly \(length) characters"))
            }
            checks.append(check)
        }
    }

    /// The checks that a level makes: at the lowest, only whether the key is there.
    func checks(upTo level: ValidationLevel) -> [Check] {
        guard level == .permissive else { return checks }
        return checks.compactMap { check in
            guard check.required >= 0, rules[check.required].level == .permissive else { return nil }
            var keyCheck = Check(field: check.field, kind: check.kind, maximumWidth: .max)
            keyCheck.required = check.required
            return keyCheck
        }
    }

    private mutating func add(_ rule: ValidationRule) -> Int {
        rules.append(rule)
        return rules.count - 1
    }

    private mutating func addDomain(of field: FieldDefinition, to check: inout Check, _ rule: RuleMaker) {
        guard let domain = field.domain else { return }
        switch domain {
        case .values, .useCode, .qualification:
            check.domainRule = add(rule.make("enum", .error, .enum, "one of the guide's codes"))
        case .observed:
            check.domainRule = add(rule.make("enum", .warning, .enum, "one of the values seen so far"))
        case .range(let range):
            let title = "from \(range.lowerBound) to \(range.upperBound)"
            check.domainRule = add(rule.make("range", .error, .range, title))
            check.domain = .range(low: range.lowerBound, high: range.upperBound)
        case .format(let format):
            check.domainRule = add(rule.make("format", .warning, .format, "of the form \(format.rawValue)"))
            check.domain = .format(format)
        }
        guard let values = domain.values else { return }
        if let length = Self.digits(values) {
            check.domain = .digits(length: length, start: words.count)
            var bits = [UInt64](repeating: 0, count: 16)
            for number in values.compactMap({ Int($0) }) { bits[number >> 6] |= 1 << UInt64(number & 63) }
            words += bits
            return
        }
        check.domain = .words(start: words.count, count: values.count)
        words += values.map { value in Array(value.utf8).withUnsafeBufferPointer { Self.pack($0) } }.sorted()
    }

    /// How many digits every value has; nil where they are not all numbers of up to three digits, as long as each other.
    private static func digits(_ values: [String]) -> Int? {
        guard let length = values.first?.utf8.count, length <= 3 else { return nil }
        return values.allSatisfy { $0.utf8.count == length && $0.utf8.allSatisfy(\.isDigit) } ? length : nil
    }

    /// Whether the value is one of a field's domain; `words` are those of `self`.
    @inline(__always)
    static func contains(
        _ value: UnsafeBufferPointer<UInt8>,
        _ domain: Domain,
        _ words: UnsafeBufferPointer<UInt64>
    ) -> Bool {
        switch domain {
        case .any: return true
        case .range(let low, let high): return DecimalText.integer(value).map { $0 >= low && $0 <= high } ?? false
        case .format(let format): return format.matches(value)
        case .digits(let length, let start):
            guard value.count == length, let number = DecimalText.integer(value) else { return false }
            return words[start + number >> 6] >> UInt64(number & 63) & 1 == 1
        case .words(let start, let count):
            guard value.count <= 8 else { return false }
            let word = pack(value)
            var low = start
            var high = start + count
            while low < high {
                let middle = (low + high) / 2
                if words[middle] < word { low = middle + 1 } else { high = middle }
            }
            return low < start + count && words[low] == word
        }
    }

    /// The bytes in order; none of the codes holds a NUL, so that no two texts of up to eight bytes share a word.
    @inline(__always)
    private static func pack(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var word: UInt64 = 0
        for byte in text { word = word << 8 | UInt64(byte) }
        return word
    }
}

/// Makes the rules of one field.
private struct RuleMaker {
    let id: String
    let field: String

    func make(
        _ suffix: String,
        _ severity: ValidationRule.Severity,
        _ kind: ValidationRule.Kind,
        _ title: String,
        level: ValidationLevel = .standard
    ) -> ValidationRule {
        ValidationRule(
            id: "\(id).\(suffix)",
            severity: severity,
            kind: kind,
            level: level,
            fields: [field],
            title: title
        )
    }
}

extension FileLayout {
    /// The fields that name a row.
    var keyFields: [Int] {
        switch dataset {
        case .sdf: [field("CO_NO"), field("ASMNT_YR"), field("PARCEL_ID"), field("SALE_ID_CD")]
        case .nap: [field("CO_NO"), field("ASMNT_YR"), field("ACCT_ID")]
        case .nal: [field("CO_NO"), field("ASMNT_YR"), field("PARCEL_ID")]
        }
    }
}
