/// Persons with address, birthday and tax number, as registers of people have them.
struct PersonSample {
    private struct Person {
        var given, family, number, street, city, zip, state, born, phone, tax: String
        var fields: [String] { [given, family, number, street, city, zip, state, born, phone, tax] }
    }

    private static let names = [
        "given_name", "surname", "street_number", "address", "city", "zip", "state", "date_of_birth", "phone", "tax_id",
    ]

    /// Two files of `count` persons each, half of which are in both.
    ///
    /// `damage` scales how often a field is wrong; 1 is some one and a half errors a record.
    static func linking(_ count: Int, seed: UInt64, damage: Double = 1) -> LabelledSample {
        var random = SampleRandom(seed: seed)
        var sample = LabelledSample(names: names)
        for entity in 0..<(count + count / 2) {
            let person = person(&random)
            var corruption = Corruption(random: SampleRandom(seed: random.next()))
            if entity < count {
                sample.left.append(person.fields)
                sample.leftEntities.append(entity)
            }
            if entity >= count / 2 {
                sample.right.append(corrupt(person, &corruption, damage).fields)
                sample.rightEntities.append(entity)
            }
        }
        sample.shuffle(&random)
        return sample
    }

    /// One file in which persons occur up to four times.
    static func duplicates(_ count: Int, seed: UInt64, damage: Double = 1) -> LabelledSample {
        var random = SampleRandom(seed: seed)
        var sample = LabelledSample(names: names)
        for entity in 0..<count {
            let person = person(&random)
            var corruption = Corruption(random: SampleRandom(seed: random.next()))
            sample.left.append(person.fields)
            sample.leftEntities.append(entity)
            for _ in 0..<[0, 0, 0, 1, 1, 2, 3][Int.random(in: 0..<7, using: &random)] {
                sample.left.append(corrupt(person, &corruption, damage).fields)
                sample.leftEntities.append(entity)
            }
        }
        sample.shuffle(&random)
        return sample
    }

    private static func person(_ random: inout SampleRandom) -> Person {
        let place = random.skewed(SampleWords.cities.count)
        let type = Int.random(in: 0..<10, using: &random)
        func number(_ range: ClosedRange<Int>) -> String { String(Int.random(in: range, using: &random)) }
        let month = Int.random(in: 1...12, using: &random)
        let day = Int.random(in: 1...28, using: &random)
        return Person(
            given: random.pick(SampleWords.given),
            family: random.pick(SampleWords.families),
            number: number(1...(random.chance(0.5) ? 99 : 9_999)),
            street: "\(random.pick(SampleWords.streets)) \(SampleWords.types[type])",
            city: SampleWords.cities[place],
            zip: String(33_000 + place * 30 + random.skewed(20)),
            state: random.chance(0.9) ? "FL" : random.pick(["GA", "NY", "NJ", "TX"]),
            born:
                "\(Int.random(in: 1930...2005, using: &random))\(month > 9 ? "" : "0")\(month)\(day > 9 ? "" : "0")\(day)",
            phone: "954\(number(2_000_000...9_999_999))",
            tax: number(1_000_000...9_999_999)
        )
    }

    private static func corrupt(_ person: Person, _ corruption: inout Corruption, _ damage: Double) -> Person {
        var copy = person
        copy.given = corruption.lost(
            corruption.typo(corruption.nickname(person.given, 0.1 * damage), 0.12 * damage),
            0.05 * damage
        )
        copy.family = corruption.lost(corruption.typo(person.family, 0.15 * damage), 0.02 * damage)
        if corruption.random.chance(0.03 * damage) { swap(&copy.given, &copy.family) }
        copy.number = corruption.lost(corruption.typo(person.number, 0.08 * damage), 0.06 * damage)
        copy.street = corruption.lost(
            corruption.typo(corruption.moved(person.street, 0.03 * damage), 0.15 * damage),
            0.05 * damage
        )
        copy.city = corruption.lost(corruption.typo(person.city, 0.1 * damage), 0.03 * damage)
        copy.zip = corruption.lost(corruption.typo(person.zip, 0.08 * damage), 0.03 * damage)
        copy.state = corruption.lost(person.state, 0.08 * damage)
        copy.born = corruption.lost(corruption.typo(person.born, 0.1 * damage), 0.1 * damage)
        copy.phone = corruption.lost(corruption.typo(person.phone, 0.08 * damage), 0.2 * damage)
        copy.tax = corruption.lost(corruption.typo(person.tax, 0.06 * damage), 0.15 * damage)
        if corruption.random.chance(0.08 * damage) {
            // A move: number, street, city and zip are new.
            let other = self.person(&corruption.random)
            (copy.number, copy.street, copy.city, copy.zip) = (other.number, other.street, other.city, other.zip)
        }
        return copy
    }
}
