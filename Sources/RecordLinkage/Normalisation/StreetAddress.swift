/// A street address in its parts.
///
/// Types, directions and unit designators follow USPS Publication 28, appendices B and C.
struct StreetAddress {
    /// Street words in their standard abbreviations; `pobox` for a post office box.
    var street: [[UInt8]] = []
    /// The house or box number; 0 for none.
    var number: UInt32 = 0
    /// A number that stands for the unit within the house; 0 for none.
    var unit: UInt32 = 0

    /// Reads folded words.
    init(_ folded: [UInt8]) {
        var words = folded.split(separator: TextFolding.space).map(Array.init)
        takeBox(&words)
        var index = 0
        while index < words.count {
            let word = words[index]
            // What follows is a hint for walkers: `12 main st at 3rd ave`.
            if index > 1, Self.places.contains(word[...]) { break }
            if index > 0, Self.units.contains(word[...]), index + 1 < words.count {
                unit = Self.hash(words[index + 1])
                index += 2
                continue
            }
            if number == 0, street.isEmpty, words.count > 1, let value = Self.leadingNumber(word) {
                number = value
            } else {
                street.append(Self.standard(word))
            }
            index += 1
        }
    }

    /// One canonical line.
    var text: [UInt8] {
        var parts = street
        if number > 0 { parts.insert(Array(String(number).utf8), at: 0) }
        if unit > 0 { parts.append(Array("#\(unit)".utf8)) }
        return Array(parts.joined(separator: [TextFolding.space]))
    }

    /// The digits that a word begins with, as of `435a`; nil for an ordinal such as `3rd`.
    static func leadingNumber(_ word: [UInt8]) -> UInt32? {
        let digits = word.prefix { $0 >= 0x30 && $0 <= 0x39 }
        guard !digits.isEmpty, digits.count <= 8, word.count - digits.count <= 1 else { return nil }
        return digits.reduce(0) { $0 * 10 + UInt32($1 - 0x30) }
    }

    private mutating func takeBox(_ words: inout [[UInt8]]) {
        let joined = words.prefix(4).map { String(decoding: $0, as: UTF8.self) }
        let length: Int
        switch joined.first {
        case "pobox": length = 1
        case "po" where joined.dropFirst().first == "box": length = 2
        case "p" where joined.dropFirst().prefix(2) == ["o", "box"]: length = 3
        case "post" where joined.dropFirst().prefix(2) == ["office", "box"]: length = 3
        case "box": length = 1
        default: return
        }
        guard length < words.count, let box = Self.leadingNumber(words[length]) else { return }
        words.removeFirst(length + 1)
        street.append(Array("pobox".utf8))
        number = box
    }

    private static func standard(_ word: [UInt8]) -> [UInt8] {
        if let known = words[word[...]] { return known }
        // `3rd` is `3`.
        let digits = word.prefix { $0 >= 0x30 && $0 <= 0x39 }
        let tail = String(decoding: word.dropFirst(digits.count), as: UTF8.self)
        return !digits.isEmpty && ["st", "nd", "rd", "th", "d"].contains(tail) ? Array(digits) : word
    }

    private static func hash(_ word: [UInt8]) -> UInt32 {
        max(1, UInt32(truncatingIfNeeded: word.withUnsafeBufferPointer(ByteHash.hash)) & 0xffff)
    }

    private static let places = WordList("between btwn btw bet near at off opposite across")

    private static let units = WordList("apt apartment unit ste suite fl floor bldg building lot rm room spc no num")

    private static let words = WordList(
        """
        street str strt st=st
        avenue av aven avenu ave=ave
        boulevard blvd blv boul bld=blvd
        road rd=rd
        drive drv dr=dr
        lane la ln=ln
        court crt ct=ct
        place pl=pl
        terrace terr ter tce=ter
        circle circ cir=cir
        highway hiway hwy=hwy
        parkway pky pkwy=pkwy
        square sqr sq=sq
        trail trl=trl
        way wy=way
        crescent cres cr=cres
        close cl=cl
        turnpike tpke=tpke
        expressway expy=expy
        alley aly=aly
        plaza plz=plz
        point pt=pt
        north no n=n
        south so s=s
        east e=e
        west w=w
        northeast ne=ne
        northwest nw=nw
        southeast se=se
        southwest sw=sw
        saint=st
        mount mt=mt
        fort ft=ft
        first=1
        second=2
        third=3
        fourth=4
        fifth=5
        sixth=6
        seventh=7
        eighth=8
        ninth=9
        tenth=10
        """
    )
}
