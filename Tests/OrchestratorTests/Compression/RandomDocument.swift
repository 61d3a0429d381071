import JobModel

/// Random documents of the shapes that evidence has, and of those that a coder gets wrong.
struct RandomDocument {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// A document.
    mutating func next() -> JSONValue {
        switch number(0...5) {
        case 0: value(depth: 4)
        case 1: table()
        case 2: ["errors": table(), "summary": value(depth: 2), "total": .integer(number(0...9))]
        case 3: ["by_county": keyed(), "runs": [["rows": table()], ["rows": table(), "name": text()]]]
        case 4: .array((0..<number(2...5)).map { _ in ["name": text(), "rows": table()] })
        default: ["empty": table(rows: 0), "one": table(rows: 1), "two": table(rows: 2), "other": keyed()]
        }
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    private mutating func happens(_ percent: Int) -> Bool { number(1...100) <= percent }
    private mutating func one<T>(_ first: T, _ others: [T]) -> T {
        let place = number(0...others.count)
        return place == 0 ? first : others[place - 1]
    }

    private mutating func value(depth: Int) -> JSONValue {
        switch number(0...(depth > 0 ? 8 : 5)) {
        case 0: return .null
        case 1: return .bool(happens(50))
        case 2: return .integer(one(0, [1, -1, 7, 1_000_000, .max, .min]))
        case 3: return .number(one(0.5, [-2.25, 1e300, 2.5e-308, 0.1, 123_456.789]))
        case 4, 5: return text()
        case 6: return .array((0..<number(0...4)).map { _ in value(depth: depth - 1) })
        case 7: return .object(members(depth: depth - 1))
        default: return depth > 2 ? table() : .object([:])
        }
    }

    private mutating func members(depth: Int) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for _ in 0..<number(0...4) { members[key()] = value(depth: depth) }
        return members
    }

    private mutating func key() -> String {
        one(
            "a",
            [
                "b", "c", "row", "rule", "a.b", "", " ", "x=y", "x,y", "[0]", "\"", "@key", "@T1", "all rows", "é",
                "日本", "\n", "rows:",
                "1",
            ]
        )
    }

    private mutating func text() -> JSONValue {
        .string(
            one(
                "",
                [
                    " ", "a", "A", "word", "two words", "a,b", "\"", "\"quoted\"", "a\"b", "[", "[1]", "{", "{}",
                    "null", "true", "001",
                    "1", "1.0", "-5", "+5", "1e5", "nan", "inf", "0x1p3", "@", "@1", "@@2", "@T1", "@K1", "a=b", "=",
                    "x=\"y,z\"",
                    "line\nend", "\r\n", "\t", "\u{0}", "\u{7f}", "é", "e\u{301}", "\u{301}x", "日本語", "🎉", "\u{2028}",
                    "rows:",
                    "3 codes of rule", "all rows: a=1", "prefixes: a=1", "trailing ", "\\", "\\n",
                    "0f9b1c2d-3e4f-5061-7283-94a5b6c7d8e9", "01ARZ3NDEKTSV4RRFFQ69G5FAV",
                    "op-20251020-143022-a1b2c3d4:E1",
                    "op-20251020-143022-a1b2c3d4", String(repeating: "ab", count: 32), "12345678901234567890",
                ]
            )
        )
    }

    /// A list of objects with constants, dependent columns, common beginnings, gaps, nulls and mixed types.
    private mutating func table(rows: Int? = nil) -> JSONValue {
        let count = rows ?? number(2...40)
        let rules = (0..<number(1...4)).map { _ in (text(), text(), value(depth: 1)) }
        let shared = value(depth: 1)
        let prefix = one("", ["58-0554-", "2026-11-22T", "0", "@", "é", "\"", "a,"])
        let hasGaps = happens(40)
        let nestedKey = key()
        let freeKey = key()
        return .array(
            (0..<count).map { row in
                let rule = one(rules.first ?? (.null, .null, .null), rules)
                var members: [String: JSONValue] = [
                    "row": .integer(row), "rule": rule.0, "message": rule.1, "more": rule.2, "shared": shared,
                    "id": .string(prefix + String(number(0...999))),
                ]
                members[nestedKey] = ["x": .integer(number(0...3)), "y": ["z": value(depth: 1)]]
                if happens(60) { members[freeKey] = value(depth: 2) }
                if hasGaps {
                    for name in members.keys.sorted() where happens(15) { members[name] = happens(50) ? .null : nil }
                }
                return .object(members)
            }
        )
    }

    private mutating func keyed() -> JSONValue {
        var members: [String: JSONValue] = [:]
        for place in 0..<number(0...12) {
            members[happens(10) ? key() : "C\(place)"] = [
                "rows": .integer(number(0...9)), "name": text(), "kind": "NAL",
            ]
        }
        return .object(members)
    }
}

/// A random number generator whose whole sequence follows from its seed.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
