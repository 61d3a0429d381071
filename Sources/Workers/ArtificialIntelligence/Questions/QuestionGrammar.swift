import JobQueue
import PropertyData

/// Turns a question in English into a plan, and says which of its words it did not understand.
struct QuestionGrammar {
    /// What was understood.
    struct Reading: Sendable {
        /// Nil where not even the subject is clear.
        var plan: QuestionPlan?
        /// How clearly the question is about its subject and no other, 0 to 1.
        var margin: Double
        /// Words that say something.
        var content: Int
        /// Of those, the ones that were not understood.
        var missed: [String]
        /// What was assumed, for the answer to say.
        var assumptions: [String]
        /// What a language model's plan rests on; nil for a plan of the grammar's own.
        var model: ModelEvidence?
    }

    /// How far a language model's plan is borne out by the question.
    struct ModelEvidence: Sendable, Hashable {
        /// Values of conditions that come from the question's words.
        var values: Int
        /// Of those, the ones that stand in the question.
        var grounded: Int
        /// The share of what the grammar's plan and the model's say that both say; nil where the grammar had none.
        var agreement: Double?
    }

    private var words: QuestionWords
    private var conditions: [QuestionPlan.Condition] = []
    private var votes: [QuestionPlan.Subject: Double] = [:]
    private var assumptions: [String] = []

    private init(_ question: String) { words = QuestionWords(question) }

    /// Reads a question.
    static func read(_ question: String) -> Reading {
        var grammar = QuestionGrammar(question)
        return grammar.read()
    }

    private static let stops: Set<String> = [
        "in", "with", "built", "over", "under", "above", "below", "since", "after", "before", "between", "by", "per",
        "worth",
        "sold", "and", "at", "for", "active", "on", "have", "has", "own", "owns",
    ]

    private mutating func vote(_ subject: QuestionPlan.Subject, _ weight: Double = 1) {
        votes[subject, default: 0] += weight
    }

    private mutating func require(_ field: String, _ comparison: QuestionPlan.Comparison, _ value: JSONValue) {
        conditions.append(QuestionPlan.Condition(field: field, comparison: comparison, value: value))
    }

    private mutating func read() -> Reading {
        identifiers()
        subjectWords()
        county()
        states()
        names()
        places()
        let ranked = votes.sorted { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) }
        guard let best = ranked.first else {
            let (content, missed) = words.understanding
            return Reading(plan: nil, margin: 0, content: content, missed: missed, assumptions: [])
        }
        let second = ranked.dropFirst().first?.value ?? 0
        var plan = QuestionPlan(subject: best.key)
        if best.key == .property || best.key == .sale { uses() }
        numbers(best.key)
        measure(&plan)
        grouping(&plan)
        plan.conditions = conditions.filter { QuestionCatalog.of(plan.subject).field($0.field) != nil }
        if plan.conditions.count < conditions.count {
            assumptions.append("what is said of other things than a \(plan.subject.rawValue) was left out")
        }
        let (content, missed) = words.understanding
        return Reading(
            plan: plan,
            margin: (best.value - second) / best.value,
            content: content,
            missed: missed,
            assumptions: assumptions
        )
    }

    // MARK: Identifiers and subjects

    private mutating func identifiers() {
        for (place, word) in words.words.enumerated() {
            let text = word.text.uppercased()
            if word.key.wholeMatch(of: #/op-\d{8}-\d{6}-[0-9a-z]{4,16}/#) != nil {
                require("operation_id", .equals, .string(word.key))
                vote(.operation, 3)
            } else if text.wholeMatch(of: #/[A-Z]\d{11}/#) != nil {
                require("document_number", .equals, .string(text))
                vote(.company, 3)
            } else if text.wholeMatch(of: #/[0-9A-Z][0-9A-Z-]{7,25}/#) != nil, text.count(where: \.isNumber) >= 6 {
                require("parcel_id", .equals, .string(text))
                vote(.property, 0.5)
            } else {
                continue
            }
            words.use(place..<(place + 1))
        }
    }

    /// Words that say more about what is asked than the thing that they go with: "what did this parcel sell for".
    private static let weights = ["sold": 2.0, "sell": 2, "sells": 2, "loaded": 1.5]

    private mutating func subjectWords() {
        let table: [(QuestionPlan.Subject, [String])] = [
            (.operation, ["operation", "operations", "job", "jobs"]),
            (
                .status,
                [
                    "loaded", "status", "fresh", "freshness", "queue", "queues", "healthy", "health", "rolls", "roll",
                    "files", "file", "up to date", "last load", "datasets", "dataset", "data", "updated",
                ]
            ),
            (
                .company,
                [
                    "registered agent", "company", "companies", "corporation", "corporations", "entity", "entities",
                    "business", "businesses", "sunbiz", "document number", "llcs", "firms", "firm",
                ]
            ),
            (
                .sale,
                [
                    "sales", "sale", "sold", "sell", "sells", "deeds", "deed", "transactions", "sale price", "price",
                    "prices",
                ]
            ),
            (
                .property,
                [
                    "parcels", "parcel", "properties", "property", "homes", "home", "houses", "house", "lots", "lot",
                    "land", "owns", "own", "owned", "owner", "owners", "buildings", "building", "folio",
                ]
            ),
        ]
        for (subject, phrases) in table {
            for phrase in phrases
            where words.words.contains(where: { $0.key == phrase.split(separator: " ").first ?? "" }) {
                // Names follow these words, and `names` takes them.
                if ["owned", "owner", "owners", "company", "registered agent"].contains(phrase) {
                    if words.has(String(phrase.split(separator: " ").first ?? "")) { vote(subject) }
                } else if words.take(phrase) != nil {
                    vote(subject, Self.weights[phrase] ?? 1)
                }
            }
        }
        let suffixes = words.words.filter { !$0.isUsed && ["llc", "inc", "corp", "lp", "llp"].contains($0.key) }
        if !suffixes.isEmpty, votes[.property] == nil, votes[.sale] == nil { vote(.company) }
    }

    private mutating func county() {
        let counties = County.all.flatMap { county in
            Set([county.name] + county.portalNames + [county.name.replacing("St. ", with: "Saint ")]).map {
                (county, $0)
            }
        }
        for (county, name) in counties.sorted(by: { $0.1.count > $1.1.count }) {
            let phrase = name.lowercased().replacing(".", with: "")
            // A county's name may be a person's or a city's: it counts after "in", or before "county".
            guard let end = place(of: phrase) else { continue }
            let start = end - phrase.split(separator: " ").count
            let before = start > 0 ? words.words[start - 1].key : ""
            let after = words.words.indices.contains(end) ? words.words[end].key : ""
            let isLast = words.words[end - 1].endsPhrase || !words.words.indices.contains(end)
            let isPartOfName = !isLast && words.words[end].text.first?.isUppercase == true
            // Loads are of counties, and of nothing else that has a name.
            let isOfLoads = votes[.status] != nil && votes.count == 1
            let isPlace = ["in", "for", "across", "from"].contains(before) || (before == "of" && isLast) || isOfLoads
            guard after == "county" || (isPlace && !isPartOfName) else { continue }
            words.use(start..<(after == "county" ? end + 1 : end))
            require("county", .equals, .string(county.name))
            return
        }
    }

    private func place(of phrase: String) -> Int? {
        var copy = words
        return copy.take(phrase)
    }

    // MARK: Names

    /// How operations stand.
    private mutating func states() {
        guard votes[.operation] != nil else { return }
        let known = [
            ("completed", "completed"), ("succeeded", "completed"), ("failed", "failed"), ("cancelled", "cancelled"),
            ("running", "executing"), ("executing", "executing"), ("escalated", "escalating"),
            ("waiting", "escalating"),
        ]
        for (word, state) in known where words.take(word) != nil { require("state", .equals, .string(state)) }
    }

    /// What follows "in" or "on" and is no place.
    private static let days: Set<String> = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march",
        "april", "may", "june", "july", "august", "september", "october", "november", "december",
    ]

    /// `in Fort Lauderdale`, `on Ocean Drive`: capitalized words after such a word, where nothing else has taken them.
    private mutating func places() {
        guard votes[.property] != nil || votes[.company] != nil, votes[.sale] == nil else { return }
        for (cue, field, comparison) in [
            ("in", "city", QuestionPlan.Comparison.equals), ("on", "address", .hasWords),
        ] where !conditions.contains(where: { $0.field == field }) {
            for place in words.words.indices where words.words[place].key == cue && !words.words[place].isUsed {
                var end = place + 1
                while words.words.indices.contains(end), !words.words[end].isUsed,
                    words.words[end].text.first?.isUppercase == true
                        || (field == "address" && words.words[end].isNumber),
                    end == place + 1 || !words.words[end - 1].endsPhrase
                { end += 1 }
                guard end > place + 1 else { continue }
                let name = words.words[(place + 1)..<end].map(\.text).joined(separator: " ")
                // All that is asked about is in Florida; a day is no street, and stays among what was not understood.
                if ["FLORIDA", "FL"].contains(name.uppercased()) {
                    words.use(place..<end)
                    continue
                }
                guard !Self.days.contains(name.lowercased()) else { continue }
                words.use(place..<end)
                require(field, comparison, .string(name))
                assumptions.append("\(name) is taken for \(field == "city" ? "a city" : "words of an address")")
                break
            }
        }
    }

    private mutating func names() {
        let owners = ["owned by", "belonging to", "belong to", "owner named", "owner is", "owner"]
        if let end = words.takeAny(owners), let name = words.takeName(from: end, until: Self.stops) {
            require("owner", .hasWords, .string(name))
            vote(.property)
        }
        if let end = words.take("city of") ?? words.take("city"),
            let name = words.takeName(from: end, until: Self.stops)
        {
            require("city", .equals, .string(name))
        }
        let addresses = ["at address", "address", "located at", "at"]
        for phrase in addresses {
            guard let end = place(of: phrase), words.number(at: end) != nil else { continue }
            _ = words.take(phrase)
            if let name = words.takeName(from: end, until: Self.stops.subtracting(["at"])) {
                require("address", .hasWords, .string(name))
                vote(.property)
            }
            break
        }
        if let end = words.take("agent of") ?? words.take("registered agent of") {
            words.use((end - 2)..<end)
            _ = words.take("registered")
            if let name = words.takeName(from: end, until: Self.stops) { require("name", .hasWords, .string(name)) }
        } else if let end = words.takeAny(["with registered agent", "by registered agent", "represented by"]),
            let name = words.takeName(from: end, until: Self.stops)
        {
            require("registered_agent", .hasWords, .string(name))
        } else if let end = words.takeAny(["company named", "company called", "companies named", "company"]),
            let name = words.takeName(from: end, until: Self.stops.union(["is", "was"]))
        {
            require("name", .hasWords, .string(name))
        } else if votes[.company] != nil {
            suffixedName()
        }
        if votes[.company] != nil, words.take("active") != nil { require("company_status", .equals, "A") }
        if votes[.company] != nil, words.take("inactive") != nil { require("company_status", .equals, "I") }
    }

    /// A name that ends in a legal form: `Gulf Palm Holdings LLC`.
    private mutating func suffixedName() {
        let forms: Set = ["llc", "inc", "corp", "lp", "llp"]
        guard let end = words.words.firstIndex(where: { !$0.isUsed && forms.contains($0.key) }) else { return }
        var start = end
        while start > 0, !words.words[start - 1].isUsed, words.words[start - 1].text.first?.isUppercase == true,
            !["is", "who", "what", "are", "list", "show", "find"].contains(words.words[start - 1].key)
        {
            start -= 1
        }
        let name = words.words[start...end].map(\.text).joined(separator: " ")
        words.use(start..<(end + 1))
        require("name", .hasWords, .string(name))
    }

    // MARK: Uses, numbers, measures

    private mutating func uses() {
        if let end = words.takeAny(["use code", "code"]), words.words.indices.contains(end) {
            let text = words.words[end].text
            if let number = Int(text), number <= 99 {
                require("use_code", .equals, .string(String(repeating: "0", count: max(0, 3 - text.count)) + text))
                words.use(end..<(end + 1))
            }
        }
        let codes = [
            ("single family", "001"), ("single-family", "001"), ("mobile", "002"), ("condominiums", "004"),
            ("condominium", "004"), ("condos", "004"), ("condo", "004"), ("hotels", "039"), ("churches", "071"),
        ]
        for (phrase, code) in codes where words.take(phrase) != nil { require("use_code", .equals, .string(code)) }
        for category in Set(UseCode.all.map(\.category)).sorted() where words.take(category.lowercased()) != nil {
            require("use_category", .equals, .string(category))
        }
        if words.take("vacant") != nil { require("is_vacant", .equals, true) }
        if words.take("qualified") != nil { require("is_qualified", .equals, true) }
    }

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    private mutating func numbers(_ subject: QuestionPlan.Subject) {
        for (index, month) in Self.months.enumerated() where subject == .sale && words.take(month) != nil {
            require("month", .equals, .integer(index + 1))
        }
        built()
        let least = ["more than", "at least", "greater than", "over", "above", "exceeding", "from", "since", "after"]
        let most = ["less than", "at most", "fewer than", "under", "below", "up to", "before", "until"]
        if let end = place(of: "between"), let low = words.number(at: end),
            let high = words.number(at: end + low.length + 1)
        {
            _ = words.take("between")
            words.use((end + low.length)..<(end + low.length + 1))
            compare(low, at: end, .atLeast, subject, strictly: false)
            compare(high, at: end + low.length + 1, .atMost, subject, strictly: false)
        }
        for (phrases, comparison) in [(least, QuestionPlan.Comparison.atLeast), (most, .atMost)] {
            for phrase in phrases {
                guard let end = place(of: phrase), let number = words.number(at: end) else { continue }
                _ = words.take(phrase)
                let isStrict = [
                    "more than", "greater than", "over", "above", "after", "less than", "fewer than", "under",
                    "below", "before",
                ].contains(phrase)
                compare(number, at: end, comparison, subject, strictly: isStrict)
            }
        }
        for word in ["filed", "formed", "founded", "incorporated", "registered"] where subject == .company {
            guard let start = place(of: word) else { continue }
            words.use((start - 1)..<start)
            let end = words.words.indices.contains(start) && words.words[start].key == "in" ? start + 1 : start
            guard let year = words.number(at: end), let whole = Int(exactly: year.value) else { continue }
            words.use(end..<(end + 1))
            require("year_filed", .equals, .integer(whole))
        }
        // A bare year says when.
        for place in words.words.indices where subject != .company {
            guard let number = words.number(at: place), (1900...2100).contains(number.value), !number.isMoney,
                words.words[place].key.count == 4, subject == .sale || subject == .status
            else { continue }
            require("year", .equals, .integer(Int(number.value)))
            words.use(place..<(place + 1))
        }
    }

    private mutating func built() {
        let phrases: [(String, QuestionPlan.Comparison, Int)] = [
            ("built after", .atLeast, 1), ("built since", .atLeast, 0), ("built before", .atMost, -1),
            ("built in", .equals, 0), ("built", .equals, 0),
        ]
        for (phrase, comparison, shift) in phrases {
            guard let end = place(of: phrase), let year = words.number(at: end), let whole = Int(exactly: year.value)
            else {
                continue
            }
            _ = words.take(phrase)
            words.use(end..<(end + 1))
            require("year_built", comparison, .integer(whole + shift))
        }
    }

    private mutating func compare(
        _ number: (value: Double, isMoney: Bool, length: Int),
        at place: Int,
        _ comparison: QuestionPlan.Comparison,
        _ subject: QuestionPlan.Subject,
        strictly: Bool
    ) {
        words.use(place..<(place + number.length))
        let after = place + number.length
        let unit = words.words.indices.contains(after) ? words.words[after].key : ""
        let next = words.words.indices.contains(after + 1) ? words.words[after + 1].key : ""
        var value = number.value
        let field: String
        switch (subject, unit) {
        case (_, "square"), (_, "sq"), (_, "sqft"):
            words.use(after..<(unit == "sqft" ? after + 1 : after + 2))
            let isLand = words.words.contains { ["land", "lot", "lots"].contains($0.key) } || next == "land"
            field = isLand ? "land_square_feet" : "living_area"
        case (_, "acres"), (_, "acre"):
            words.use(after..<(after + 1))
            value *= 43_560
            field = "land_square_feet"
        case (_, "units"), (_, "unit"):
            words.use(after..<(after + 1))
            field = "units"
        case (.sale, _) where (1900...2100).contains(value) && !number.isMoney: field = "year"
        case (.status, _): field = (1900...2100).contains(value) ? "year" : "rows"
        case (.company, _): field = "year_filed"
        case (.sale, _): field = "price"
        default: field = "just_value"
        }
        if strictly, value == value.rounded() { value += comparison == .atLeast ? 1 : -1 }
        let whole = Int(exactly: value)
        require(field, comparison, whole.map { .integer($0) } ?? .number(value))
    }

    private mutating func measure(_ plan: inout QuestionPlan) {
        let money = plan.subject == .sale ? "price" : (plan.subject == .status ? "rows" : "just_value")
        let phrases: [(QuestionPlan.Measure, [String])] = [
            (.median, ["median"]), (.average, ["average", "mean"]), (.sum, ["total", "sum", "altogether"]),
            (.count, ["how many", "number of", "count"]),
        ]
        for (measure, words) in phrases where plan.measure == .list {
            if self.words.takeAny(words) != nil { plan.measure = measure }
        }
        let fields = [
            ("assessed value", "assessed_value"), ("taxable value", "taxable_value"), ("land value", "land_value"),
            ("just value", "just_value"), ("market value", "just_value"), ("value", "just_value"),
            ("living area", "living_area"), ("size", "living_area"), ("rows", "rows"), ("worth", "just_value"),
            ("volume", "price"),
        ]
        var named: String?
        for (phrase, field) in fields where words.take(phrase) != nil { named = named ?? field }
        if named == nil || QuestionCatalog.of(plan.subject).field(named ?? "") == nil { named = money }
        if ![.list, .count].contains(plan.measure) {
            plan.of = QuestionCatalog.of(plan.subject).field(named ?? "") == nil ? nil : named
            if plan.of == nil { plan.measure = .count }
            if plan.subject == .sale, [.average, .median].contains(plan.measure),
                !conditions.contains(where: { ["is_qualified", "qualification"].contains($0.field) })
            {
                // Deeds between relatives and corrections are worth 100 dollars; they are no market.
                require("is_qualified", .equals, true)
                assumptions.append(
                    "only qualified sales (codes 01 and 02) are counted, as the Department does for market values"
                )
            }
        }
        ordering(&plan, named ?? money)
    }

    private mutating func ordering(_ plan: inout QuestionPlan, _ field: String) {
        let highest = ["most expensive", "most valuable", "highest", "largest", "biggest", "top"]
        let lowest = ["least expensive", "least valuable", "cheapest", "lowest", "smallest"]
        let time = plan.subject == .sale ? "year" : (plan.subject == .status ? "loaded_at" : "year_built")
        let newest = ["newest", "latest", "most recent", "recent", "last"]
        for (phrases, order, isDescending) in [
            (highest, field, true), (lowest, field, false), (newest, time, true), (["oldest", "first"], time, false),
        ] {
            guard let end = words.takeAny(phrases) else { continue }
            if QuestionCatalog.of(plan.subject).field(order) != nil {
                plan.orderBy = order
                plan.isDescending = isDescending
            }
            if let number = words.number(at: end), (1...50).contains(number.value) {
                plan.limit = Int(number.value)
                words.use(end..<(end + 1))
            }
        }
    }

    private mutating func grouping(_ plan: inout QuestionPlan) {
        let fields = [
            ("county", "county"), ("counties", "county"), ("city", "city"), ("use category", "use_category"),
            ("category", "use_category"), ("use code", "use_code"), ("use", "use_code"), ("year", "year"),
            ("month", "month"), ("qualification", "qualification"), ("dataset", "dataset"), ("type", "filing_type"),
            ("status", "company_status"), ("state", "state"),
        ]
        for (word, field) in fields {
            for cue in ["by", "per", "each", "for each", "in each"] where words.take("\(cue) \(word)") != nil {
                guard QuestionCatalog.of(plan.subject).field(field) != nil else { continue }
                plan.groupBy = field
                if plan.measure == .list { plan.measure = .count }
                return
            }
        }
    }
}
