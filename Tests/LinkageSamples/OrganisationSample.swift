/// Organisations with addresses, as two listings write them; chains and shared addresses among them.
struct OrganisationSample {
    private struct Organisation {
        var name, suffix, number, street, unit, city, zip, phone, kind: String
        var type: Int
    }

    /// Two listings of `count` organisations each, a share of which is in both.
    ///
    /// Some names are of chains, with a branch in each of several places; some addresses are of agents, under which many
    /// unlike organisations are listed.
    static func linking(_ count: Int, seed: UInt64, overlap: Double = 0.4, damage: Double = 1) -> LabelledSample {
        var random = SampleRandom(seed: seed)
        var sample = LabelledSample(names: ["name", "addr", "city", "zip", "phone", "type"])
        let shared = Int(Double(count) * overlap)
        let agents = (0..<3).map { _ in organisation(&random) }
        var chain: Organisation?
        for entity in 0..<(2 * count - shared) {
            var one = organisation(&random)
            if let chain, random.chance(0.06) {
                (one.name, one.suffix, one.kind) = (chain.name, chain.suffix, chain.kind)
            }
            if random.chance(0.05) { chain = one }
            if random.chance(0.04), let agent = agents.randomElement(using: &random) {
                (one.number, one.street, one.type, one.city, one.zip) =
                    (agent.number, agent.street, agent.type, agent.city, agent.zip)
            }
            var corruption = Corruption(random: SampleRandom(seed: random.next()))
            if entity < count {
                sample.left.append(formal(one))
                sample.leftEntities.append(entity)
            }
            if entity >= count - shared {
                sample.right.append(informal(one, &corruption, damage))
                sample.rightEntities.append(entity)
            }
        }
        sample.shuffle(&random)
        return sample
    }

    /// One messy listing, in which an organisation occurs up to four times.
    ///
    /// Tenants share their house's address and telephone under unlike names; branches of an agency share its name and
    /// telephone at addresses of their own.
    static func listing(_ count: Int, seed: UInt64, damage: Double = 1) -> LabelledSample {
        var random = SampleRandom(seed: seed)
        var sample = LabelledSample(names: ["name", "addr", "city", "zip", "phone", "type"])
        var last = organisation(&random)
        for entity in 0..<count {
            var one = organisation(&random)
            if random.chance(0.05) {
                (one.number, one.street, one.type, one.city, one.zip, one.phone) =
                    (last.number, last.street, last.type, last.city, last.zip, last.phone)
            } else if random.chance(0.08) {
                (one.name, one.suffix, one.kind, one.phone) = (last.name, last.suffix, last.kind, last.phone)
                if random.chance(0.5) { one.name += " " + random.pick(SampleWords.streets) }
            }
            last = one
            var corruption = Corruption(random: SampleRandom(seed: random.next()))
            for copy in 0..<[1, 1, 1, 2, 2, 3, 4][Int.random(in: 0..<7, using: &random)] {
                sample.left.append(copy == 0 ? formal(one) : informal(one, &corruption, damage))
                sample.leftEntities.append(entity)
            }
        }
        sample.shuffle(&random)
        return sample
    }

    private static func organisation(_ random: inout SampleRandom) -> Organisation {
        let place = random.skewed(SampleWords.cities.count)
        func digits(_ range: ClosedRange<Int>) -> String { String(Int.random(in: range, using: &random)) }
        let first = random.chance(0.5) ? random.pick(SampleWords.families) : random.pick(SampleWords.attributes)
        let second = random.chance(0.4) ? " " + random.pick(SampleWords.attributes) : ""
        return Organisation(
            name: "\(first)\(second) \(random.pick(SampleWords.trades))",
            suffix: random.pick(["LLC", "INC", "CORP", "PA", "LTD", ""]),
            number: digits(1...9_999),
            street: random.chance(0.3)
                ? "\(["n", "s", "e", "w"][Int.random(in: 0..<4, using: &random)]) \(random.pick(SampleWords.streets))"
                : random.pick(SampleWords.streets),
            unit: random.chance(0.3) ? digits(1...400) : "",
            city: SampleWords.cities[place],
            zip: String(33_000 + place * 30 + random.skewed(20)),
            phone: digits(200...989) + digits(200...989) + digits(1_000...9_999),
            kind: random.pick(SampleWords.kinds),
            type: Int.random(in: 0..<10, using: &random)
        )
    }

    /// As a register has it: in capitals, with suffix and full words.
    private static func formal(_ one: Organisation) -> [String] {
        let unit = one.unit.isEmpty ? "" : " SUITE \(one.unit)"
        return [
            "\(one.name) \(one.suffix)".uppercased().trimmed,
            "\(one.number) \(one.street) \(SampleWords.types[one.type])\(unit)".uppercased(),
            one.city.uppercased(), one.zip, dashed(one.phone), one.kind,
        ]
    }

    /// As a directory has it: without suffix, abbreviated, and wrong now and then.
    private static func informal(_ one: Organisation, _ corruption: inout Corruption, _ damage: Double) -> [String] {
        var name = one.name
        if corruption.random.chance(0.15 * damage) { name = corruption.moved(name, 1) }
        if corruption.random.chance(0.1 * damage) { name += " of \(one.city)" }
        if corruption.random.chance(0.15 * damage) {
            name = name.replacing("services", with: "svcs").replacing("construction", with: "constr")
        }
        let words = name.split(separator: " ")
        if words.count > 2, corruption.random.chance(0.1 * damage) { name = words.dropLast().joined(separator: " ") }
        name = corruption.typo(name, 0.2 * damage)
        var street = one.street
        for (short, long) in [("n ", "north "), ("s ", "south "), ("e ", "east "), ("w ", "west ")]
        where street.hasPrefix(short) && corruption.random.chance(0.5) {
            street = long + street.dropFirst(2)
        }
        let unit = one.unit.isEmpty || corruption.random.chance(0.4 * damage) ? "" : " #\(one.unit)"
        let address =
            "\(corruption.typo(one.number, 0.05 * damage)) \(corruption.typo(street, 0.12 * damage)) \(SampleWords.shortTypes[one.type]).\(unit)"
        let moved = corruption.random.chance(0.05 * damage)
        var phone = corruption.random.chance(0.12 * damage) ? "" : corruption.typo(one.phone, 0.08 * damage)
        if corruption.random.chance(0.08 * damage) {
            phone = String(Int.random(in: 2_000_000_000...9_899_999_999, using: &corruption.random))
        }
        return [
            name, moved ? "po box \(one.number)" : address,
            corruption.lost(corruption.typo(one.city, 0.08 * damage), 0.04 * damage),
            corruption.lost(corruption.typo(one.zip, 0.05 * damage), 0.1 * damage), slashed(phone),
            corruption.random.chance(0.3 * damage) ? corruption.random.pick(SampleWords.kinds) : one.kind,
        ]
    }

    private static func dashed(_ phone: String) -> String {
        "\(phone.prefix(3))-\(phone.dropFirst(3).prefix(3))-\(phone.dropFirst(6))"
    }

    private static func slashed(_ phone: String) -> String {
        phone.isEmpty ? "" : "\(phone.prefix(3))/\(phone.dropFirst(3).prefix(3))-\(phone.dropFirst(6))"
    }
}

extension String {
    fileprivate var trimmed: String { hasSuffix(" ") ? String(dropLast()) : self }
}
