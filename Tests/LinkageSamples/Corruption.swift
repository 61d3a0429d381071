/// What happens to values when people write them down.
struct Corruption {
    var random: SampleRandom

    /// One typing error: a letter changed, left out, doubled, or swapped with its neighbour.
    mutating func typo(_ text: String) -> String {
        var letters = Array(text)
        guard letters.count > 2 else { return text }
        let place = Int.random(in: 0..<letters.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: letters[place] = letters[place].isNumber ? digit() : letter()
        case 1: letters.remove(at: place)
        case 2: letters.insert(letters[place].isNumber ? digit() : letter(), at: place)
        default: if place + 1 < letters.count { letters.swapAt(place, place + 1) }
        }
        return String(letters)
    }

    /// A typing error, with a probability.
    mutating func typo(_ text: String, _ probability: Double) -> String {
        random.chance(probability) ? typo(text) : text
    }

    /// Nothing, with a probability.
    mutating func lost(_ text: String, _ probability: Double) -> String { random.chance(probability) ? "" : text }

    /// Two words in the other order.
    mutating func moved(_ text: String, _ probability: Double) -> String {
        var words = text.split(separator: " ")
        guard words.count > 1, random.chance(probability) else { return text }
        let place = Int.random(in: 0..<(words.count - 1), using: &random)
        words.swapAt(place, place + 1)
        return words.joined(separator: " ")
    }

    /// A short form of a given name, with a probability.
    mutating func nickname(_ name: String, _ probability: Double) -> String {
        guard random.chance(probability), let form = Self.nicknames[name] else { return name }
        return form
    }

    private mutating func letter() -> Character {
        Character(Unicode.Scalar(UInt8.random(in: 97...122, using: &random)))
    }

    private mutating func digit() -> Character {
        Character(Unicode.Scalar(UInt8.random(in: 48...57, using: &random)))
    }

    private static let nicknames = [
        "james": "jim", "robert": "bob", "william": "bill", "elizabeth": "liz", "richard": "rick", "joseph": "joe",
        "thomas": "tom", "charles": "chuck", "christopher": "chris", "daniel": "dan", "matthew": "matt",
        "anthony": "tony", "margaret": "peggy", "steven": "steve", "andrew": "andy", "kenneth": "ken",
        "edward": "ted", "timothy": "tim", "rebecca": "becky", "jeffrey": "jeff", "nicholas": "nick",
        "benjamin": "ben", "samuel": "sam", "katherine": "kate", "gregory": "greg", "alexander": "alex",
        "patricia": "pat", "jennifer": "jen", "michael": "mike", "susan": "sue", "deborah": "debbie",
    ]
}
