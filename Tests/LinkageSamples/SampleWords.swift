/// Words that generated records are made of; none is taken from a real file.
enum SampleWords {
    static let given = words(
        """
        james mary john patricia robert jennifer michael linda william elizabeth david barbara richard susan joseph
        jessica thomas sarah charles karen christopher nancy daniel lisa matthew betty anthony margaret mark sandra
        donald ashley steven kimberly paul emily andrew donna joshua michelle kenneth dorothy kevin carol brian amanda
        george melissa edward deborah ronald stephanie timothy rebecca jason sharon jeffrey laura ryan cynthia jacob
        kathleen gary amy nicholas shirley eric angela jonathan helen stephen anna larry brenda justin pamela scott
        nicole brandon emma benjamin samantha samuel katherine gregory christine frank debra alexander rachel raymond
        carolyn patrick janet jack catherine dennis maria jerry heather tyler diane aaron ruth jose julie adam olivia
        henry joyce nathan virginia douglas victoria zachary kelly peter lauren kyle christina walter joan ethan evelyn
        jeremy judith harold megan keith cheryl christian andrea roger hannah noah martha gerald jacqueline carl
        """
    )
    static let families =
        words(
            """
            smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson
            anderson thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis robinson
            walker young allen king wright scott torres nguyen hill flores green adams nelson baker hall rivera campbell
            mitchell carter roberts gomez phillips evans turner diaz parker cruz edwards collins reyes stewart morris
            morales murphy cook rogers gutierrez ortiz morgan cooper peterson bailey reed kelly howard ramos kim cox ward
            richardson watson brooks chavez wood bennett gray mendoza ruiz hughes price alvarez castillo sanders patel myers
            long ross foster jimenez powell jenkins perry russell sullivan bell coleman butler henderson barnes gonzales
            fisher vasquez simmons romero jordan patterson alexander hamilton graham reynolds griffin wallace moreno west
            """
        ) + made(of: ["ber", "kal", "man", "ros", "hol", "win", "dor", "fen", "lar", "tor", "sel", "mor"], 600)
    static let streets =
        words(
            """
            main oak pine maple cedar elm washington lake hill park sunset lincoln jackson church river highland madison
            franklin magnolia palm orange cypress hibiscus seminole flagler biscayne gulf ocean harbor bay poinciana
            orchid banyan mangrove osceola okeechobee federal dixie commercial atlantic hollywood sheridan stirling griffin
            """
        ) + made(of: ["ash", "brook", "cor", "dale", "ever", "fair", "glen", "haw", "iron", "kirk"], 300)
    static let cities = words(
        """
        miami hialeah tampa orlando hollywood gainesville coral_springs palm_bay lakeland pompano_beach davie
        miramar fort_lauderdale port_st_lucie cape_coral pembroke_pines boca_raton sunrise plantation deltona
        palm_coast deerfield_beach melbourne boynton_beach lauderhill fort_myers weston kissimmee homestead delray_beach
        """
    ).map { $0.replacing("_", with: " ") }
    static let trades = words(
        """
        construction plumbing realty holdings services consulting landscaping roofing electric dental medical auto
        transport cleaning design marketing insurance investments properties development management restaurant cafe
        bakery pizza grill salon fitness marine logistics security staffing software engineering painting flooring pool
        """
    )
    static let attributes = words(
        """
        florida sunshine coastal premier american advanced first gulf national united royal golden superior elite
        tropical universal global metro southern atlantic quality modern classic creative precision reliable summit
        pioneer heritage liberty eagle diamond blue green silver star alpha apex delta omega phoenix titan
        """
    )
    static let types = ["street", "avenue", "road", "drive", "boulevard", "lane", "court", "terrace", "way", "place"]
    static let shortTypes = ["st", "ave", "rd", "dr", "blvd", "ln", "ct", "ter", "way", "pl"]
    static let kinds = words("american italian french mexican seafood chinese japanese cuban steakhouse deli")

    private static func words(_ text: String) -> [String] {
        text.split { $0 == " " || $0 == "\n" }.map(String.init)
    }

    /// So many words of two and three of the syllables.
    private static func made(of syllables: [String], _ count: Int) -> [String] {
        var random = SampleRandom(seed: UInt64(count))
        return (0..<count).map { _ in
            (0..<Int.random(in: 2...3, using: &random)).map { _ in
                syllables[Int.random(in: 0..<syllables.count, using: &random)]
            }
            .joined()
        }
    }
}
