/// Short forms of given names.
enum Nicknames {
    /// A number that the forms of one name share; 0 for a name that is in no list.
    static func root(_ name: ArraySlice<UInt8>) -> UInt16 { roots[Array(name)] ?? 0 }

    private static let roots: [[UInt8]: UInt16] = {
        var roots: [[UInt8]: UInt16] = [:]
        for (number, line) in groups.split(separator: "\n").enumerated() {
            // The first list that names a form counts: `al` is rather Albert than Alfred.
            for name in line.split(separator: " ") where roots[Array(name.utf8)] == nil {
                roots[Array(name.utf8)] = UInt16(number + 1)
            }
        }
        return roots
    }()

    private static let groups = """
        william bill billy will willie liam
        robert bob bobby rob robbie bert
        richard dick rick ricky rich richie
        james jim jimmy jamie
        john jack johnny jon
        jonathan jonathon
        joseph joe joey jose
        thomas tom tommy
        charles charlie chuck chas carlos
        edward ed eddie ted ned
        michael mike mickey mick miguel
        david dave davey
        daniel dan danny
        stephen steven steve stevie
        christopher chris kit topher
        anthony tony antonio
        nicholas nick nicky nicolas
        benjamin ben benny
        samuel sam sammy
        alexander alex alec sandy alejandro
        andrew andy drew andres
        matthew matt
        gregory greg
        geoffrey jeffrey jeff geoff
        kenneth ken kenny
        ronald ron ronnie
        donald don donnie
        lawrence larry laurence
        gerald jerry gerry gerard
        raymond ray
        walter walt wally
        henry harry hank
        francis frank frankie francisco
        frederick fred freddy freddie
        albert al bertie
        arthur art artie
        harold hal
        leonard len lenny leo
        peter pete pedro
        philip phillip phil
        patrick pat paddy
        timothy tim timmy
        theodore theo teddy
        vincent vince vinny
        eugene gene
        douglas doug
        zachary zach zack
        joshua josh
        jacob jake
        nathan nathaniel nate nat
        elizabeth liz beth betty eliza lisa libby betsy lizzie
        margaret maggie meg peggy marge margie greta
        katherine catherine kathryn kate kathy cathy katie kat kay katharine
        mary marie maria molly
        patricia patty patti trish tricia
        jennifer jen jenny
        susan sue susie suzanne
        deborah debra deb debbie
        barbara barb barbie
        rebecca becky becca
        christine christina chrissy tina kristin kristina
        dorothy dot dottie
        judith judy
        sandra sandi
        pamela pam
        cynthia cindy
        victoria vicky vicki tori
        virginia ginny
        jacqueline jackie
        theresa teresa terry tess tessa
        samantha sammie
        alexandra lexi alexa sasha
        abigail abby
        amanda mandy
        jessica jess jessie
        kimberly kim
        stephanie steph
        veronica ronnie
        isabella isabel bella izzy
        gabrielle gabby gabriella
        nancy nan
        martha marty
        """
}
