/// What tiktoken 0.14.0 makes of hand-written texts, so that the scanners and the merge can be held against it without it.
///
/// Made by encoding each text with `disallowed_special=()`; the pieces are those of its patterns under Python's `regex`.
enum GoldenTokens {
    struct Row: Sendable {
        var text: String
        var pieces100k: [String]
        var pieces200k: [String]
        var cl100k: [Int]
        var o200k: [Int]
    }

    static let rows: [Row] = [
        Row(
            text: "Hello, world!",
            pieces100k: ["Hello", ",", " world", "!"],
            pieces200k: ["Hello", ",", " world", "!"],
            cl100k: [9906, 11, 1917, 0],
            o200k: [13225, 11, 2375, 0]
        ),
        Row(
            text: "It's WE'RE they'll I'D don\u{2019}t",
            pieces100k: ["It", "'s", " WE", "'RE", " they", "'ll", " I", "'D", " don", "\u{2019}t"],
            pieces200k: ["It's", " WE'RE", " they'll", " I'D", " don", "\u{2019}t"],
            cl100k: [2181, 596, 20255, 95253, 814, 3358, 358, 28805, 1541, 1431],
            o200k: [15834, 26919, 6, 1099, 57956, 3413, 35, 1700, 1573]
        ),
        Row(
            text: "'\u{17f} 's",
            pieces100k: ["'\u{17f}", " '", "s"],
            pieces200k: ["'\u{17f}", " '", "s"],
            cl100k: [6, 129, 123, 364, 82],
            o200k: [6, 70067, 461, 82]
        ),
        Row(
            text: "1234567 3.14 007",
            pieces100k: ["123", "456", "7", " ", "3", ".", "14", " ", "007"],
            pieces200k: ["123", "456", "7", " ", "3", ".", "14", " ", "007"],
            cl100k: [4513, 10961, 22, 220, 18, 13, 975, 220, 11194],
            o200k: [7633, 19354, 22, 220, 18, 13, 1265, 220, 19378]
        ),
        Row(
            text: "{\"row\":17,\"rule\":\"R-DOR-UC\",\"value\":null}",
            pieces100k: [
                "{\"", "row", "\":", "17", ",\"", "rule", "\":\"", "R", "-DOR", "-UC", "\",\"", "value", "\":", "null",
                "}",
            ],
            pieces200k: [
                "{\"", "row", "\":", "17", ",\"", "rule", "\":\"", "R", "-DOR", "-UC", "\",\"", "value", "\":", "null",
                "}",
            ],
            cl100k: [5018, 654, 794, 1114, 1359, 13233, 3332, 49, 9607, 878, 12, 5576, 2247, 970, 794, 2994, 92],
            o200k: [10848, 843, 1243, 1422, 3532, 32558, 7534, 49, 11989, 1301, 12, 25949, 4294, 1594, 1243, 5398, 92]
        ),
        Row(
            text: "a  b   c\t\td\n\n  e \r\n f",
            pieces100k: ["a", " ", " b", "  ", " c", "\t", "\td", "\n\n", " ", " e", " \r\n", " f"],
            pieces200k: ["a", " ", " b", "  ", " c", "\t", "\td", "\n\n", " ", " e", " \r\n", " f"],
            cl100k: [64, 220, 293, 256, 272, 197, 2765, 271, 220, 384, 2591, 282],
            o200k: [64, 220, 287, 256, 274, 197, 5971, 279, 220, 319, 4568, 285]
        ),
        Row(
            text: "   ",
            pieces100k: ["   "],
            pieces200k: ["   "],
            cl100k: [262],
            o200k: [271]
        ),
        Row(
            text: "trailing  \n ",
            pieces100k: ["trailing", "  \n "],
            pieces200k: ["trailing", "  \n", " "],
            cl100k: [376, 14612, 2355, 220],
            o200k: [371, 24408, 4066, 220]
        ),
        Row(
            text: "\n\n\n",
            pieces100k: ["\n\n\n"],
            pieces200k: ["\n\n\n"],
            cl100k: [1432],
            o200k: [2499]
        ),
        Row(
            text: "camelCaseWord HTTPServer iOS ABC",
            pieces100k: ["camelCaseWord", " HTTPServer", " iOS", " ABC"],
            pieces200k: ["camel", "Case", "Word", " HTTPServer", " i", "OS", " ABC"],
            cl100k: [94421, 4301, 11116, 10339, 5592, 16433, 19921],
            o200k: [178067, 6187, 12929, 21929, 6444, 575, 3360, 33047]
        ),
        Row(
            text: "path/to/file.swift //comment\n",
            pieces100k: ["path", "/to", "/file", ".swift", " //", "comment", "\n"],
            pieces200k: ["path", "/to", "/file", ".swift", " //", "comment", "\n"],
            cl100k: [2398, 33529, 24849, 13593, 443, 6313, 198],
            o200k: [4189, 72231, 51766, 31143, 602, 12606, 198]
        ),
        Row(
            text: "Stra\u{df}e \u{c5}ngstr\u{f6}m na\u{ef}ve e\u{301}",
            pieces100k: ["Stra\u{df}e", " \u{c5}ngstr\u{f6}m", " na\u{ef}ve", " e", "\u{301}"],
            pieces200k: ["Stra\u{df}e", " \u{c5}ngstr\u{f6}m", " na\u{ef}ve", " e\u{301}"],
            cl100k: [77414, 24352, 80352, 983, 496, 86684, 95980, 588, 384, 54939],
            o200k: [103575, 13153, 49805, 892, 162823, 153475, 737, 319, 13430]
        ),
        Row(
            text: "\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442} \u{43c}\u{438}\u{440}",
            pieces100k: ["\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442}", " \u{43c}\u{438}\u{440}"],
            pieces200k: ["\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442}", " \u{43c}\u{438}\u{440}"],
            cl100k: [54745, 28089, 8341, 11562, 78746],
            o200k: [23881, 131903, 37934]
        ),
        Row(
            text: "\u{8be5}\u{7269}\u{4e1a}\u{7684}\u{6240}\u{6709}\u{8005}",
            pieces100k: ["\u{8be5}\u{7269}\u{4e1a}\u{7684}\u{6240}\u{6709}\u{8005}"],
            pieces200k: ["\u{8be5}\u{7269}\u{4e1a}\u{7684}\u{6240}\u{6709}\u{8005}"],
            cl100k: [76982, 53953, 42052, 9554, 56438, 30046],
            o200k: [29963, 189209, 1616, 34834, 8137]
        ),
        Row(
            text: "\u{6240}\u{6709}\u{8005}\u{306f}\u{767b}\u{8a18}",
            pieces100k: ["\u{6240}\u{6709}\u{8005}\u{306f}\u{767b}\u{8a18}"],
            pieces200k: ["\u{6240}\u{6709}\u{8005}\u{306f}\u{767b}\u{8a18}"],
            cl100k: [56438, 30046, 15682, 29741, 61304],
            o200k: [34834, 8137, 5205, 9476, 22926]
        ),
        Row(
            text: "\u{627}\u{644}\u{639}\u{642}\u{627}\u{631}",
            pieces100k: ["\u{627}\u{644}\u{639}\u{642}\u{627}\u{631}"],
            pieces200k: ["\u{627}\u{644}\u{639}\u{642}\u{627}\u{631}"],
            cl100k: [32482, 24102, 28590, 36138],
            o200k: [55206, 192115]
        ),
        Row(
            text: "\u{d55c}\u{ad6d}\u{c5b4}",
            pieces100k: ["\u{d55c}\u{ad6d}\u{c5b4}"],
            pieces200k: ["\u{d55c}\u{ad6d}\u{c5b4}"],
            cl100k: [24486, 89059, 255, 32179],
            o200k: [114854, 5959]
        ),
        Row(
            text: "\u{1f389}\u{1f3e0} \u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}",
            pieces100k: ["\u{1f389}\u{1f3e0}", " \u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}"],
            pieces200k: ["\u{1f389}\u{1f3e0}", " \u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}"],
            cl100k: [9468, 236, 231, 9468, 237, 254, 62904, 102, 378, 235, 9468, 239, 102, 378, 235, 9468, 239, 100],
            o200k: [71344, 231, 52622, 254, 61138, 102, 2524, 28823, 102, 2524, 28823, 100]
        ),
        Row(
            text: "\u{bd} \u{2167} \u{661}\u{662}\u{663}\u{664}",
            pieces100k: ["\u{bd}", " ", "\u{2167}", " ", "\u{661}\u{662}\u{663}", "\u{664}"],
            pieces200k: ["\u{bd}", " ", "\u{2167}", " ", "\u{661}\u{662}\u{663}", "\u{664}"],
            cl100k: [27154, 220, 71567, 100, 220, 149, 94, 149, 95, 149, 96, 149, 97],
            o200k: [27124, 220, 25371, 100, 220, 46600, 53184, 81473, 98713]
        ),
        Row(
            text: "\u{a0}x\u{2003}y\u{3000}z",
            pieces100k: ["\u{a0}x", "\u{2003}y", "\u{3000}z"],
            pieces200k: ["\u{a0}x", "\u{2003}y", "\u{3000}z"],
            cl100k: [4194, 87, 378, 225, 88, 23249, 89],
            o200k: [5310, 87, 33203, 88, 1397, 89]
        ),
        Row(
            text: "ABC\u{3042}DE\u{301}F",
            pieces100k: ["ABC\u{3042}DE", "\u{301}F"],
            pieces200k: ["ABC\u{3042}DE\u{301}", "F"],
            cl100k: [26484, 30591, 1170, 54939, 37],
            o200k: [44197, 10294, 2052, 13430, 37]
        ),
        Row(
            text: "<|endoftext|>",
            pieces100k: ["<|", "endoftext", "|>"],
            pieces200k: ["<|", "endoftext", "|>"],
            cl100k: [27, 91, 8862, 728, 428, 91, 29],
            o200k: [27, 91, 419, 1440, 919, 91, 29]
        ),
        Row(
            text: "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            pieces100k: ["01", "ARZ", "3", "NDEKTSV", "4", "RRFFQ", "69", "G", "5", "FAV"],
            pieces200k: ["01", "ARZ", "3", "NDEKTSV", "4", "RRFFQ", "69", "G", "5", "FAV"],
            cl100k: [1721, 946, 57, 18, 45, 1170, 42, 10155, 53, 19, 8268, 1785, 48, 3076, 38, 20, 3711, 53],
            o200k: [2290, 1312, 57, 18, 45, 2052, 42, 11118, 53, 19, 42498, 3254, 48, 5759, 38, 20, 37, 5345]
        ),
        Row(
            text: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            pieces100k: ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"],
            pieces200k: ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"],
            cl100k: [70540, 70540, 70540, 70540, 70540, 70540, 5418],
            o200k: [117525, 117525, 117525, 117525, 117525, 117525, 3545]
        ),
        Row(
            text: "=====-----*****",
            pieces100k: ["=====-----*****"],
            pieces200k: ["=====-----*****"],
            cl100k: [47825, 15431, 18778],
            o200k: [97693, 26067, 37258]
        ),
        Row(
            text: "x'S y'LL 'tis",
            pieces100k: ["x", "'S", " y", "'LL", " '", "tis"],
            pieces200k: ["x'S", " y'LL", " '", "tis"],
            cl100k: [87, 13575, 379, 6, 4178, 364, 83, 285],
            o200k: [87, 31233, 342, 6, 7454, 461, 109773]
        ),
        Row(
            text: "Dz\u{1c5}ungla \u{2b0}abc",
            pieces100k: ["Dz\u{1c5}ungla", " \u{2b0}abc"],
            pieces200k: ["Dz", "\u{1c5}ungla", " \u{2b0}abc"],
            cl100k: [35, 89, 131, 227, 2234, 4355, 220, 134, 108, 13997],
            o200k: [136627, 131, 227, 988, 1675, 220, 134, 108, 26682]
        ),
        Row(
            text: "\u{e40}\u{e08}\u{e49}\u{e32}\u{e02}\u{e2d}\u{e07}",
            pieces100k: ["\u{e40}\u{e08}", "\u{e49}\u{e32}\u{e02}\u{e2d}\u{e07}"],
            pieces200k: ["\u{e40}\u{e08}\u{e49}\u{e32}\u{e02}\u{e2d}\u{e07}"],
            cl100k: [28991, 61516, 59095, 48939, 23780, 31534],
            o200k: [106553, 122299]
        ),
        Row(
            text: "end.\n\n/next",
            pieces100k: ["end", ".\n\n", "/next"],
            pieces200k: ["end", ".\n\n/", "next"],
            cl100k: [408, 382, 14, 3684],
            o200k: [419, 131750, 7311]
        ),
        Row(
            text: "  'quoted'",
            pieces100k: [" ", " '", "quoted", "'"],
            pieces200k: [" ", " '", "quoted", "'"],
            cl100k: [220, 364, 64825, 6],
            o200k: [220, 461, 121546, 6]
        ),
    ]
}
