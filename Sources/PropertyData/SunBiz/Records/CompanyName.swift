import Foundation

/// The form of a name by which two spellings of it meet.
package enum CompanyName {
    /// Capitals and digits without punctuation and accents, words apart by one space; `&` is `AND`.
    ///
    /// The legal form stays: `PALM LLC` and `PALM INC` are two entities. An apostrophe joins what it stands between.
    package static func normalized(_ name: String) -> String {
        var words: [String] = []
        var word = ""
        func end() {
            if !word.isEmpty { words.append(word) }
            word = ""
        }
        for character in name.decomposedStringWithCanonicalMapping.uppercased().unicodeScalars {
            switch character {
            case "A"..."Z", "0"..."9": word.unicodeScalars.append(character)
            case "'", "\u{2019}", ".": continue
            case "&":
                end()
                words.append("AND")
            case _ where character.properties.generalCategory == .nonspacingMark: continue
            case _ where character.properties.isAlphabetic: word.unicodeScalars.append(character)
            default: end()
            }
        }
        end()
        return words.joined(separator: " ")
    }
}
